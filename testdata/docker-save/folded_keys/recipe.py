"""Archives whose list, or whose configuration, only readers that ignore the case of letters understand."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from oci_parts import *

ROOT = tar(file("etc/passwd"))
OTHER = tar(file("etc/group"))


def case(name, image, settings, layer=OTHER):
    settings = text(settings)
    config_name = sha256(settings)[7:] + ".json"
    image = {key: value or config_name for key, value in image.items()}
    put(name + ".tar", docker_save([image], [(config_name, settings), ("one/layer.tar", layer)]))


LIST = {"Config": None, "RepoTags": ["repo:latest"], "Layers": ["one/layer.tar"]}
case("list", {key.lower(): value for key, value in LIST.items()}, config(ROOT))
case("mixed", {"config": None, "RepoTags": ["repo:latest"], "Layers": ["one/layer.tar"]}, config(ROOT))
case("late", {"Unknown": "x", **LIST}, config(ROOT))
capital = config(ROOT)
capital["RootFS"] = capital.pop("rootfs")
case("rootfs", LIST, capital)
case("ids", LIST, config(ROOT, rootfs={"type": "layers", "DIFF_IDS": [sha256(ROOT)]}))
