"""Indexes that lead to indexes: in circles, where a content is not that of its name, and too deep."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from oci_parts import *

circle = Layout()
a, b = "sha256:" + "a" * 64, "sha256:" + "b" * 64
for here, there in ((a, b), (b, a)):
    circle.blob({"schemaVersion": 2, "mediaType": INDEX, "manifests": [{"mediaType": INDEX, "digest": there, "size": 237}]},
                INDEX, here)
circle.archive("circle.tar", [{"mediaType": INDEX, "digest": a, "size": len(circle.blobs[a])}])
deep = Layout()
one = deep.image(tar(file("etc/passwd")))
for _ in range(12):
    one = deep.blob({"schemaVersion": 2, "mediaType": INDEX, "manifests": [one]}, INDEX)
deep.write("deep", [one])
# Each index lists all before it: ways through them multiply, and what is said of them must not.
web = Layout()
listed = [web.image(tar(file("etc/passwd")))]
for _ in range(16):
    listed.append(web.blob({"schemaVersion": 2, "mediaType": INDEX, "manifests": listed[::-1]}, INDEX))
web.write("web", listed[-1:])
