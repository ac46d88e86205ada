import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from zip_parts import Member, archive, end, write

# End records that lie, or of which there are several.
TEXT = b"harmless text\n"
a, b, c = Member("a.txt", TEXT), Member("b.txt", TEXT), Member("c.txt", TEXT)
whole = archive([a, b])
other = archive([c])
entries = a.entry(0) + b.entry(len(a.group()))
write("none.zip", whole[:-22])
write("cut-off.zip", whole[:-60])
write("cut-in-first-header.zip", whole[:29])
write("cut-in-first-name.zip", whole[:33])
write("cut-behind-signature.zip", whole[:4])
write("leads-nowhere.zip", archive([a, b], size=5, offset=7))
write("count.zip", archive([a, b], count=1))
write("size.zip", archive([a, b], size=len(entries) - 1, offset=len(whole) - 22 - len(entries)))
write("offset.zip", archive([a, b], offset=len(whole)))
write("disk.zip", archive([a, b], disk=1))
write("entry-disk.zip", archive([a, Member("b.txt", TEXT, central={"disk": 3})]))
write("comment-text.zip", archive([a, b], comment=b"some words"))
write("comment-bytes.zip", archive([a, b], comment=bytes(range(20))))
write("comment-cut-off.zip", archive([a, b], comment=b"short", comment_length=50))
write("in-comment.zip", archive([a, b], comment=other[other.find(b"PK\1\2"):]))
write("two-archives.zip", whole + other)
write("two-ends.zip", whole + end(2, len(entries), len(whole) - 22 - len(entries)))
first, second = a.entry(0), b.entry(0)
write("two-directories.zip", a.group() + first + second + end(1, len(first), len(a.group())))
write("directory-first.zip", first[:42] + struct.pack("<I", len(first)) + first[46:] + a.group() + end(1, len(first), 0))
