# Methods with plain names that nobody has reviewed for the object that they are kept for: reported, and no more.
from pickle_asm import *


def called(module, name, *arguments):
    return stack_global(module, name) + args(*(raw(item) if isinstance(item, bytes) else item for item in arguments)) + REDUCE


def attack(name, code):
    save(name + ".pkl", proto(4) + code + STOP)


attack("by_name", called("operator", "methodcaller", "rearrange", 1))
attack("of_text", called("builtins", "getattr", "abc", "format"))
attack("of_generator", called("builtins", "getattr", called("numpy.random", "RandomState"), "tomaxint"))
attack("of_booster", called("builtins", "getattr", called("xgboost.core", "Booster"), "update_all"))
attack("of_class", called("builtins", "getattr", stack_global("decimal", "Decimal"), "logb"))
