"""A remote of DVC 3: files/md5 alone."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from store_parts import *  # noqa: E402,F403

for content, name in ((model(1), md5(model(1))), (model(2), md5(model(3)))):
    write(f"remote/files/md5/{name[:2]}/{name[2:]}", content)
