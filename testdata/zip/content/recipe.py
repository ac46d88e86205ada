import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from zip_parts import Member, archive, packed, write

# The data is not what both headers say.
TEXT = b"harmless text, again and again\n" * 30


def one(case, **more):
    write(f"{case}.zip", archive([Member("a.txt", TEXT, **more), Member("last.txt", TEXT)]))


def both(**fields):
    return {"local": fields, "central": fields}


one("crc-stored", **both(crc=1))
one("crc-deflated", method=8, **both(crc=1))
one("size-deflated", method=8, **both(size=10))
one("size-stored", **both(size=10))
one("damaged", method=8, raw=packed(TEXT, 8)[:20] + b"\xff" * 20)
one("cut-off", method=8, raw=packed(TEXT, 8)[:-4])
one("behind-its-end", method=8, raw=packed(TEXT, 8) + b"more text that nobody unpacks")
one("unknown-method", method=98)
one("unknown-method-listed", central={"method": 97})
one("bomb", method=8, **both(size=3 << 30))
