import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from shard_parts import index, shard

shard("model-00001-of-00002.safetensors", {"embed.weight": 64, "layers.0.weight": 32})
shard("model-00002-of-00002.safetensors", {"layers.1.weight": 32, "norm.weight": 0})
index(
    "model.safetensors.index.json",
    {
        "embed.weight": "model-00001-of-00002.safetensors",
        "layers.0.weight": "model-00001-of-00002.safetensors",
        "layers.1.weight": "model-00002-of-00002.safetensors",
        "norm.weight": "model-00002-of-00002.safetensors",
    },
    128,
)
# Of a variant, in a folder of its own; the size as some tools write it.
os.mkdir("unet")
shard("unet/diffusion-00001-of-00001.fp16.safetensors", {"a": 8})
index("unet/diffusion.safetensors.index.fp16.json", {"a": "diffusion-00001-of-00001.fp16.safetensors"}, 8.0)
# Without numbers.
os.mkdir("other")
shard("other/encoder.safetensors", {"e": 8})
shard("other/decoder.safetensors", {"d": 8})
index("other/model.safetensors.index.json", {"e": "encoder.safetensors", "d": "decoder.safetensors"}, 16)
