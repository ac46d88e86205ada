"""What joblib puts into its pickles, on top of pickle_asm: types, wrappers, companions. Shared by recipes."""
from pickle_asm import *


def dtype(code, flags=0, size=-1, fields=None, names=None, version=3, copy=True,
          subtype=None):
    """numpy.dtype(code) and its state; `fields` and `subtype` are opcodes."""
    state = args(version, "|", raw(subtype or NONE), names, raw(fields or NONE), size, -1, flags)
    return stack_global("numpy", "dtype") + args(code, False, copy) + REDUCE + state + BUILD


def wrapper(shape, kind, made_by=NEWOBJ, built_by=BUILD, arguments=EMPTY_TUPLE, **more):
    """A wrapper as joblib writes it, up to the BUILD that the array's bytes follow. Shapes may be opcodes."""
    state = {"shape": shape, "order": "C", "allow_mmap": False, **more}
    items = b"".join(text(key) + (value.code if isinstance(value, raw) else constant(value))
                     for key, value in state.items())
    return (stack_global("joblib.numpy_pickle", "NumpyArrayWrapper") + arguments + made_by + EMPTY_DICT + MARK + items
            + text("subclass") + stack_global("numpy", "ndarray") + text("dtype") + kind + SETITEMS + built_by)


def companion(name, kind="NDArrayWrapper", module="joblib.numpy_pickle"):
    """A wrapper of joblib before 0.10, which names a file. The name may be opcodes."""
    return (glob(module, kind) + EMPTY_TUPLE + NEWOBJ + EMPTY_DICT + MARK
            + text("filename") + (name.code if isinstance(name, raw) else constant(name))
            + text("allow_mmap") + TRUE + text("subclass") + glob("numpy", "ndarray") + SETITEMS + BUILD)


F8, OBJECTS = dtype("f8"), dtype("O8", 63)
PADDED = {"numpy_array_alignment_bytes": 16}
EVIL_FILE = framed(EVIL4 + STOP)
HARMLESS_FILE = framed(stack_global("numpy", "ndarray") + STOP)
