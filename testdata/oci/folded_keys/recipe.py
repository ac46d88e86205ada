"""Keys that are others only to readers that ignore the case of letters, as those in Go do: whole images are swapped."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from oci_parts import *

GOOD = tar(file("etc/passwd"))
EVIL = tar(file("etc/group"))


def parts(layout, content):
    return {"config": layout.blob(config(content), CONFIG), "layers": [layout.layer(content)]}


def manifest(name, make):
    layout = Layout()
    good, evil = parts(layout, GOOD), parts(layout, EVIL)
    layout.write(name, [named(layout.blob({"schemaVersion": 2, "mediaType": MANIFEST, **make(good, evil)}, MANIFEST))])


def also(one, other):
    """A descriptor that is another one, too."""
    return {**one, "Digest": other["digest"], "SIZE": other["size"]}


manifest("layers", lambda good, evil: {**good, "Layers": evil["layers"], "Config": evil["config"]})
manifest("long_s", lambda good, evil: {**good, "layer\u017f": evil["layers"], "CONFIG": evil["config"]})
manifest("digest", lambda good, evil: {"config": also(good["config"], evil["config"]),
                                       "layers": [also(good["layers"][0], evil["layers"][0])]})
manifest("only", lambda good, evil: {"Layers": evil["layers"], "Config": evil["config"]})
manifest("no_layers", lambda good, evil: {"config": good["config"]})
manifest("no_config", lambda good, evil: {"layers": good["layers"]})
two = Layout()
one, other = named(two.image(GOOD)), named(two.image(EVIL))
two.write("manifests", {"schemaVersion": 2, "manifests": [one], "Manifests": [other]})
two.write("annotations", [{**one, "Annotations": {REF: "other"}}, other])
for name, settings in (("rootfs", {"RootFS": config(EVIL)["rootfs"]}),
                       ("ids", {"rootfs": {"type": "layers", "Diff_IDs": [sha256(EVIL)]}})):
    layout = Layout()
    made = layout.manifest(layout.blob({"architecture": "amd64", "os": "linux", **settings}, CONFIG),
                           [layout.layer(EVIL)])
    layout.write(name, [named(made)])
