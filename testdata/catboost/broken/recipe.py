# Sizes and offsets that lie; and a part that is not checked.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from flatbuffer_parts import *

def core(**more):
    trees = {0: ("i", 1), 1: ("i", [0, 1]), 2: ("i", [2]), 3: ("i", [0]), 5: [{0: ("i", 0), 1: ("i", 0), 2: ("f", [0.5])}],
             8: ("d", [0.0, 1.0, 2.0, 3.0]), 9: ("d", [1.0] * 4)}
    return Builder().build({0: "FlabuffersModel_v1", 1: more.get("trees", trees), 2: [{0: "params", 1: "{}"}], 3: more.get("parts")})


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
