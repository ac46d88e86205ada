import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from proto_parts import *


def one(name, tensor_bytes, where="initializer"):
    if where == "initializer":
        content = graph([node()], [tensor_bytes])
    elif where == "sparse_values":
        content = graph([node()], more=data(15, data(1, tensor_bytes) + num(3, 4)))
    elif where == "sparse_indices":
        content = graph([node()], more=data(15, data(1, tensor(dims=(1,), raw=bytes(4))) + data(2, tensor_bytes)))
    elif where == "attribute":
        content = graph([node("Constant", attributes=[data(1, "value") + data(5, tensor_bytes)])])
    elif where == "attribute_list":
        content = graph([node("Constant", attributes=[data(1, "values") + data(10, tensor_bytes)])])
    elif where == "attribute_sparse":
        content = graph([node("Constant", attributes=[data(1, "v") + data(22, data(1, tensor_bytes))])])
    elif where == "subgraph":
        content = graph([node("If", attributes=[data(1, "then_branch") + data(6, graph([node()], [tensor_bytes]))])])
    elif where == "subgraph_list":
        content = graph([node("X", attributes=[data(1, "b") + data(11, graph([node()], [tensor_bytes]))])])
    else:
        content = graph([node()])
    more = b""
    if where == "function":
        inner = node("Constant", attributes=[data(1, "value") + data(5, tensor_bytes)])
        more = data(25, data(1, "F") + data(7, inner) + data(9, num(2, 20)) + data(10, "pkg"))
    if where == "function_default":
        more = data(25, data(1, "F") + data(11, data(1, "a") + data(5, tensor_bytes)) + data(10, "pkg"))
    if where == "training":
        more = data(20, data(2, graph([node()], [tensor_bytes])))
    write(name + ".onnx", model(content, more))


write("weights.bin", bytes(64))
one("traversal", external("../outside.bin"))
one("traversal_windows", external("sub\\..\\..\\outside.bin"))
one("traversal_hidden", external("sub/../../outside.bin"))
for place in ("sparse_values", "sparse_indices", "attribute", "attribute_list", "attribute_sparse", "subgraph",
              "subgraph_list", "function", "function_default", "training"):
    one("in_" + place, external("../outside.bin"), place)
one("absolute", external("/etc/passwd"))
one("absolute_windows", external("\\\\host\\share\\weights.bin"))
one("basepath", external("weights.bin", [("basepath", "/etc")]))
one("drive", external("C:weights.bin"))
one("url", external("https://example.org/weights.bin"))
one("memory", external("*/_ORT_MEM_ADDR_/*", [("offset", "4096"), ("length", "8")]))
one("missing", external("nothing.bin"))
one("no_location", external(None))
one("folder", external("sub/"))
one("unknown_key", external(more=[("__class__", "x")]))
one("dup_key", external(more=[("location", "nothing.bin")]))
one("negative", external(more=[("offset", "-8")]))
one("not_a_number", external(more=[("length", "8.0")]))
one("beyond_64_bits", external(more=[("length", "99999999999999999999")]))
one("out_of_range", external(more=[("offset", "9223372036854775800"), ("length", "8")]))
one("checksum", external(more=[("checksum", "md5:1234")], checksum=False))
one("no_checksum", external(checksum=False))
one("other_length", external(more=[("length", "4")]))
one("two_dots", external("a..b"))
one("too_far", external(more=[("offset", "60"), ("length", "8")]))
one("too_far_by_shape", external(dims=(17,)))
os.symlink("weights.bin", "link.bin")
one("symlink", external("link.bin"))
write("twin.bin", bytes(64))
os.link("twin.bin", "twin_too.bin")
one("hardlink", external("twin.bin"))
write("changed.bin", bytes(63) + b"x")
one("other_checksum", external("changed.bin"))
two = external(more=[("checksum", "0" * 40)], checksum=False)
write("two_checksums.onnx", model(graph([node()], [external(), two])))
