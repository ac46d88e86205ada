import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from proto_parts import *

write("relu.onnx", model())
write("renamed.bin", model())
write("version_two.onnx", model(version=2, sets=b""))
write("graph_first.onnx", data(7, graph([node()])) + imports("") + num(1, 9))
write("empty_tensor.onnx", model(graph([node()], [tensor(dims=(0, 3), raw=None), tensor("scalar", (), raw=bytes(4))])))
packed = num(2, FLOAT) + data(1, varint(2) + varint(3)) + data(8, "packed") + data(4, bytes(24))
unpacked = num(2, FLOAT) + num(1, 2) + data(8, "unpacked") + f32(4, 1.0) + f32(4, 2.0)
write("packed_or_not.onnx", model(graph([node()], [packed, unpacked])))
ints = num(2, INT64) + num(1, 3) + data(7, varint(1) + varint(-1) + varint(2**40)) + data(8, "ints")
texts = num(2, STRING) + num(1, 2) + data(6, "one") + data(6, "") + data(8, "texts")
quarter = tensor("int4", (3,), 22, bytes(2))
listed = num(2, 22) + num(1, 3) + data(5, varint(5) + varint(6)) + data(8, "int4_listed")
write("types.onnx", model(graph([node()], [ints, texts, quarter, listed])))
sparse = data(1, tensor("values", (1,), raw=bytes(4))) + data(2, tensor("indices", (1,), INT64)) + num(3, 4)
write("sparse.onnx", model(graph([node()], more=data(15, sparse))))
inner = data(1, "then_branch") + data(6, graph([node()], [tensor()])) + num(20, 5)
write("subgraph.onnx", model(graph([node("If", attributes=[inner])])))
function = (data(1, "Twice") + data(4, "a") + data(5, "b") + data(7, node("Add", inputs=("a", "a"), outputs=("b",))) +
            data(9, num(2, 20)) + data(10, "pkg.layers"))
write("function.onnx", model(graph([node("Twice", "pkg.layers")]), data(25, function), sets=imports("", "pkg.layers")))
write("runtime_operator.onnx", model(graph([node("FusedConv", "com.microsoft")]), sets=imports("", "com.microsoft")))
write("training.onnx", model(more=data(20, data(1, graph([node()], [tensor()])) + data(3, entry("w", "x")))))
notes = "A sum. model.eval() was called; see https://example.org/ and licence MIT, aGVsbG8gd29ybGQ="
write("metadata.onnx", model(more=data(6, notes) + data(14, entry("names", "{0: 'cat'}")) + data(14, entry("stride", "32"))))
write("weights.bin", bytes(64))
write("external.onnx", model(graph([node()], [
    external(more=[("offset", "0"), ("length", "8")]), external(more=[("offset", "8")]),
    external("./weights.bin", [("offset", "16"), ("length", "8"), ("prepacked_0", "name|16|8|name")])])))
