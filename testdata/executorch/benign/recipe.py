# Programs as ExecuTorch writes them.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from flatbuffer_parts import *

def plan(delegates=(), index=0, location=1):
    values = [{0: ("B", 2), 1: {0: ("q", 7)}}, {0: ("B", 5), 1: {0: ("b", 6), 2: ("i", [2, 3]), 3: ("B", [0, 1]), 5: ("I", 1)}}]
    chain = {0: ("i", [0]), 1: ("i", [1]), 2: [{0: ("B", 1), 1: {0: ("i", 0), 1: ("i", [0, 1])}}]}
    return {0: "forward", 2: values, 3: ("i", [0]), 4: ("i", [1]), 5: [chain], 6: [{0: "aten::add", 1: "out"}],
            7: [{0: name, 1: {0: ("b", location), 1: ("I", index)}, 2: [{0: "key", 1: ("B", [1])}]} for name in delegates],
            8: ("q", [0, 64])}


def program(segments=((0, 24), (32, 16)), parts=(0, (0, 0)), delegates=("XnnpackBackend",), **more):
    return {0: ("I", 0), 1: [plan(delegates, more.get("index", 1), more.get("location", 1))], 4: [{0: ("Q", at), 1: ("Q", size)} for at, size in segments],
            5: {0: ("I", parts[0]), 1: ("Q", list(parts[1]))}, 7: [{0: "extra", 1: ("I", more.get("named", 1))}]}


def pte(root, data=bytes(48), length=24, size=None, base=None, header=True, identifier=b"ET12"):
    out = bytearray(Builder(identifier, 32 if header else 0).build(root))
    size = len(out) if size is None else size
    out += bytes(-len(out) % 64 if data else 0)
    base = len(out) if base is None else base
    if header:
        struct.pack_into("<4sIQQQ", out, 8, b"eh00", length, size, base, len(data))
    return bytes(out) + data


save("segments.pte", pte(program()))
save("longer_header.pte", pte(program(), length=32))
save("inline.pte", pte({0: ("I", 0), 1: [plan()], 2: [{0: ("B", [])}, {0: ("B", [1] * 24)}]}, b"", header=False))
save("no_segments.pte", pte({0: ("I", 0), 1: [plan()], 2: [{0: ("B", [])}, {0: ("B", [1] * 24)}]}, b"", base=0))
save("no_extension", pte(program()))
for name in ("CoreMLBackend", "QnnBackend", "VulkanBackend"):
    save(name + ".pte", pte(program(delegates=(name,))))
# A tensor in an arena, one in an arena with a beginning in the file, one whose data is in another file.
inside = program()
inside[1][0][2] += [{0: ("B", 5), 1: {0: ("b", 6), 2: ("i", [4, 4]), 3: ("B", [1, 0]), 6: {0: ("I", 1), 1: ("I", 0)}}},
                    {0: ("B", 5), 1: {0: ("b", 4), 2: ("i", [0, 3]), 3: ("B", [0, 1]), 5: ("I", 1), 6: {0: ("I", 1), 1: ("I", 0)}, 9: {0: ("Q", 0)}}},
                    {0: ("B", 5), 1: {0: ("b", 6), 2: ("i", [900]), 3: ("B", [0]), 5: ("I", 7), 9: {1: "name", 2: ("B", 1)}}},
                    {0: ("B", 7), 1: {0: ("q", [0])}}, {0: ("B", 11), 1: {0: ("i", [1, -1])}}]
inside[6] = [{0: ("I", 0), 1: ("Q", [0, 0])}]
save("tensors.pte", pte(inside))
