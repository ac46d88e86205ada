"""Models as Docker Model Runner stores them: files are layers as they are, and the config says what they make."""
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


case("gguf", ("gguf.v3", model().tensor("w", [64]).build()), ("license", b"MIT\n"))
case("safetensors", ("safetensors", safetensors()), ("safetensors", safetensors(1)))
