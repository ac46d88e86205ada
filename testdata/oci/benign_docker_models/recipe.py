"""Models as Docker Model Runner stores them: files are layers as they are, and the config says what they make."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from gguf_parts import model  # noqa: E402
from oci_parts import *  # noqa: E402,F403

docker_model("gguf", ("gguf.v3", model().tensor("w", [64]).build()), ("license", b"MIT\n"))
docker_model("safetensors", ("safetensors", safetensors()), ("safetensors", safetensors(1)))
