import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from zip_parts import Member, archive, end, end64, locator, write

# 64-bit fields: needed nowhere here, and right in the first three.
TEXT = b"harmless text\n"
SIZE = len(TEXT)
ALL = 0xffffffff


def extra(*values):
    return struct.pack(f"<HH{len(values)}Q", 1, 8 * len(values), *values)


def one(case, extra, **fields):
    write(f"{case}.zip", archive([Member("a.txt", TEXT, central={"extra": extra, **fields})]))


one("fine-size", extra(SIZE), size=ALL)
one("fine-all", extra(SIZE, SIZE, 0), size=ALL, packed=ALL, offset=ALL)
one("fine-unneeded", extra(SIZE, SIZE, 0))
one("override", extra(SIZE, 3), size=ALL)
one("override-unneeded", extra(SIZE, SIZE, 9))
one("missing", b"", size=ALL)
one("overflow", extra(SIZE, 1 << 63), size=ALL, packed=ALL)
one("overflow-offset", extra((1 << 64) - 20), offset=ALL)
one("extra-too-long", struct.pack("<HH", 0x4246, 99) + b"Z" * 8)

a = Member("a.txt", TEXT)
group, entry = a.group(), a.entry(0)
start, told, at = len(group), len(entry), len(group) + len(entry)


def ended(case, wide, place=at, count=1, between=b""):
    write(f"{case}.zip", group + entry + wide + between + locator(place) + end(count, told, start))


ended("end-fine", end64(1, told, start))
ended("end-conflict", end64(2, told, start))
ended("end-nowhere", end64(1, told, start), place=5, between=b"12345678")
ended("end-other", end64(1, told, start), place=5)
ended("end-too-long", end64(1, told, start, length=5000))
copy = end64(1, told, start)
write("end-two.zip", group + entry + copy + copy + locator(at) + end(1, told, start))
