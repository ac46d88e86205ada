# Names of libraries that are harmless as the libraries write them, used otherwise.
from pickle_asm import *


def called(module, name, *arguments):
    return stack_global(module, name) + args(*(raw(item) if isinstance(item, bytes) else item for item in arguments)) + REDUCE


def listed(*items):
    return EMPTY_LIST + MARK + b"".join(item if isinstance(item, bytes) else constant(item) for item in items) + APPENDS


def pairs(items):
    return EMPTY_DICT + MARK + b"".join(text(key) + (item if isinstance(item, bytes) else constant(item)) for key, item in items.items()) + SETITEMS


def instance(module, name, items=None):
    made = stack_global(module, name) + EMPTY_TUPLE + NEWOBJ
    return made + pairs(items) + BUILD if items else made


def method(object, name):
    return called("builtins", "getattr", object, name)


def attack(name, code):
    save(name + ".pkl", proto(4) + code + STOP)


PRINT = stack_global("builtins", "print")
LENT = called("functools", "partial", PRINT, "run")
NET = instance("acme_models.net", "Net")

# A cache with a folder would read pickles from it.
attack("cache_with_folder", called("joblib.memory", "Memory", "/tmp/cache"))
attack("cache_with_backend", instance("joblib.memory", "Memory", {"store_backend": instance("acme_models.net", "Net")}))
attack("cache_unsaid", instance("joblib.memory", "Memory", {"location": "/tmp/cache"}))
# Private methods of unknown classes may be kept, and no more.
attack("private_called", method(NET, "_step") + EMPTY_TUPLE + REDUCE)
attack("private_for_each", called("builtins", "map", method(NET, "_step"), listed(1)))
attack("private_partial_called", called("functools", "partial", method(NET, "_step")) + EMPTY_TUPLE + REDUCE)
attack("private_loader", method(NET, "_load"))
attack("private_of_class", method(stack_global("acme_models.net", "Net"), "_step"))
attack("private_of_known", method(instance("sklearn.tree", "DecisionTreeClassifier"), "_fit"))
attack("dunder", method(NET, "__reduce__"))
attack("private_path", method(NET, "_a._b"))
# Functions that compute, but not with any argument, and not on one value.
attack("fills_memory", called("builtins", "map", stack_global("builtins", "str.zfill"), listed("a"), listed(10 ** 12)))
attack("runs_long", called("builtins", "map", stack_global("math", "factorial"), listed(10 ** 9)))
attack("formats", called("builtins", "map", stack_global("builtins", "str.format"), listed("{0.__class__}"), listed(1)))
attack("reaches", called("builtins", "map", stack_global("builtins", "getattr"), listed(1), listed("__class__")))
attack("reaches_method", called("builtins", "map", method(stack_global("builtins", "str"), "format"), listed("{0}"), listed(1)))
attack("prints", called("builtins", "map", PRINT, listed(1)))
attack("folds", called("functools", "reduce", stack_global("builtins", "len"), listed(1, 2)))
# Zones read files, distributions run texts.
attack("zone_file", called("dateutil.tz._tzfile", "tzfile", "/etc/passwd"))
attack("zone_other", called("dateutil.tz._tzfile", "_unpickle", stack_global("subprocess", "Popen"), "a", "b", ()))
attack("stable_text", instance("scipy.stats._levy_stable", "levy_stable_gen", {"_parse_arg_template": "import os"}))
# The notes of a frame are kept only as a dictionary that is written here; and what is beside them is asked.
attack("notes_made", instance("pandas.core.frame", "DataFrame", {"_typ": "dataframe", "attrs": instance("types", "SimpleNamespace", {"keys": LENT})}))
attack("notes_beside", instance("pandas.core.frame", "DataFrame", {"_typ": "dataframe", "attrs": {}, "_mgr": instance("types", "SimpleNamespace", {"axes": LENT})}))
attack("notes_asked", called("uuid", "UUID", instance("pandas.core.frame", "DataFrame", {"_typ": "dataframe", "attrs": pairs({"replace": LENT})})))
attack("pair_asked", called("uuid", "UUID", called("torch.ao.quantization.qconfig", "QConfig", instance("types", "SimpleNamespace", {"replace": LENT}), 1)))
# Parts of the standard library that open, connect or run by their methods, or with arguments.
attack("options_read", method(instance("optparse", "Values", {"a": 1}), "read_file"))
attack("options_made", called("optparse", "Values", instance("types", "SimpleNamespace", {"items": LENT})))
attack("member_read", method(instance("tarfile", "TarInfo", {"name": "a"}), "fromtarfile"))
attack("clock_called", called("time", "time"))
