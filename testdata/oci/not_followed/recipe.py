"""Layers that nobody can follow: of docker's first schema, and encrypted ones."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from oci_parts import *  # noqa: E402,F403

ROOT = tar(file("models/a.safetensors", safetensors()))

old = Layout()
layer = old.layer(ROOT)
schema = {"schemaVersion": 1, "name": "x", "tag": "v1", "fsLayers": [{"blobSum": layer["digest"]}], "history": []}
old.write("schema1", [named(old.blob(schema, "application/vnd.docker.distribution.manifest.v1+json"))])

secret = Layout()
hidden = secret.blob(bytes(255 - i % 251 for i in range(3000)), LAYER + "+gzip+encrypted")
secret.write("encrypted", [named(secret.manifest(secret.blob(config(ROOT), CONFIG), [hidden]))])
