# Allowed names alone that come to eval: by callers of callables, elements and states.
from pickle_asm import *


def name(module, qualified):
    return raw(stack_global(module, qualified))


def made(module, qualified, *values):
    return raw(call4(module, qualified, *values))


def listed(*values):
    body = b"".join(value.code if isinstance(value, raw) else constant(value) for value in values)
    return raw(EMPTY_LIST + MARK + body + APPENDS)


def element(holder, key):
    return made("_operator", "getitem", holder, key)


def partial(function, *values):
    """A partial of int whose state says something else."""
    state = MARK + function.code + args(*values) + EMPTY_DICT + NONE + TUPLE
    return raw(call4("functools", "partial", name("builtins", "int")) + state + BUILD)


def called(value):
    return raw(value.code + EMPTY_TUPLE + REDUCE)


def evaluator(module_globals):
    return element(element(module_globals, "__builtins__"), "eval")


GETATTR = name("builtins", "getattr")
PATH = made("itertools", "accumulate", listed(name("json", "dumps"), "__globals__"), GETATTR)
EVAL = evaluator(element(made("builtins", "list", PATH), 1))
GET = made("functools", "reduce", GETATTR, raw(args("__globals__", "get")), name("json", "dumps"))
MODULE = name("sklearn.utils", "validation")
LEADS_OUT = made("operator", "attrgetter", "warnings.sys.modules")


def program(file, value):
    save(file, framed(value.code + STOP))


program("accumulate.pkl", made("builtins", "list", made("itertools", "accumulate", listed("1", None), EVAL)))
program("map.pkl", made("builtins", "list", made("builtins", "map", EVAL, listed("1"))))
program("reduce.pkl", made("builtins", "list", made("builtins", "map", GET, listed("__builtins__"))))
program("iter.pkl", made("builtins", "iter", made("functools", "partial", EVAL, "1"), None))
program("partial_state.pkl", called(partial(GETATTR, name("json", "dumps"), "__globals__")))
program("random_state.pkl", made("numpy.random._pickle", "__generator_ctor", "1", EVAL))
program("second.pkl", made("itertools", "groupby", listed("1"), name("acme", "run")))
program("listed.pkl", made("numpy", "piecewise", listed(1), listed(True), listed(name("acme", "run"))))
program("starmap.pkl", made("itertools", "starmap", name("builtins", "map"), raw(args(raw(args(name("acme", "run")))))))
program("schedule.pkl", made("torch.optim.lr_scheduler", "LambdaLR", None, name("acme", "run")))
program("module.pkl", made("builtins", "map", LEADS_OUT, listed(MODULE)))
program("class_by_copyreg.pkl", made("copyreg", "__newobj__", name("builtins", "type"), "X", (), {}))
program("getter_by_copyreg.pkl", made("copyreg", "__newobj__", name("operator", "attrgetter"), "__globals__"))

WRITES = EMPTY_DICT + constant("disable") + NONE + SETITEM
SLOTS = b"".join(constant(f"k{i}") + NONE for i in range(40)) + constant("__class__") + stack_global("argparse", "Namespace")
program("state_of_class.pkl", raw(made("builtins", "type", made("argparse", "Namespace")).code + WRITES + BUILD))
program("state_of_attribute.pkl", raw(made("builtins", "getattr", name("logging", "Logger"), "manager").code + WRITES + BUILD))
program("slots.pkl", raw(call4("argparse", "Namespace") + NONE + EMPTY_DICT + MARK + SLOTS + SETITEMS + TUPLE2 + BUILD))

HIDDEN = made("builtins", "tuple", listed(GETATTR, raw(args(name("json", "dumps"), "__globals__")), raw(EMPTY_DICT), None))
program("partial_state_computed.pkl", called(raw(call4("functools", "partial", name("builtins", "int")) + HIDDEN.code + BUILD)))
PAIR = made("builtins", "tuple", listed(None, raw(EMPTY_DICT + constant("__class__") + stack_global("argparse", "Namespace") + SETITEM)))
program("slots_computed.pkl", raw(call4("argparse", "Namespace") + PAIR.code + BUILD))
