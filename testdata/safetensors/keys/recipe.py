"""Keys that come twice, that nobody knows, and values of another kind."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from safetensors_files import *

first, second = entry("U8", [4], 0), entry("U8", [4], 4)
third = entry("U8", [4], 8)


def header(name, content, length=8):
    write(name + ".safetensors", raw(padded(content), bytes(range(length))))


header("dup_tensor", pairs(("w", first), ("w", second)))
header("dup_tensor_bad_first", pairs(("w", {"dtype": "nonsense"}), ("w", entry("U8", [8], 0))))
header("dup_tensor_apart", pairs(("w", first), ("x", second), ("w", third)), 12)
header("dup_tensor_escaped", pairs((b'"weights"', first), (b'"weight\\u0073"', second)))
header("dup_tensor_escaped_first", pairs((b'"\\u0077eights"', first), (b'"weights"', second)))
header("dup_tensor_escaped_capital", pairs((b'"\\u00e9"', first), (b'"\\u00E9"', second)))
header("dup_tensor_escaped_plain", pairs((b'"\\/x"', first), (b'"/x"', second)))
header("dup_tensor_many", pairs(*((f"w{i}", entry("U8", [1], i)) for i in range(40)), ("w7", entry("U8", [1], 40))), 41)
header("dup_field_dtype", b'{"w":{"dtype":"U8","dtype":"I8","shape":[8],"data_offsets":[0,8]}}')
header("dup_field_shape", b'{"w":{"dtype":"U8","shape":[4],"shape":[8],"data_offsets":[0,8]}}')
header("dup_field_offsets", b'{"w":{"dtype":"U8","shape":[8],"data_offsets":[0,4],"data_offsets":[0,8]}}')
header("dup_metadata", pairs(("__metadata__", {"a": "b"}), ("__metadata__", {"a": "c"}), ("w", entry("U8", [8], 0))))
header("dup_metadata_key", pairs(("__metadata__", b'{"a":"b","a":"c"}'), ("w", entry("U8", [8], 0))))
header("dup_metadata_key_escaped", pairs(("__metadata__", b'{"a":"b","\\u0061":"c"}'), ("w", entry("U8", [8], 0))))
header("unknown_field", pairs(("w", {**entry("U8", [8], 0), "strides": [1]})))
header("unknown_field_case", pairs(("w", {**entry("U8", [8], 0), "Dtype": "I8"})))
header("list_of_fields", b'{"w":["U8",[8],[0,8]]}')
header("dtype_as_object", b'{"w":{"dtype":{"U8":null},"shape":[8],"data_offsets":[0,8]}}')
header("dtype_as_number", b'{"w":{"dtype":3,"shape":[8],"data_offsets":[0,8]}}')
header("shape_as_number", b'{"w":{"dtype":"U8","shape":8,"data_offsets":[0,8]}}')
header("shape_with_null", b'{"w":{"dtype":"U8","shape":[8,null],"data_offsets":[0,8]}}')
header("shape_nested", b'{"w":{"dtype":"U8","shape":[[8]],"data_offsets":[0,8]}}')
header("offsets_as_object", b'{"w":{"dtype":"U8","shape":[8],"data_offsets":{"begin":0,"end":8}}}')
header("offsets_three", b'{"w":{"dtype":"U8","shape":[8],"data_offsets":[0,8,8]}}')
header("offsets_one", b'{"w":{"dtype":"U8","shape":[8],"data_offsets":[8]}}')
header("tensor_as_text", b'{"w":"U8"}')
header("tensor_as_null", b'{"w":null}')
header("no_dtype", b'{"w":{"shape":[8],"data_offsets":[0,8]}}')
header("no_shape", b'{"w":{"dtype":"U8","data_offsets":[0,8]}}')
header("no_offsets", b'{"w":{"dtype":"U8","shape":[8]}}')
header("no_fields", b'{"w":{}}')
header("metadata_escaped", pairs((b'"\\u005f_metadata__"', {"a": "b"}), ("w", entry("U8", [8], 0))))
