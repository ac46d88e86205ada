"""Manifests of an Ollama store."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from oci_parts import *

OLLAMA = "application/vnd.ollama.image."
DOCKER = "application/vnd.docker.distribution.manifest.v2+json"


def store(name, change=lambda document: document, drop=False, tail=b""):
    blobs = {}

    def blob(data, media):
        blobs[sha256(data)] = data
        return {"mediaType": media, "digest": sha256(data), "size": len(data)}

    document = {"schemaVersion": 2, "mediaType": DOCKER,
                "config": blob(b'{"model_format":"gguf"}', "application/vnd.docker.container.image.v1+json"),
                "layers": [blob(b"Be kind.", OLLAMA + "system"), blob(b"MIT", OLLAMA + "license")]}
    document = change(document)
    put(f"{name}/manifests/registry.ollama.ai/library/m/latest", text(document) + tail)
    for digest, data in list(blobs.items())[drop:]:
        put(f"{name}/blobs/{digest.replace(':', '-')}", data)


def layer(**fields):
    def change(document):
        document["layers"][0].update(fields)
        return document
    return change


store("ordinary")
store("traversal", layer(digest="sha256:../../../../etc/passwd"))
store("grammar", layer(digest="sha256:abc"))
store("missing", drop=True)
store("size", layer(size=1))
store("twice", lambda document: text(document).replace(b'"schemaVersion":2', b'"schemaVersion":2,"schemaVersion":2'))
store("trailing", tail=b" and more")
