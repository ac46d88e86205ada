"""ModelPack and KitOps artifacts, ordinary and lying."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from oci_parts import *

import pickle

TYPE = "application/vnd.cncf.model.manifest.v1+json"
MODEL = "application/vnd.cncf.model."
PATH = "org.cncf.model.filepath"
META = "org.cncf.model.file.metadata+json"


def case(name, files, artifact=TYPE, ids=None):
    """Files are (type, path, data, metadata)."""
    layout = Layout()
    layers = []
    for kind, path, data, *meta in files:
        notes = {PATH: path} if path is not None else {}
        notes.update({META: json.dumps(meta[0])} if meta else {})
        layers.append(layout.blob(data, MODEL + kind, annotations=notes))
    settings = {"descriptor": {"name": "m"}, "modelfs": {"type": "layers", "diffIds": ids or [sha256(one[2]) for one in files]},
                "config": {"architecture": "transformer"}}
    more = {"artifactType": artifact} if artifact else {}
    layout.write(name, [named(layout.manifest(layout.blob(settings, MODEL + "config.v1+json"), layers, **more))])


WEIGHT = ("weight.v1.raw", "model.safetensors", safetensors())
case("ordinary", [WEIGHT, ("doc.v1.raw", "README.md", b"# text\n"),
                  ("weight.config.v1.raw", "config.json", b'{"model_type":"bert"}')])
case("traversal", [("weight.v1.raw", "../../model.safetensors", safetensors())])
case("absolute", [("weight.v1.raw", "/model.safetensors", safetensors())])
case("unnamed", [("weight.v1.raw", None, safetensors())])
case("same_name", [WEIGHT, ("weight.v1.raw", "model.safetensors", safetensors(3))])
case("other_type", [WEIGHT], artifact="application/vnd.example")
case("pickle", [("weight.v1.raw", "model.pkl", pickle.dumps({"a": 1}, 2))])
case("program", [("doc.v1.raw", "README.md", b"\x7fELF\2\1\1" + bytes(64))])
case("metadata", [(*WEIGHT, {"name": "other.safetensors", "mode": 0o4755, "size": 7, "typeflag": 50})])
case("diff_id", [WEIGHT], ids=["sha256:" + "a" * 64])

KIT = "application/vnd.kitops.modelkit."


def kit(name, settings, media):
    layout = Layout()
    layer = layout.layer(tar(file("model.safetensors", safetensors())), media) if media == KIT + "model.v1.tar" else         layout.blob(packed(tar(file("model.safetensors", safetensors()))), media)
    layout.write(name, [named(layout.manifest(layout.blob(settings, KIT + "config.v1+json"), [layer]))])


KITFILE = {"manifestVersion": "1.0.0", "package": {"name": "k"}, "model": {"path": "model.safetensors"}}
kit("kit", KITFILE, KIT + "model.v1.tar+gzip")
kit("kit_outside", {**KITFILE, "model": {"path": "../../model.safetensors"}}, KIT + "model.v1.tar")
kit("kit_type", KITFILE, KIT + "model.v1.tar+gzip.extra")
