import os
import struct
import sys
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from zip_parts import Member, archive, packed, write

# Descriptors of every form, in archives that are read at random and, deflated in another, forward.
def with_descriptor(name, data, method, wide=False, sign=True):
    raw = packed(data, method)
    sizes = struct.pack("<QQ" if wide else "<II", len(raw), len(data))
    descriptor = (b"PK\7\10" if sign else b"") + struct.pack("<I", zlib.crc32(data)) + sizes
    nothing = {"crc": 0, "packed": 0, "size": 0}
    return Member(name, data, method, flags=8, local=nothing, descriptor=descriptor)


text = b"the same text again and again " * 20
content = archive([with_descriptor("stored", text, 0), with_descriptor("deflated", text, 8),
                   with_descriptor("wide-stored", text, 0, wide=True),
                   with_descriptor("wide-deflated", text, 8, wide=True),
                   with_descriptor("nothing", b"", 8), with_descriptor("decoy", b"PK\7\10" * 9, 0)])
write("random.zip", content)
write("forward.zip", archive([Member("inner.zip", content, 8)]))
