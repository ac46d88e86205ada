# Old dumps name the files of their arrays; these point elsewhere.
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


def companion(name, kind="NDArrayWrapper"):
    state = {"filename": name, "allow_mmap": True}
    return (glob("joblib.numpy_pickle", kind) + EMPTY_TUPLE + NEWOBJ + EMPTY_DICT + MARK
            + b"".join(text(key) + constant(value) for key, value in state.items())
            + text("subclass") + glob("numpy", "ndarray") + SETITEMS + BUILD)


save("traversal.pkl", proto(2) + companion("../../other.npy") + STOP)
save("absolute.pkl", proto(2) + companion("/nowhere/other.npy") + STOP)
save("missing.pkl", proto(2) + companion("missing.pkl_01.npy") + STOP)
