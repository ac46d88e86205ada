"""lzip: "LZIP", a version, the dictionary's size, LZMA data with an end mark, CRC-32 and sizes."""
import io
import lzma
import struct
import tarfile
import zlib

TEXT = b"a line of the model card\n" * 200
PICKLE = b"cposix\nsystem\n(S'id'\ntR."


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


def lzip(data, version=1, dictionary=0x17):
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": 8 << 20, "lc": 3, "lp": 0, "pb": 2}]
    packed = b"LZIP" + bytes([version, dictionary]) + lzma.compress(data, lzma.FORMAT_ALONE, filters=filters)[13:]
    return packed + struct.pack("<IQQ", zlib.crc32(data), len(data), len(packed) + 20)


def tar(name, data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


good = lzip(TEXT)
write("plain.txt.lz", good)
write("empty.lz", lzip(b""))
write("two.lz", good + lzip(b"the second member\n"))
write("cut.lz", good[:-5])
write("damaged.lz", good[:30] + bytes([good[30] ^ 4]) + good[31:])
write("other_crc.lz", good[:-20] + bytes(4) + good[-16:])
write("other_size.lz", good[:-16] + bytes(8) + good[-8:])
write("garbage_behind.lz", good + b"not a member\n")
write("window_of_512_mib.lz", lzip(TEXT, dictionary=0x1d))
write("version_of_tomorrow.lz", lzip(TEXT, version=2))
write("evil.tar.lz", lzip(tar("model.pkl", PICKLE)))
write("evil.bin", lzip(PICKLE))
