import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from zip_parts import Member, archive, write

# Bytes that belong to no member.
TEXT = b"harmless text\n"
a, b, hidden = Member("a.txt", TEXT), Member("b.txt", TEXT), Member("hidden.txt", b"#!/bin/sh\n", listed=False)
packed_hidden = Member("hidden.txt", TEXT * 9, 8, listed=False)
streamed = Member("hidden.txt", TEXT * 9, 8, flags=8, listed=False, local={"crc": 0, "packed": 0, "size": 0},
                  descriptor=b"PK\7\10" + bytes(12))
write("between.zip", archive([a, b], gap=b"#!/bin/sh\nrm -r something\n"))
write("zeros.zip", archive([a, b], gap=bytes(40)))
write("zeros-and-more.zip", archive([a, b], gap=bytes(40) + b"some text" + bytes(5)))
write("hidden.zip", archive([a, hidden, b]))
write("hidden-deflated.zip", archive([a, packed_hidden, b]))
write("hidden-streamed.zip", archive([a, streamed, b]))
write("hidden-first.zip", archive([hidden, a, b]))
write("hidden-last.zip", archive([a, b, hidden]))
write("hidden-among-text.zip", archive([a, b], gap=b"text " + hidden.group() + b" text"))
write("trailing.zip", archive([a, b], trailing=b"#!/bin/sh\n"))
write("trailing-zeros.zip", archive([a, b], trailing=bytes(300)))
