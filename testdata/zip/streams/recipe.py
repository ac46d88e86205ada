import os
import struct
import sys
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from zip_parts import Member, archive, packed, write

# Archives inside a deflated member, where no reader can look back: forward, then confirmed.
TEXT = b"harmless text, again and again\n" * 3
NOTHING = {"crc": 0, "packed": 0, "size": 0}


def streamed(name, data, method=0, told=None, **more):
    raw = packed(data, method)
    crc, length = zlib.crc32(data), len(data)
    descriptor = struct.pack("<4sIII", b"PK\7\10", crc, len(raw), length) if told is None else told
    return Member(name, data, method, flags=8, local={**NOTHING, **more}, descriptor=descriptor)


def one(case, content):
    write(f"{case}.zip", archive([Member("inner.zip", content, 8)]))


a, b = Member("a.txt", TEXT), Member("b.txt", TEXT, 8)
one("known", archive([a, b]))
one("unknown", archive([streamed("a.txt", TEXT), streamed("b.txt", TEXT, 8)]))
# Stored data that ends early for who goes forward: it holds a descriptor that fits, and a member.
early = TEXT + struct.pack("<4sIII", b"PK\7\10", zlib.crc32(TEXT), len(TEXT), len(TEXT)) + a.group()
one("early-end", archive([streamed("a.txt", early), b]))
one("no-descriptor", archive([streamed("a.txt", TEXT, 8, told=b""), b]))
one("wrong-descriptor", archive([streamed("a.txt", TEXT, 8, told=b"PK\7\10" + bytes(12)), b]))
one("bare-descriptor", archive([streamed("a.txt", TEXT, 8, told=struct.pack(
    "<III", zlib.crc32(TEXT), len(packed(TEXT, 8)), len(TEXT))), b]))
one("hidden", archive([a, Member("h.txt", TEXT, listed=False), b]))
one("listed-only", archive([a, b])[len(a.group()):])
one("same-place", archive([a, Member("b.txt", TEXT, central={"offset": 0})]))
one("name", archive([a, Member("b.txt", TEXT, local={"name": b"c.txt"})]))
one("size", archive([a, Member("b.txt", TEXT, central={"packed": 3, "size": 3})]))
one("gap", archive([a, b], gap=b"#!/bin/sh\n"))
one("zeros", archive([a, b], gap=bytes(9)))
one("no-end", archive([a, b])[:-22])
one("cut-off", archive([a, b])[:100])
one("two-archives", archive([a]) + archive([b]))
one("trailing", archive([a, b], trailing=b"#!/bin/sh\n"))
one("comment", archive([a, b], comment=bytes(range(9))))
one("encrypted", archive([a, Member("b.txt", TEXT, flags=1)]))
one("unknown-method", archive([a, Member("b.txt", TEXT, 98), a]))
one("damaged", archive([a, Member("b.txt", TEXT, 8, raw=b"\xff" * 30), a]))
