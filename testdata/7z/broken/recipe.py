"""7z archives that lie: checksums, bounds, windows, gaps, what follows, names, encryption."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.parent))
sys.dont_write_bytecode = True

from archive_parts import *

text = b"A model card.\n" * 300
members = [("README.md", text), ("b.txt", b"b\n")]
good = seven_zip(members)


def write(name, data):
    pathlib.Path(name).write_bytes(data)


write("start_checksum.7z", seven_zip(members, start_crc=1))
write("header_checksum.7z", good[:-3] + bytes([good[-3] ^ 1]) + good[-2:])
write("cut.7z", good[:-20])
write("window.7z", seven_zip(members, [lzma_coder(1 << 30)], packed_by_lzma))
write("gap.7z", seven_zip(members, gap=EVIL))
write("behind.7z", good + EVIL)
write("names.7z", seven_zip([("../../etc/passwd", b"x"), ("/abs", b"y"), ("a", b"1"), ("a", b"2")]))
AES = coder(b"\x06\xf1\x07\x01", b"\x13\x00" + bytes(1))
write("encrypted.7z", seven_zip([("secret.pkl", bytes(64))], [AES]))
write("damaged.7z", seven_zip(members, [lzma_coder()], lambda body: packed_by_lzma(body)[:-20] + bytes(20)))
write("nonsense.7z", start(b"\x01\x04\x99", 0) + b"\x01\x04\x99")
