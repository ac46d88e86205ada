# Types as numpy and libraries of types write them.
from pickle_asm import *


def dtype(kind, *state):
    """numpy.dtype(kind, False, True) with (version, order, subtype, names, fields, size, alignment, flags)."""
    code = call4("numpy", "dtype", kind, False, True)
    return raw(code + args(*state) + BUILD)


def record(kind, flags, subtype=None):
    fields = raw(EMPTY_DICT + constant("a") + args(kind, 0) + SETITEM)
    return dtype("V8", 3, "|", subtype, ("a",), fields, 8, 1, flags)


def array(kind, items):
    code = call4("numpy._core.multiarray", "_reconstruct", raw(stack_global("numpy", "ndarray")), (0,), b"b")
    return code + args(1, (1,), kind, False, items) + BUILD


def program(name, kind, items):
    save(name, framed(array(kind, items) + STOP))


ADDRESS = b"A" * 8
PLAIN = (3, "|", None, None, None, -1, -1)
OBJECT = dtype("O8", *PLAIN, 63)
program("object.pkl", OBJECT, [None])
program("record.pkl", record(OBJECT, 27), [(None,)])
program("numbers.pkl", dtype("f8", 3, "<", None, None, None, -1, -1, 0), ADDRESS)
program("foreign.pkl", dtype(raw(stack_global("ml_dtypes", "bfloat16")), 3, "<", None, None, None, -1, -1, 0), b"AA")
program("times.pkl", dtype("M8", 4, "<", None, None, None, -1, -1, 0, raw(args(raw(EMPTY_DICT), raw(args(b"ns", 1, 1, 1))))), ADDRESS)
