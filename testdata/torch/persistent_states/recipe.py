# The old form's loader answers an id of a module with its class, and all ids of a storage with the same object. A state
# that is set on them changes the class for the whole process, or lends methods; and what is made of such a class is of it.
from pickle_asm import *


def called(module, name, *arguments):
    return stack_global(module, name) + args(*(raw(item) if isinstance(item, bytes) else item for item in arguments)) + REDUCE


def pairs(**items):
    return EMPTY_DICT + MARK + b"".join(text(key) + (item if isinstance(item, bytes) else constant(item)) for key, item in items.items()) + SETITEMS


def legacy(name, code):
    system = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    parts = [number(0x1950A86A20F9469CFC6C), number(1001), constant(system), code, constant([])]
    save(name + ".pt", b"".join(proto(4) + part + STOP for part in parts))


def module(where, name, word="module"):
    return args(word, raw(stack_global(where, name)), "", "") + BINPERSID


LENT = called("functools", "partial", stack_global("builtins", "print"), "run")
LENDS = stack_global("types", "SimpleNamespace") + EMPTY_TUPLE + NEWOBJ + pairs(values=LENT) + BUILD
STATE = pairs(state=LENDS, defaults={}, param_groups=[])
PATH = ("pathlib", "PurePosixPath")

legacy("instance_of_module", module("torch.optim.adam", "Adam") + EMPTY_TUPLE + NEWOBJ + STATE + BUILD)
legacy("instance_by_bytes", module("torch.optim.adam", "Adam", b"module") + EMPTY_TUPLE + NEWOBJ + STATE + BUILD)
legacy("class_changed", module(*PATH) + NONE + pairs(_parse_args=LENT) + TUPLE2 + BUILD + called(*PATH, "x") + TUPLE2)
legacy("class_changed_by_plain_values", module(*PATH) + NONE + pairs(name="x") + TUPLE2 + BUILD)
legacy("storage_lends", args("storage", raw(stack_global("torch", "FloatStorage")), "0", "cpu", 0, None) + BINPERSID + MEMOIZE
       + pairs(replace=LENT) + BUILD + called("uuid", "UUID", b"h\0") + TUPLE2)
