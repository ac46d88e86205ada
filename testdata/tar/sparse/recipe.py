import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from tar_parts import *

CALL = b"cos\nsystem\n(S'id'\ntR."
STAND_IN = b"./GNUSparseFile.7/model.pkl"


def pair(offset, length):
    return b"%011o\0%011o\0" % (offset, length)


def old(name, data, real, extents, more=b"", size=None):
    """GNU's own form: four extents in the header, the others behind it."""
    tail = bytes(41) + b"".join(pair(*one) for one in extents[:4]).ljust(96, b"\0")
    tail += (b"\1" if more else b"\0") + number(real, 12)
    return header(name, len(data) if size is None else size, kind=b"S", magic=GNU, tail=tail.ljust(155, b"\0")) + more + padded(data)


def second(extents):
    return b"".join(pair(*one) for one in extents).ljust(BLOCK, b"\0")


def newer(name, real, stored, path=STAND_IN, text=None):
    """pax, version 1.0: the map stands before the data."""
    text = padded(b"1\n%d\n%d\n" % (real - len(stored), len(stored)) if text is None else text)
    return pax((b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0"), (b"GNU.sparse.name", name),
               (b"GNU.sparse.realsize", b"%d" % real)) + member(path, text + stored)


CUT = len(CALL) // 2
write("old.tar", old(b"model.pkl", CALL, 4096, [(0, len(CALL)), (4096, 0)]))
write("old_hole_first.tar", old(b"model.bin", b"tail\n", 4096, [(4091, 5)]))
write("old_more.tar", old(b"model.bin", b"abcde", 50, [(i * 10, 1) for i in range(4)], second([(40, 1), (50, 0)])))
write("old_overlap.tar", old(b"model.bin", CALL, 4096, [(0, len(CALL)), (3, 0), (1, 0)]))
write("old_sum.tar", old(b"model.bin", CALL, 4096, [(0, 5)]))
write("old_outside.tar", old(b"model.bin", b"abcde", 100, [(98, 5)]))
write("pax_0_0.tar", pax((b"GNU.sparse.size", b"2048"), (b"GNU.sparse.numblocks", b"2"), (b"GNU.sparse.offset", b"0"),
                         (b"GNU.sparse.numbytes", b"%d" % len(CALL)), (b"GNU.sparse.offset", b"2048"),
                         (b"GNU.sparse.numbytes", b"0")), member(b"model.pkl", CALL))
write("pax_0_1.tar", pax((b"GNU.sparse.size", b"2048"), (b"GNU.sparse.name", b"model.pkl"),
                         (b"GNU.sparse.map", b"0,%d,2048,0" % len(CALL))), member(STAND_IN, CALL))
write("pax_1_0.tar", newer(b"model.pkl", len(CALL), CALL))
write("pax_map_odd.tar", pax((b"GNU.sparse.size", b"2048"), (b"GNU.sparse.map", b"0,5,9")), member(b"m", b"abcde"))
write("pax_map_text.tar", newer(b"model.bin", 2048, b"abcde", text=b"1\nno\n5\n"))
write("name_override.tar", newer(b"other.pkl", len(CALL), CALL, path=b"model.bin"))
write("bomb.tar", newer(b"zeros.bin", 1 << 40, b"end\n"))
