# Operators that reach outside of the model.
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


for name in ("ReadFile", "WriteFile", "SaveV2", "PyFunc", "EagerPyFunc"):
    save(f"flex_{name}.tflite", tflite(model(codes=[opcode(), opcode(32, "Flex" + name)])))
save("custom.tflite", tflite(model(codes=[opcode(32, "my_native_kernel")])))
save("custom_without_name.tflite", tflite(model(codes=[opcode(32)])))
save("custom_in_new_field.tflite", tflite(model(codes=[opcode(32, "my_native_kernel", old=0)])))
