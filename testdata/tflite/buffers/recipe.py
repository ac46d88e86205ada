# Buffers that are not there, and bytes that belong to none.
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


save("outside.tflite", tflite(model(buffers=[{}, {1: ("Q", 1 << 20), 2: ("Q", 16)}])))
save("outside_wraps.tflite", tflite(model(buffers=[{}, {1: ("Q", (1 << 64) - 8), 2: ("Q", 16)}])))
save("outside_size.tflite", tflite(model(buffers=[{}, {1: ("Q", 8), 2: ("Q", (1 << 64) - 1)}])))
save("large_options.tflite", tflite(model(operators=[{0: ("I", 0), 9: ("Q", 1 << 30), 10: ("Q", 1)}])))
save("index.tflite", tflite(model(tensors=[tensor("a", 7), tensor("b"), tensor("c")])))
save("short_data.tflite", tflite(model(tensors=[tensor("in"), tensor("weights", 1, (1, 5)), tensor("out")])))
save("shape_wraps.tflite", tflite(model(tensors=[tensor("in"), tensor("weights", 1, [1 << 30] * 3), tensor("out")])))
save("version.tflite", tflite({**model(), 0: ("I", 4)}))
save("operator_number.tflite", tflite(model(codes=[opcode(32521)])))
save("metadata_index.tflite", tflite(model(metadata=[{0: "x", 1: ("I", 99)}])))
save("trailing.tflite", tflite(model()) + b"\0" * 64 + b"something")
save("trailing_pickle.tflite", tflite(model()) + b"\x80\x04cos\nsystem\n\x8c\x02id\x85R.")
# An archive behind something else than a whole model, and a harmful one behind a good model.
for name, front, member in (("archive_behind_junk", tflite(model()) + b"something", b"text"), ("archive_behind_magic", b"\x10\0\0\0TFL3" + bytes(64), b"text"),
                            ("archive_of_pickle", tflite(model()), b"\x80\x04cos\nsystem\n\x8c\x02id\x85R.")):
    both = io.BytesIO(front)
    both.seek(0, io.SEEK_END)
    with zipfile.ZipFile(both, "a") as archive:
        archive.writestr(zipfile.ZipInfo("labels.txt"), member)
    save(name + ".tflite", both.getvalue())
