"""Shards that are links: what they lead to is compared with the index, where it was given."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from shard_parts import index, shard

for name in ("inside", "outside", "store", "differs"):
    os.mkdir(name)
shard("store/a.safetensors", {"a": 8})
os.symlink("../store/a.safetensors", "inside/model.safetensors")
index("inside/model.safetensors.index.json", {"a": "model.safetensors"}, 8)
os.symlink("../store/a.safetensors", "differs/model.safetensors")
index("differs/model.safetensors.index.json", {"b": "model.safetensors"}, 8)
os.symlink("/nowhere/a.safetensors", "outside/model.safetensors")
index("outside/model.safetensors.index.json", {"a": "model.safetensors"}, 8)
