"""Headers that are not the JSON that they have to be."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from safetensors_files import *

w = ("w", "F32", [2, 2])
good = text(tensors(w))
data = bytes(16)


def header(name, content, data=data):
    write(name + ".safetensors", raw(content, data))


header("not_utf8", good.replace(b'"w"', b'"\xff"'))
header("not_utf8_overlong", good.replace(b'"w"', b'"\xc0\xaf"'))
header("not_utf8_surrogate", good.replace(b'"w"', b'"\xed\xa0\x80"'))
header("not_utf8_cut", good.replace(b'"w"', b'"\xe2\x82"'))
header("not_utf8_padding", good + b" \xff ")
header("bom", b"\xef\xbb\xbf" + good)
header("utf16", good.decode().encode("utf-16-le"))
header("leading_whitespace", b" \n" + good)
header("padding_not_space", good + b"\t\r\n ")
header("padding_nul", good + bytes(6))
header("padding_spaces_then_nul", good + b"   " + bytes(3))
header("not_json_words", b'{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}, hello}')
header("not_json_trailing_comma", good[:-1] + b",}")
header("not_json_single_quotes", good.replace(b'"', b"'"))
header("not_json_comment", good[:-1] + b"/* */}")
header("not_json_cut", good[:-1])
header("not_json_nan", good.replace(b"}}", b',"x":NaN}}'))
header("not_json_leading_zero", good.replace(b"}}", b',"x":[007]}}'))
header("not_json_control", good.replace(b'"w"', b'"w\x01"'))
header("not_json_half_pair", good.replace(b'"w"', b'"\\ud800"'))
header("not_json_half_pair_in_metadata", pairs(("__metadata__", b'{"a":"\\udc00"}'), ("w", tensors(w)["w"])))
header("not_json_bad_escape", good.replace(b'"w"', b'"\\x41"'))
header("not_json_spaces", b" " * 64)
header("not_json_empty_in_braces", b"{ , }")
header("trailing_bytes", good + b"x")
header("trailing_bytes_second", good + b" " + good)
header("trailing_bytes_old_writer", b'{},"__metadata__":{"a":"b"}', b"")
header("not_object_list", b"[" + good + b"]")
header("not_object_text", b'"' + b"x" * 30 + b'"')
header("not_object_number", b"12345678")
header("not_object_null", b"null    ")
deep = {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}
header("depth", text({"w": {**deep, "extra": [[[1]]]}}))
header("depth_too_deep", b'{"w":' + b"[" * 5000 + b"]" * 5000 + b"}")
header("depth_objects", b'{"w":' * 200 + b"1" + b"}" * 200)
header("not_aligned8", good + b" " * (-len(good) % 8 + 1))
