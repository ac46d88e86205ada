import os
import struct
import sys
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from zip_parts import Member, end, end64, locator, write

# What torch's writer makes: no sizes before the data, padding, descriptors, 64-bit end records.
def record(name, data, at):
    flags = 0x808 if data else 0x800
    crc = zlib.crc32(data)
    start = at + 30 + len(name) + 4
    padding = struct.pack("<2sH", b"FB", -start % 64) + b"Z" * (-start % 64)
    nothing = {"crc": 0, "packed": 0, "size": 0, "extra": padding, "needs": 0}
    descriptor = struct.pack("<4sIII", b"PK\7\10", crc, len(data), len(data)) if data else b""
    return Member(name, data, flags=flags, local=nothing, descriptor=descriptor,
                  central={"made_by": 0, "needs": 0, "attributes": 0})


out, entries, count = b"", b"", 0
for name, data in [("model/notes.txt", b"tensors would be here\n"), ("model/order", b"little"),
                   ("model/blobs/0", bytes(range(32, 96)) * 3), ("model/blobs/1", b"numbers " * 20),
                   ("model/release", b"3\n"), ("model/.meta/id", b"0" * 40)]:
    member = record(name, data, len(out))
    entries += member.entry(len(out))
    out += member.group()
    count += 1
start = len(out)
out += entries
out += end64(count, len(entries), start) + locator(start + len(entries)) + end(count, len(entries), start)
write("model.zip", out)
