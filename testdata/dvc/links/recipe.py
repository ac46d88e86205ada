"""Links where DVC has files of its cache and their folders: what they lead to is damaged, and was not asked for."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from store_parts import *  # noqa: E402,F403


def repository(at, content, to_folder):
    name = md5(content)
    write(f"{at}/model.bin.dvc", f"outs:\n- md5: {name}\n  size: {len(content)}\n  hash: md5\n  path: model.bin\n")
    write(f"{at}/elsewhere/{name[2:]}", content[:-1] + b"?")
    place = f"{at}/.dvc/cache/files/md5/{name[:2]}"
    if to_folder:
        link(place, "../../../../elsewhere")
    else:
        link(f"{place}/{name[2:]}", f"../../../../../elsewhere/{name[2:]}")


repository("file", model(1), False)
repository("folder", model(2), True)
