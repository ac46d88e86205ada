# Operators that reach outside of the model.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from flatbuffer_parts import *
from tf_parts import data, node

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


for name in ("ReadFile", "WriteFile", "SaveV2", "PyFunc", "EagerPyFunc"):
    save(f"flex_{name}.tflite", tflite(model(codes=[opcode(), opcode(32, "Flex" + name)])))
save("custom.tflite", tflite(model(codes=[opcode(32, "my_native_kernel")])))
save("custom_without_name.tflite", tflite(model(codes=[opcode(32)])))
save("custom_in_new_field.tflite", tflite(model(codes=[opcode(32, "my_native_kernel", old=0)])))


def flex(name, content):
    """The options of a Flex operator: a FlexBuffer, of a list of a name and a node."""
    out, places = bytearray(), []
    for text in (name.encode(), content):
        out.append(len(text))
        places.append(len(out))
        out += text + b"\0"
    out.append(2)
    root = len(out)
    out += bytes([len(out) - places[0], len(out) + 1 - places[1]])
    out += bytes([5 << 2, 5 << 2])
    return bytes(out) + bytes([len(out) - root, 10 << 2, 1])


def runs(name, content, more=b""):
    return [{**operator(1), 5: ("B", flex(name, content) + more)}]


FLEX = [opcode(), opcode(32, "FlexAddV2")]
for name in ("WriteFile", "EagerPyFunc", "DatasetToTFRecord"):
    save(f"flex_runs_{name}.tflite", tflite(model(codes=FLEX, operators=runs(name, node("n", name)))))
save("flex_runs_by_name.tflite", tflite(model(codes=FLEX, operators=runs("WriteFile", node("n", "AddV2")))))
save("flex_runs_by_node.tflite", tflite(model(codes=FLEX, operators=runs("AddV2", node("n", "WriteFile")))))
# A length that is longer than it has to be, and a field behind the name that reads on like it.
long_form = data(1, "n") + b"\x12\x89\x80\x00WriteFile" + data(6, "2")
save("flex_runs_long.tflite", tflite(model(codes=FLEX, operators=runs("AddV2", long_form))))
far = node("n", "AddV2", [("x", data(2, b"." * 65400))]) + data(2, "WriteFile")
save("flex_runs_far.tflite", tflite(model(codes=FLEX, operators=[{**operator(1), 5: ("B", far)}])))
builder = Builder(b"TFL3")
outside = bytearray(builder.build(model(codes=FLEX, operators=[At("far", {**operator(1), 9: ("Q", 2), 10: ("Q", 2)})])))
options = flex("WriteFile", node("n", "WriteFile"))
at = outside.index(struct.pack("<QQ", 2, 2))
struct.pack_into("<QQ", outside, at, len(outside), len(options))
save("flex_runs_behind.tflite", bytes(outside) + options)
