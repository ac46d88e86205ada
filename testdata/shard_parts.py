"""Shards and indexes, for the recipes of this folder."""
import json
import struct


def shard(name, tensors):
    """A safetensors file; `tensors` are names and numbers of bytes."""
    header, end = {}, 0
    for tensor, size in tensors.items():
        header[tensor] = {"dtype": "U8", "shape": [size], "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(name, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + bytes(end))


def index(name, weight_map, total_size=None, **more):
    metadata = {} if total_size is None else {"metadata": {"total_size": total_size}}
    with open(name, "w") as file:
        json.dump({**metadata, "weight_map": weight_map, **more}, file, indent=2)
