"""Links where Git LFS has objects and their folders: what they lead to is damaged, and was not asked for."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from store_parts import *  # noqa: E402,F403


def repository(at, content, to_folder):
    oid = sha256(content)
    write(f"{at}/model.bin", f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(content)}\n")
    write(f"{at}/elsewhere/{oid[2:4]}/{oid}", content[:-1] + b"?")
    place = f"{at}/.git/lfs/objects/{oid[:2]}"
    if to_folder:
        link(place, "../../../elsewhere")
    else:
        link(f"{place}/{oid[2:4]}/{oid}", f"../../../../../elsewhere/{oid[2:4]}/{oid}")
    sound = model(9)
    write(f"{at}/.git/lfs/objects/{sha256(sound)[:2]}/{sha256(sound)[2:4]}/{sha256(sound)}", sound)


repository("object", model(1), False)
repository("folder", model(2), True)
