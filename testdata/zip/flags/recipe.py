import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from zip_parts import Member, archive, write

# Bits that make one reader give up while another goes on; the data is plain, but for the last.
TEXT = b"harmless text, again and again\n" * 3


def one(case, bit, local=True, listed=True, data=TEXT, **more):
    write(f"{case}.zip", archive([Member("a.txt", data, local={"flags": bit if local else 0},
                                         central={"flags": bit if listed else 0}, **more),
                                  Member("last.txt", TEXT)]))


one("encrypted", 1)
one("encrypted-listed", 1, local=False)
one("encrypted-local", 1, listed=False)
one("strong", 0x41)
one("patched", 0x20)
one("masked", 0x2000)
one("truly-encrypted", 1, raw=bytes(range(255, 150, -1)))
