import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from shard_parts import index, shard

shard("weights.safetensors", {"a": 8})
PATHS = {
    "traversal": "../weights.safetensors",
    "traversal_inside": "sub/../weights.safetensors",
    "traversal_windows": "sub\\..\\weights.safetensors",
    "absolute": "/weights.safetensors",
    "absolute_windows": "C:\\weights.safetensors",
    "absolute_url": "https://localhost/weights.safetensors",
    "not_safetensors": "pytorch_model.bin",
    "nul": "weights.safetensors\0.safetensors",
}
for name, path in PATHS.items():
    os.mkdir(name)
    index(f"{name}/model.safetensors.index.json", {"a": path}, 8)
# An index of pickles says so, and only the names are checked.
os.mkdir("pickles")
with open("pickles/pytorch_model.bin", "wb") as file:
    file.write(b"\x80\x02}.")
index("pickles/pytorch_model.bin.index.json", {"a": "pytorch_model.bin", "b": "gone.bin"}, 8)
