"""A hub of two repositories as huggingface_hub leaves them: nothing is wrong."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from store_parts import *  # noqa: E402,F403

one = Repository(hub="hub")
one.ref()
one.file("model.safetensors", model(1))
one.file("config.json", b'{"model_type": "bert"}', large=False)
one.file("onnx/config.json", b'{"model_type": "bert"}', large=False)
one.file("model.safetensors", model(1), commit=OTHER)
one.file("README.md", b"# A model\n", commit=OTHER, large=False)
write(f"{one.path}/.no_exist/{COMMIT}/adapter_config.json", b"")
two = Repository("datasets--org--data", hub="hub")
two.ref("refs-convert", OTHER)
two.file("train.txt", b"some text\n", commit=OTHER, large=False)
write("hub/.locks/models--org--name/x.lock", b"")
write("hub/version.txt", b"1")
