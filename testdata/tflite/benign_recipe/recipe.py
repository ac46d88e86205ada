# Models as converters write them, down to the tables that nobody needs.
import io
import os
import sys
import zipfile

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


save("model.tflite", tflite(model()))
save("no_extension", tflite(model()))
save("optional_input.tflite", tflite(model(operators=[operator(inputs=(0, -1))])))
save("placeholder_code.tflite", tflite(model(codes=[opcode(150, old=127)])))
save("detection.tflite", tflite(model(codes=[opcode(32, "TFLite_Detection_PostProcess")])))
save("edge_tpu.tflite", tflite(model(codes=[opcode(32, "edgetpu-custom-op")])))
# A node of TensorFlow in its options, as the converter writes it.
options = b"\x03Erf\0" + b"\x0c\n\x03erf\x12\x03Erf*\0\0" + bytes([2, 19, 15, 20, 20, 5, 40, 1])
save("flex_node.tflite", tflite(model(codes=[opcode(32, "FlexErf")], operators=[{**operator(), 5: ("B", options)}])))
save("flex_math.tflite", tflite(model(codes=[opcode(32, "FlexErf")])))
# Weights behind the FlatBuffer, as in files of more than 2 GB.
builder = Builder(b"TFL3")
outside = builder.build(model(buffers=[{}, At("outside", {1: ("Q", 0), 2: ("Q", 0)})]))
outside += bytes(-len(outside) % 16)
place = builder.places["outside"]
patched = bytearray(outside)
struct.pack_into("<QQ", patched, place + 8, len(outside), 64)
save("weights_behind.tflite", bytes(patched) + bytes(64))
# TFLite's tools append labels as an archive.
labelled = io.BytesIO(tflite(model()))
labelled.seek(0, io.SEEK_END)
with zipfile.ZipFile(labelled, "a") as archive:
    archive.writestr(zipfile.ZipInfo("labels.txt"), "cat\ndog\n")
save("labelled.tflite", labelled.getvalue())
