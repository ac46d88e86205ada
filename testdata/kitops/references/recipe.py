"""Kits whose model is another kit, in the storage of KitOps: in a circle, over many, and as it should be."""
import base64
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from oci_parts import *  # noqa: E402,F403

KIT = "application/vnd.kitops.modelkit.config.v1+json"
CODE = "application/vnd.kitops.modelkit.code.v1.tar"


def storage(where, kits):
    """One repository: each tag's Kitfile has this model."""
    layout = Layout()
    manifests = []
    for tag, model in kits.items():
        kitfile = {"manifestVersion": "1.0.0", "package": {"name": tag}, "model": {"name": "m", "path": model}}
        code = layout.blob(tar(file(f"{tag}.txt")), CODE)
        manifests.append(named(layout.manifest(layout.blob(kitfile, KIT), [code]), tag))
    layout.write(where, [])
    name = base64.urlsafe_b64encode(b"ghcr.io/org/kit").decode()
    put(f"{where}/{name}-index.json", text({"schemaVersion": 2, "manifests": manifests}))


storage("plain", {"base": "./model", "tuned": "ghcr.io/org/kit:base", "other": "ghcr.io/org/elsewhere:v1"})
storage("circle", {"a": "ghcr.io/org/kit:b", "b": "ghcr.io/org/kit:c", "c": "ghcr.io/org/kit:a"})
storage("deep", {f"v{i}": f"ghcr.io/org/kit:v{i + 1}" for i in range(12)} | {"v12": "./model"})
