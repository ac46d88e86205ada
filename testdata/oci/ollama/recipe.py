"""Models of Ollama in an image layout: their registry's manifests are docker's."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from oci_parts import *

OLLAMA = "application/vnd.ollama.image."
DOCKER = "application/vnd.docker.distribution.manifest.v2+json"


def case(name, change=lambda document: document, drop=None):
    layout = Layout()
    document = {"schemaVersion": 2, "mediaType": DOCKER,
                "config": layout.blob(b'{"model_format":"gguf"}', "application/vnd.docker.container.image.v1+json"),
                "layers": [layout.blob(b"Be kind.", OLLAMA + "system"), layout.blob(b"MIT", OLLAMA + "license")]}
    if drop is not None:
        del layout.blobs[document["layers"][drop]["digest"]]
    layout.write(name, [named(layout.blob(change(document), DOCKER))])


def layer(**fields):
    def change(document):
        document["layers"][0].update(fields)
        return document
    return change


case("ordinary")
case("traversal", layer(digest="sha256:../../../../etc/passwd"))
case("grammar", layer(digest="sha256:abc"))
case("missing", drop=0)
case("size", layer(size=1))
case("twice", lambda document: text(document).replace(b'"schemaVersion":2', b'"schemaVersion":2,"schemaVersion":2'))
case("trailing", lambda document: text(document) + b" and more")
