"""7z archives as they should be: stored, packed, with a packed header; what is inside is looked at."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.parent))
sys.dont_write_bytecode = True

from archive_parts import *

text = b"A model card.\n" * 300


def write(name, data):
    pathlib.Path(name).write_bytes(data)


write("stored.7z", seven_zip([("README.md", text)]))
write("packed.7z", seven_zip([("README.md", text), ("notes/a.txt", b"a note\n")], [lzma_coder()], packed_by_lzma))
write("evil.7z", seven_zip([("README.md", text), ("weights.pkl", EVIL)], [lzma_coder()], packed_by_lzma, packed_header=True))
write("empty.7z", start(b"", 0))
write("letters.7z", seven_zip([("na\u00efve file.txt", text), ("\u6a21\u578b.pkl", EVIL)]))
