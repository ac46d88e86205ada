import gzip
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from zip_parts import Member, archive, write

# What a member would be once it is unpacked with its attributes.
def kind(name, mode, data=b"/etc/passwd", method=0):
    return Member(name, data, method, central={"attributes": mode << 16})


write("kinds.zip", archive([kind("file", 0o100644), kind("link", 0o120777), kind("pipe", 0o010644),
                            kind("disk", 0o060644), kind("setuid", 0o104755), kind("setgid", 0o102755)]))

# Where links lead decides.
LINKS = {"beside": b"a.txt", "in/up": b"../a.txt", "in/deep": b"../in/./x", "out": b"../a.txt", "in/out": b"../../a.txt",
         "through": b"in/../../a.txt", "absolute": b"/a", "drive": b"c:a", "backslash": b"..\\a", "nul": b"a\0/../..",
         "empty": b"", "long": b"x/" * 3000}
members = [kind(name, 0o120777, data, 8 * (len(data) > 7)) for name, data in LINKS.items()]
for name, data in (("links.zip", archive(members)), ("links.zip.gz", gzip.compress(archive(members), mtime=0))):
    write(name, data)
