import hashlib
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from shard_parts import index, shard

# A model in two shards as the library's cache keeps it: files by their digests, and links with their names.
SNAPSHOT = "models--org--model/snapshots/" + "a" * 40
os.makedirs(SNAPSHOT)
os.makedirs("models--org--model/blobs")
FIRST, SECOND = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"
shard(FIRST, {"a": 8})
shard(SECOND, {"b": 8})
index("model.safetensors.index.json", {"a": FIRST, "b": SECOND}, 16)
with open("config.json", "w") as file:
    file.write('{"model_type": "llama"}')
for name in (FIRST, SECOND, "model.safetensors.index.json", "config.json"):
    with open(name, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    os.rename(name, f"models--org--model/blobs/{digest}")
    os.symlink(f"../../blobs/{digest}", f"{SNAPSHOT}/{name}")
