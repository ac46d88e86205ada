"""Models of Docker Model Runner that are none, are damaged, or have a config of another kind of image."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from gguf_parts import model  # noqa: E402
from oci_parts import *  # noqa: E402,F403

AI = "application/vnd.docker.ai."
CONFIG_OF_A_MODEL = {"descriptor": {"created": "2026-01-31T12:00:00Z"},
                     "config": {"format": "gguf", "quantization": "F32", "parameters": "64", "size": "256 B"}}


def case(name, *layers, of=CONFIG_OF_A_MODEL):
    layout = Layout()
    blobs = [layout.blob(data, AI + kind) for kind, data in layers]
    made = dict(of, rootfs={"type": "rootfs", "diff_ids": [blob["digest"] for blob in blobs]})
    document = {"schemaVersion": 2, "mediaType": MANIFEST, "layers": blobs,
                "config": layout.blob(text(made), AI + "model.config.v0.1+json")}
    layout.write(name, [named(layout.blob(text(document), MANIFEST))])


good = model().tensor("w", [64]).build()
case("not_a_model", ("gguf.v3", b"cos\nsystem\n(S'id'\ntR."))
case("damaged", ("gguf.v3", good[:-8]))
case("machine", ("gguf.v3", good), of={**CONFIG_OF_A_MODEL, "architecture": "amd64", "os": "linux"})
