# Offsets, lengths and indices that lead nowhere.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from flatbuffer_parts import *

def opcode(code=0, custom=None, old=None):
    return {0: ("b", min(code, 127) if old is None else old), 1: custom, 2: ("i", 1), 3: ("i", code)}


def tensor(name, buffer=0, shape=(1, 4)):
    return {0: ("i", list(shape)), 1: ("b", 0), 2: ("I", buffer), 3: name, 4: {2: ("f", [0.5]), 3: ("q", [0])}}


def operator(code=0, inputs=(0, 1), outputs=(2,)):
    return {0: ("I", code), 1: ("i", list(inputs)), 2: ("i", list(outputs)), 3: ("B", 1), 4: {0: ("b", 1)}}


def model(**lies):
    graph = {0: lies.get("tensors", [tensor("in"), tensor("weights", 1), tensor("out")]), 1: ("i", lies.get("inputs", [0])),
             2: ("i", [2]), 3: lies.get("operators", [operator()]), 4: "main"}
    return {0: ("I", 3), 1: lies.get("codes", [opcode()]), 2: [graph], 3: "made by hand",
            4: lies.get("buffers", [{}, {0: ("B", [0] * 16)}]), 6: lies.get("metadata", [{0: "min_runtime_version", 1: ("I", 0)}]),
            7: lies.get("signatures", [{0: [{0: "x", 1: ("I", 0)}], 1: [{0: "y", 1: ("I", 2)}], 2: "serving_default", 4: ("I", 0)}])}


def tflite(root):
    return Builder(b"TFL3").build(root)


good = tflite(model())


def patched(at, form, value):
    data = bytearray(good)
    struct.pack_into("<" + form, data, at, value)
    return bytes(data)


root = struct.unpack_from("<I", good)[0]
vtable = root - struct.unpack_from("<i", good, root)[0]
save("root_zero.tflite", patched(0, "I", 0))
save("root_outside.tflite", patched(0, "I", 1 << 30))
save("root_at_end.tflite", patched(0, "I", len(good)))
save("root_unaligned.tflite", patched(0, "I", root + 2))
save("vtable_before.tflite", patched(root, "i", 1 << 20))
save("vtable_behind.tflite", patched(root, "i", -(1 << 20)))
save("vtable_short.tflite", patched(vtable, "H", 2))
save("vtable_odd.tflite", patched(vtable, "H", 9))
save("vtable_long.tflite", patched(vtable, "H", 65534))
save("table_long.tflite", patched(vtable + 2, "H", 65535))
save("field_outside.tflite", patched(vtable + 4, "H", 4000))
save("field_in_the_head.tflite", patched(vtable + 4, "H", 2))
save("field_unaligned.tflite", patched(vtable + 4, "H", struct.unpack_from("<H", good, vtable + 4)[0] + 1))
save("vector_outside.tflite", tflite(model(codes=Raw(1 << 24))))
save("vector_zero.tflite", tflite(model(codes=Raw(0))))
save("vector_long.tflite", good.replace(struct.pack("<I16s", 16, b""), struct.pack("<I16s", 0xfffffff0, b"")))
save("table_in_vector.tflite", tflite(model(codes=[opcode(), Raw(1 << 20)])))
save("string_without_end.tflite", good.replace(b"made by hand\0", b"made by hand!"))
save("string_outside.tflite", tflite(model(metadata=[{0: Raw(1 << 20), 1: ("I", 0)}])))
save("opcode_index.tflite", tflite(model(operators=[operator(code=5)])))
save("input_index.tflite", tflite(model(operators=[operator(inputs=(0, 3))])))
save("input_negative.tflite", tflite(model(operators=[operator(inputs=(-2, 0))])))
save("output_index.tflite", tflite(model(operators=[operator(outputs=(1 << 30,))])))
save("graph_input.tflite", tflite(model(inputs=[99])))
save("signature_graph.tflite", tflite(model(signatures=[{4: ("I", 1)}])))
save("options_outside.tflite", tflite(model(operators=[{0: ("I", 0), 3: ("B", 1), 4: Raw(1 << 20)}])))
save("cut.tflite", good[:len(good) // 2])


def options(kind, fields, slot=4):
    return tflite(model(operators=[{**operator(), slot - 1: ("B", kind), slot: fields}]))


outside = {0: Raw(1 << 20)}
save("new_shape_outside.tflite", options(17, outside))
save("handle_outside.tflite", options(111, {1: Raw(1 << 20)}))
save("convolution_outside.tflite", options(4, {16: Raw(1 << 20)}, slot=12))
save("options_of_tomorrow.tflite", options(250, outside))
save("options_not_there.tflite", options(250, Raw(1 << 20)))
for kind in (1, 2, 3):
    dimension = {0: ("b", 1), 2: ("B", kind), 3: outside, 4: ("B", kind), 5: {0: ("BHi"[3 - kind], [1])}}
    save(f"sparsity_{kind}.tflite", tflite(model(tensors=[
        {**tensor("in"), 6: {0: ("i", [0]), 2: [dimension]}}, tensor("weights", 1), tensor("out")])))
save("quantization.tflite", tflite(model(tensors=[
    {**tensor("in"), 4: {4: ("B", 1), 5: outside}}, tensor("weights", 1), tensor("out")])))
save("no_subgraphs.tflite", tflite({**model(), 2: None, 7: None}))
