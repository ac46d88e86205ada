"""Everything that the format allows, and what its readers take besides."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from safetensors_files import *

w = ("w", "F32", [2, 2])
write("one.safetensors", file(tensors(w)))
write("metadata.safetensors", file({"__metadata__": {"format": "pt"}, **tensors(w)}))
write("metadata_last.safetensors", file({**tensors(w), "__metadata__": {"format": "pt"}}))
write("metadata_only.safetensors", file({"__metadata__": {"a": "b", "b": ""}}))
write("metadata_empty.safetensors", file({"__metadata__": {}, **tensors(w)}))
write("empty.safetensors", file({}))
write("scalar.safetensors", file(tensors(("s", "F32", []), ("t", "I64", [1]))))
write("zero_size.safetensors", file(tensors(("a", "F32", [0]), w, ("b", "F32", [3, 0, 2]), ("c", "U8", [4]), ("d", "U8", [0]))))
write("only_zero_size.safetensors", file(tensors(("a", "F32", [0]), ("b", "BF16", [0, 4096]))))
write("all_types.safetensors", file(tensors(*((name, name, [8, 3]) for name in BITS))))
write("float4.safetensors", file(tensors(("q", "F4", [3, 2]), ("r", "F4", [1, 2]), ("s", "F6_E2M3", [4]), ("t", "F6_E3M2", [2, 4]))))
write("unaligned.safetensors", raw(text(tensors(w)) + b" " * 3, bytes(16)))
write("page_aligned.safetensors", raw((b" " * 4088 + text(tensors(w))).ljust(8184), bytes(16)))
write("long_padding.safetensors", raw(text(tensors(w)).ljust(10_000), bytes(16)))
write("white_space_inside.safetensors", raw(padded(json.dumps(tensors(w), indent="\t").encode()), bytes(16)))
write("fields_in_any_order.safetensors",
      raw(padded(b'{"w":{"data_offsets":[0,16],"dtype":"F32","shape":[2,2]},"v":{"shape":[1],"data_offsets":[16,17],"dtype":"U8"}}'), bytes(17)))
write("names.safetensors", file(tensors(*((name, "U8", [1]) for name in (
    "model.layers.0.self_attn.q_proj.weight", "params/encoder/layer_0/kernel", "/model/layers.0/mlp/Constant_output_0",
    "lstm.weight_ih_l0", "a b", "optimizer:state", "x[0]", "größe", "重み", "alpha.α", "weight%", "text|encoder", "...",
    "model..weight", "C:weights", "~", "Weight", "weight", "π", "r\u00e9sum\u00e9")))))
write("escaped_names.safetensors",
      raw(padded(b'{"a\\"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\\u00fc\\ud83d\\ude00":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}'), b"ab"))
write("no_extension", file(tensors(w)))
write("many.safetensors", file(tensors(*((f"layers.{i}.weight", "BF16", [4, 2]) for i in range(2000)))))
write("rank_64.safetensors", file(tensors(("r", "U8", [1] * 64))))
write("not_in_order.safetensors", file({"b": entry("F32", [2], 8), "a": entry("F32", [2], 0)}))
write("large_sparse_numbers.safetensors", file({"a": entry("U8", [0, 2 ** 53], 0), "b": entry("U8", [2 ** 52, 0, 2], 0)}))
