"""Blobs with colons in their names, from before version 0.1.38."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from store_parts import *  # noqa: E402,F403

store = Ollama()
weights = model(1)
store.blob(weights, "sha256:" + sha256(weights))
config = b'{"model_format":"gguf"}'
store.blob(config, "sha256:" + sha256(config))
store.manifest("old/latest", [store.layer("sha256:" + sha256(weights), len(weights))])
os.remove(f"models/blobs/sha256-{sha256(config)}")
