"""Descriptors that lie: digests, sizes, types, embedded data."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from oci_parts import *

import base64

ROOT = tar(file("etc/passwd"), file("models/a.safetensors", safetensors()))


def case(name, change):
    layout = Layout()
    image = named(layout.image(ROOT))
    layout.write(name, [change(image)])


def changed(**fields):
    return lambda image: {**image, **fields}


case("grammar", changed(digest="not a digest"))
case("traversal", changed(digest="sha256:../../../../etc/passwd"))
case("uppercase", lambda image: {**image, "digest": image["digest"][:7] + image["digest"][7:].upper()})
case("unknown", changed(digest="sha3-256:" + "a" * 64))
case("weak", changed(digest="md5:" + "a" * 32))
case("short", changed(digest="sha256:abc"))
case("none", lambda image: {"mediaType": MANIFEST, "size": 1})
case("negative", changed(size=-1))
case("fraction", changed(size=1.5))
case("text", changed(size="12"))
case("size", changed(size=12))
case("untyped", lambda image: {key: value for key, value in image.items() if key != "mediaType"})
case("data", changed(data=base64.b64encode(b"something else").decode()))
case("urls", changed(urls=["http://169.254.169.254/latest"]))
case("foreign", changed(mediaType="application/vnd.oci.image.layer.nondistributable.v1.tar"))
case("as_index", changed(mediaType=INDEX))
