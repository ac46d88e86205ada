import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from shard_parts import index, shard

FIRST, SECOND, THIRD = (f"model-0000{i}-of-00003.safetensors" for i in (1, 2, 3))


def case(name, weight_map, shards, total_size):
    os.mkdir(name)
    for file, tensors in shards.items():
        shard(os.path.join(name, file), tensors)
    index(os.path.join(name, "model.safetensors.index.json"), weight_map, total_size)


ALL = {"a": FIRST, "b": SECOND, "c": THIRD}
case("missing", ALL, {FIRST: {"a": 8}, SECOND: {"b": 8}}, 24)
case("not_in_shard", ALL, {FIRST: {"a": 8}, SECOND: {"b": 8}, THIRD: {}}, 16)
case("unmapped", ALL, {FIRST: {"a": 8}, SECOND: {"b": 8}, THIRD: {"c": 8, "lora": 8}}, 32)
case("in_two", ALL, {FIRST: {"a": 8, "c": 8}, SECOND: {"b": 8}, THIRD: {"c": 8}}, 32)
case("total", ALL, {FIRST: {"a": 8}, SECOND: {"b": 8}, THIRD: {"c": 8}}, 25)
case("unreferenced", {"a": FIRST, "b": SECOND}, {FIRST: {"a": 8}, SECOND: {"b": 8}, THIRD: {"c": 8}}, 16)
case("numbering", {"a": FIRST, "b": SECOND}, {FIRST: {"a": 8}, SECOND: {"b": 8}}, 16)
case("single", ALL, {FIRST: {"a": 8}, SECOND: {"b": 8}, THIRD: {"c": 8}, "model.safetensors": {"a": 8}}, 24)
