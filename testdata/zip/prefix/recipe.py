import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from zip_parts import Member, archive, write

# Bytes before the archive: what starts at the front of the file is another format.
TEXT = b"harmless text\n"
members = [Member("a.txt", TEXT), Member("b.txt", TEXT * 9, 8)]
pickle = b"\x80\2cposix\nsystem\nX\7\0\0\0echo hi\x85R."
write("counted.zip", archive(members, prefix=b"a line of text\n"))
write("not-counted.zip", archive(members, prefix=b"a line of text\n", counted=False))
write("pickle.bin", archive(members, prefix=pickle, counted=False))
write("script.zip", archive(members, prefix=b"#!/bin/sh\nexit 0\n", counted=False))
