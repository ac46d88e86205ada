"""What Git LFS keeps: a sound object, a damaged one, one in the wrong folder, one half downloaded."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from store_parts import *  # noqa: E402,F403

def put(content, name=None, folder=None):
    name = name or sha256(content)
    write(f".git/lfs/objects/{folder or name[:2] + '/' + name[2:4]}/{name}", content)


put(model(1))
put(model(2), name=sha256(model(3)))
put(model(4), folder="00/00")
put(b"text\n", name="not-a-digest", folder="no/ta")
write(f".git/lfs/incomplete/{sha256(b'begun')}.part", b"beg")
