"""Layers that are not what is said of them."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from oci_parts import *

ROOT = tar(file("etc/passwd"), file("models/a.safetensors", safetensors()))
OTHER = tar(file("etc/passwd"), file("models/a.safetensors", safetensors(9)))


def case(name, settings, layer, drop=False):
    layout = Layout()
    described = layer(layout)
    image = layout.manifest(layout.blob(settings, CONFIG), [described])
    if drop:
        del layout.blobs[described["digest"]]
    layout.write(name, [named(image)])


case("missing", config(ROOT), lambda layout: layout.layer(ROOT), drop=True)
case("other_content", config(ROOT), lambda layout: layout.layer(OTHER))
case("plain_as_gzip", config(ROOT), lambda layout: layout.layer(ROOT, LAYER + "+gzip"))
case("gzip_as_plain", config(ROOT), lambda layout: layout.layer(packed(ROOT), LAYER))
case("model_as_layer", config(safetensors()), lambda layout: layout.layer(safetensors(), LAYER))
case("longer", config(ROOT), lambda layout: {**layout.layer(ROOT), "size": 7})
