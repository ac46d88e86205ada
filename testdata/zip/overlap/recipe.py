import os
import sys
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from zip_parts import Member, archive, write

# Entries that share their data.
TEXT = b"harmless text, again and again\n" * 3
a, b = Member("a.txt", TEXT), Member("b.txt", TEXT)
inner = b.group()
size = len(TEXT) + len(inner)
covering = {"packed": size, "size": size, "crc": zlib.crc32(TEXT + inner)}
write("same-place.zip", archive([a, Member("b.txt", TEXT, central={"offset": 0})]))
write("inside.zip", archive([Member("a.txt", TEXT, local=covering, central=covering), b]))
into_directory = {"packed": len(TEXT) + 20, "size": len(TEXT) + 20}
write("into-directory.zip", archive([a, Member("b.txt", TEXT, local=into_directory, central=into_directory)]))
write("outside.zip", archive([a, Member("b.txt", TEXT, central={"offset": 5000})]))
beyond = {"packed": 5000, "size": 5000}
write("beyond-the-end.zip", archive([a, Member("b.txt", TEXT, local=beyond, central=beyond)]))
