"""Documents that two readers take for two things."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from oci_parts import *

ROOT = tar(file("etc/passwd"))


def index(name, document, layout=None, without=(), version=None):
    (layout or Layout()).write(name, document, version, without)


def manifest(name, **fields):
    layout = Layout()
    base = {"schemaVersion": 2, "mediaType": MANIFEST, "config": layout.blob(config(ROOT), CONFIG),
            "layers": [layout.layer(ROOT)]}
    layout.write(name, [layout.blob({**base, **fields}, MANIFEST)])
    return layout


index("twice", b'{"schemaVersion":2,"manifests":[],"manifests":[]}')
index("mark", b'\xef\xbb\xbf{"schemaVersion":2,"manifests":[]}')
index("latin", b'{"schemaVersion":2,"manifests":[],"annotations":{"a":"\xe9"}}')
index("large", b'{"schemaVersion":2,"manifests":[' + b" " * (4 << 20) + b"]}")
index("cut", b'{"schemaVersion":2,"mediaType":"%s","manifests":[' % INDEX.encode())
ambiguous = Layout()
one = ambiguous.image(ROOT)
ambiguous.write("ambiguous", [ambiguous.blob({"schemaVersion": 2, "manifests": [one], "layers": [], "config": one}, INDEX)])
manifest("says_index", mediaType=INDEX)
manifest("other_type", mediaType="application/vnd.docker.distribution.manifest.v2+json")
untyped = Layout()
untyped.write("untyped_artifact", [untyped.manifest(untyped.blob(b"{}", EMPTY), [untyped.blob(b"text", "text/plain")])])
odd = Layout()
odd.write("odd_layer", [odd.manifest(odd.blob(config(ROOT), CONFIG), [odd.blob(ROOT, "application/x-something")])])
names = Layout()
names.write("names", [named(names.image(ROOT)), named(names.image(tar(file("etc/group"))))])
index("version", [], version={"imageLayoutVersion": "9.9"})
index("no_layout", [Layout().image(ROOT)], without=("oci-layout",))
index("no_index", [], without=("index.json",))
about = Layout()
about.write("subject", [about.manifest(about.blob(b"{}", EMPTY), [about.blob(b"{}", "application/spdx+json")],
                                       artifactType="application/spdx+json",
                                       subject={"mediaType": MANIFEST, "digest": "sha256:" + "a" * 64, "size": 7})])
for name, settings in (("rootfs", config(ROOT, rootfs={"type": "other", "diff_ids": [sha256(ROOT)]})),
                       ("history", config(ROOT, history=[])), ("count", config(ROOT, ROOT))):
    layout = Layout()
    layout.write(name, [layout.manifest(layout.blob(settings, CONFIG), [layout.layer(ROOT)])])
