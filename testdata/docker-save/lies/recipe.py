"""Archives of docker that lead outside, or are not what they say."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from oci_parts import *

ROOT = tar(file("etc/passwd"), file("models/a.safetensors", safetensors()))
OTHER = tar(file("etc/passwd"), file("models/a.safetensors", safetensors(9)))
SETTINGS = text(config(ROOT))
NAME = sha256(SETTINGS)[7:] + ".json"


def case(name, images, files, links=()):
    put(name + ".tar", docker_save(images, files, links))


def image(**fields):
    return [{"Config": NAME, "RepoTags": ["repo:latest"], "Layers": ["one/layer.tar"], **fields}]


FILES = [(NAME, SETTINGS), ("one/layer.tar", ROOT)]
case("traversal", image(Config="../../etc/passwd"), FILES)
case("absolute", image(Layers=["/etc/passwd"]), FILES)
case("no_config", image(), [("one/layer.tar", ROOT)])
case("nothing", [{"Config": None, "RepoTags": None, "Layers": None}], FILES)
case("twice", image(Config=sha256(text(config(ROOT, OTHER)))[7:] + ".json", Layers=["one/layer.tar", "one/layer.tar"]),
     [(sha256(text(config(ROOT, OTHER)))[7:] + ".json", text(config(ROOT, OTHER))), ("one/layer.tar", ROOT)])
case("other_config", image(Config="a" * 64 + ".json"), [("a" * 64 + ".json", SETTINGS), ("one/layer.tar", ROOT)])
case("other_layer", image(), [(NAME, SETTINGS), ("one/layer.tar", OTHER)])
case("escape", image(), [(NAME, SETTINGS)], [("one/layer.tar", "../../etc/passwd")])
case("no_layer", image(), [(NAME, SETTINGS)])
case("same_name", image() + image(), FILES)
both = Layout()
described = both.image(OTHER)
both.archive("disagree.tar", [named(described)],
             tar_parts.member(NAME.encode(), SETTINGS), tar_parts.member(b"one/layer.tar", ROOT),
             tar_parts.member(b"manifest.json", text(image())))

for name, settings in (("no_ids", config()), ("other_algorithm", config(ROOT, rootfs={
        "type": "layers", "diff_ids": ["sha512:" + hashlib.sha512(ROOT).hexdigest()]})), ("no_settings", {"a": 1})):
    config_name = sha256(text(settings))[7:] + ".json"
    case(name, image(Config=config_name), [(config_name, text(settings)), ("one/layer.tar", OTHER)])
# Many images in the list, and an index that leads to one of them over and over.
many = Layout()
described = many.image(ROOT)
settings = "blobs/" + json.loads(many.blobs[described["digest"]])["config"]["digest"].replace(":", "/")
layer = "blobs/" + json.loads(many.blobs[described["digest"]])["layers"][0]["digest"].replace(":", "/")
many.archive("many.tar", [described] * 50, tar_parts.member(b"manifest.json", text(
    [{"Config": settings if i % 2 else "blobs/sha256/%064x" % i, "RepoTags": None, "Layers": [layer]} for i in range(6)])))
