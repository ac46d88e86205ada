"""What a layer of an image holds: marks for what is removed, links that count from the root, programs with rights."""
import gzip
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from tar_parts import *


def folder(name, mode=0o755):
    return header(name, kind=b"5", mode=mode)


LAYER = archive(
    folder(b"etc/"), member(b"etc/.wh.gone", b""), header(b"etc/alternatives/awk", kind=b"2", link=b"/usr/bin/mawk"),
    folder(b"models/"), member(b"models/.wh..wh..opq", b""), member(b"models/config.json", b"{}\n"),
    folder(b"tmp/", 0o1777), folder(b"usr/"), folder(b"usr/bin/"), member(b"usr/bin/tool", b"text\n", mode=0o4755),
    header(b"usr/bin/same", kind=b"1", link=b"usr/bin/tool"),
    member(b"usr/lib/systemd/system-systemd\\x2dcryptsetup.slice", b"[Unit]\n"), folder(b"var/mail/", 0o2775),
    pax((b"SCHILY.xattr.user.note", b"\xff\0binary")), member(b"var/note", b"text\n"))
with open("layer.tar", "wb") as file:
    file.write(LAYER)
with open("layer.tar.gz", "wb") as file:
    file.write(gzip.compress(LAYER, mtime=0))
write("empty.tar")
write("empty_padded.tar", end=bytes(20 * BLOCK))
with open("empty.tar.gz", "wb") as file:
    file.write(gzip.compress(END, mtime=0))
write("twice_a_folder.tar", folder(b"d/"), member(b"d/a", b"1\n"), folder(b"d/"), folder(b"./d/"))
write("commit.tar", pax((b"comment", b"0" * 40), kind=b"g"), member(b"repo/a", b"1\n"))
write("dates.tar", member(b"a", b"1\n", magic=GNU, mtime=binary(-5)), member(b"b", b"1\n", mode=b"   644 \0"))
write("many_small.tar", *[member(b"f%04d" % i, b"%d\n" % i) for i in range(300)])
write("large_first.tar", member(b"weights.bin", b"w" * 100_000), *[member(b"f%04d" % i, b"%d\n" % i) for i in range(300)])
