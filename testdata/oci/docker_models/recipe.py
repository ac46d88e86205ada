"""Models of Docker Model Runner that are none, are damaged, or have a config of another kind of image."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from gguf_parts import model  # noqa: E402
from oci_parts import *  # noqa: E402,F403

good = model().tensor("w", [64]).build()
docker_model("not_a_model", ("gguf.v3", b"cos\nsystem\n(S'id'\ntR."))
docker_model("damaged", ("gguf.v3", good[:-8]))
docker_model("machine", ("gguf.v3", good), of={**CONFIG_OF_A_MODEL, "architecture": "amd64", "os": "linux"})
