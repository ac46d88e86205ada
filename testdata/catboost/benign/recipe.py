# Models of trees alone, as CatBoost writes them.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from flatbuffer_parts import *

def core(**more):
    trees = {0: ("i", 1), 1: ("i", [0, 1]), 2: ("i", [2]), 3: ("i", [0]), 5: [{0: ("B", 0), 1: ("i", 0), 2: ("i", 0), 3: ("f", [0.5, 0.75])}],
             8: ("d", [0.0, 1.0, 2.0, 3.0]), 9: ("d", [1.0] * 4)}
    return Builder().build({0: "FlabuffersModel_v1", 1: more.get("trees", trees), 2: [{0: "params", 1: "{}"}], 3: more.get("parts")})


def cbm(data, size=None):
    return b"CBM1" + struct.pack("<I", len(data) if size is None else size) + data


save("model.cbm", cbm(core()))
save("long_size.cbm", b"CBM1" + struct.pack("<IQ", 0xffffffff, len(core())) + core())
