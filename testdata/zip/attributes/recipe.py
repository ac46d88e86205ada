import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from zip_parts import Member, archive, write

# What a member would be once it is unpacked with its attributes.
def kind(name, mode):
    return Member(name, b"/etc/passwd", central={"attributes": mode << 16})


write("kinds.zip", archive([kind("file", 0o100644), kind("link", 0o120777), kind("pipe", 0o010644),
                            kind("disk", 0o060644), kind("setuid", 0o104755), kind("setgid", 0o102755)]))
