import os
import struct
import sys
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from zip_parts import Member, archive, write

# Names that harm whoever unpacks them, or that readers take for others. One archive for each.
TEXT = b"harmless text\n"


def one(case, *names, flags=0, central=None):
    write(f"{case}.zip", archive([Member(name, TEXT, flags=flags, central=central) for name in names]))


one("absolute", "/etc/passwd")
one("backslash", "a\\b.txt")
one("backslash-parent", "..\\..\\b.txt")
one("case", "Weights/a.txt", "weights/A.txt")
one("control", "a\x1b[2Kb.txt")
one("cp437", b"na\x8bve.txt")
one("drive", "C:/x.txt")
one("duplicate", "a.txt", "b.txt", "a.txt")
one("empty", "", "b.txt")
one("file-and-folder", "a!", "a/b", "a", "ab")
one("not-utf8", b"na\xffve.txt", flags=0x800)
one("nul", "a.txt\0.png")
one("parent", "a/../../b.txt")
one("fine", "..a/b..", "a/.b", "...", "a.b/..c", "d/e", "d/f")
second = b"\1" + struct.pack("<I", zlib.crc32(b"model.txt")) + b"m\xc3\xb6del.txt"
one("second-name", "model.txt", central={"extra": struct.pack("<HH", 0x7075, len(second)) + second})
