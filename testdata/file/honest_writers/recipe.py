"""What ordinary tools write, and what looks like it: samples of git's hooks, an application of Python, a ZIP of what came
through a pipe, one of a folder by bsdtar, a tar with holes."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.parent))
sys.dont_write_bytecode = True

import tar_parts
from zip_parts import *

HOOK = b"#!/bin/sh\necho no\n"
PICKLE = b"\x80\x02K\x01."
DATA = [Member("config.json", b"{}"), Member("README.md", b"A card.\n")]

for folder in ("repo/.git/hooks", "bare.git/hooks"):
    write(folder + "/pre-push.sample", HOOK)
write("other/pre-push.sample", HOOK)
write("repo2/.git/hooks/pre-push", HOOK)
write("app.pyz", archive(DATA, prefix=b"#!/usr/bin/env python3\n"))
write("app.zip", archive(DATA, prefix=b"#!/usr/bin/env python3\n"))
write("two_lines.pyz", archive(DATA, prefix=b"#!/bin/sh\nid\n"))
write("piped.zip", archive([Member("-", b"text\n", central={"attributes": 0o010600 << 16})]))
write("pipe.zip", archive([Member("fifo", b"", central={"attributes": 0o010600 << 16})]))
write("folder.zip", archive([Member("./data.pkl", PICKLE), Member("./README.md", b"A card.\n")]))
write("folder.pt", archive([Member("./data.pkl", PICKLE), Member("./README.md", b"A card.\n")]))
tail = bytes(41) + (b"%011o\0" * 4 % (0, 5, 4096, 0)).ljust(96, b"\0") + b"\0" + tar_parts.number(4096, 12)
holes = tar_parts.archive(tar_parts.header(b"hole.bin", 5, kind=b"S", magic=tar_parts.GNU, tail=tail.ljust(155, b"\0"))
                          + tar_parts.padded(b"abcde"))
write("holes.tar", holes)
write("ab" * 32, holes)
