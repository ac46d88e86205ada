# Sizes and offsets that lie; and a part that is not checked.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from flatbuffer_parts import *

def core(**more):
    trees = {0: ("i", 1), 1: ("i", [0, 1]), 2: ("i", [2]), 3: ("i", [0]), 5: [{0: ("B", 0), 1: ("i", 0), 2: ("i", 0), 3: ("f", [0.5, 0.75])}],
             8: ("d", [0.0, 1.0, 2.0, 3.0]), 9: ("d", [1.0] * 4)}
    return Builder().build({0: more.get("version", "FlabuffersModel_v1"), 1: more.get("trees", trees | more.get("lies", {})), 2: [{0: "params", 1: "{}"}], 3: more.get("parts")})


def cbm(data, size=None):
    return b"CBM1" + struct.pack("<I", len(data) if size is None else size) + data


save("size.cbm", cbm(core(), size=1 << 20))
save("cut.cbm", cbm(core())[:-4])
save("magic_alone.cbm", b"CBM1")
save("long_size.cbm", b"CBM1" + struct.pack("<IQ", 0xffffffff, 1 << 60) + core())
save("trailing.cbm", cbm(core()) + b"something else")
save("core_short.cbm", cbm(core(), size=8))
save("trees_outside.cbm", cbm(core(trees=Raw(1 << 20))))
save("empty.cbm", cbm(b""))
table = Builder().build({0: {0: {0: ("i", [0])}, 1: ("b", 0)}, 1: ("B", [0] * 16), 2: ("B", [0] * 16), 3: ("i", 0), 4: ("i", 2)})
with_part = cbm(core(parts=["static_provider_v1"]))
save("part_missing.cbm", with_part)
save("part_long.cbm", with_part + struct.pack("<II", 1, 1 << 20) + table)
save("part_count.cbm", with_part + struct.pack("<II", 1 << 30, len(table)) + table)
save("part_offset.cbm", with_part + struct.pack("<II", 1, len(table)) + b"\0\0\1\0" + table[4:])
save("part_trailing.cbm", with_part + struct.pack("<II", 1, len(table)) + table + b"something")
save("part_unknown.cbm", cbm(core(parts=["some_part_v1"])) + b"something")

# Trees that lead to what is not there; the library believes all of these numbers.
LIES = {"condition": {1: ("i", [0, 2])}, "condition_negative": {1: ("i", [-1, 0])}, "size": {2: ("i", [1])}, "size_negative": {2: ("i", [-2])},
        "size_huge": {2: ("i", [2 ** 31 - 1])}, "start": {3: ("i", [777777])}, "starts": {3: ("i", [0, 2])}, "leaves": {8: ("d", [0.0])},
        "no_leaves": {8: None}, "weights": {9: ("d", [1.0])}, "dimension": {0: ("i", 2 ** 31 - 1)}, "dimension_negative": {0: ("i", -1)},
        "place": {5: [{0: ("B", 0), 1: ("i", 0), 2: ("i", -5), 3: ("f", [0.5, 0.75])}]}, "borders": {5: [{0: ("B", 0), 3: ("f", [0.5])}]}}
for name, lies in LIES.items():
    save(f"tree_{name}.cbm", cbm(core(lies=lies)))
# Three nodes: the first one leads to the others, which are leaves. A step is two halves of a number.
NODES = {1: ("i", [0, 0, 0]), 2: ("i", [3]), 8: ("d", [1.0, 2.0]), 9: ("d", [1.0, 2.0]), 10: ("I", [1 | 2 << 16, 0, 0]), 11: ("I", [0, 0, 1])}
save("nodes.cbm", cbm(core(lies=NODES)))
save("nodes_child.cbm", cbm(core(lies={**NODES, 10: ("I", [1 | 3 << 16, 0, 0])})))
save("nodes_leaf.cbm", cbm(core(lies={**NODES, 11: ("I", [0, 0, 2])})))
save("nodes_few.cbm", cbm(core(lies={**NODES, 10: ("I", [1 | 2 << 16, 0])})))
save("no_trees.cbm", cbm(Builder().build({0: "FlabuffersModel_v1"})))
save("version.cbm", cbm(core(version="FlabuffersModel_v9")))
save("parts_many.cbm", cbm(core(parts=["static_provider_v1"] * 16 + ["some_part_v1"])) + struct.pack("<I", 0) * 16)
