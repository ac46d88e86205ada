import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from zip_parts import Member, archive, write

# The header before the data says otherwise than the directory.
TEXT = b"harmless text, again and again\n" * 3


def one(case, **fields):
    write(f"{case}.zip", archive([Member("first.txt", TEXT), Member("a.txt", TEXT, local=fields),
                                  Member("last.txt", TEXT)]))


one("name", name=b"b.txt")
one("flags", flags=0x20)
one("method", method=8)
one("crc", crc=0x12345678)
one("packed", packed=5)
one("size", size=5)
one("utf8-flag-alone", flags=0x800)
whole = archive([Member("first.txt", TEXT), Member("a.txt", TEXT), Member("last.txt", TEXT)])
at = whole.find(b"PK\3\4", 4)
write("no-signature.zip", whole[:at] + b"XX" + whole[at + 2:])
