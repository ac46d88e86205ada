# Names that are harmless to hold, and what must not come in with them: functions of the same class that open files or
# read memory, modules in disguise, methods that call what they are given, arguments where only the state is known.
from pickle_asm import *


def given(*values):
    return args(*(raw(value) for value in values))


def called(module, name, *arguments):
    return stack_global(module, name) + given(*arguments) + REDUCE


def made(module, name, *arguments):
    return stack_global(module, name) + given(*arguments) + NEWOBJ


def attribute(owner, name):
    return called("builtins", "getattr", owner, text(name))


def keywords(**values):
    return EMPTY_DICT + b"".join(text(key) + value + SETITEM for key, value in values.items())


def partial(function, *arguments, **named):
    state = given(get(3), given(*arguments), keywords(**named), b"N")
    return called("functools", "partial", function + put(3)) + state + BUILD


def attack(name, program):
    save(name + ".pkl", proto(4) + program + STOP)


FUNCTIONS = stack_global("torch._C", "_VariableFunctionsClass")
METHODCALLER = stack_global("operator", "methodcaller")
for name in ("from_file", "frombuffer", "_make_dual", "tensor"):
    attack("torch_" + name, attribute(FUNCTIONS, name))
attack("torch_called", attribute(FUNCTIONS, "relu") + given(text("x")) + REDUCE)
attack("text_format", attribute(stack_global("builtins", "str"), "format"))
attack("text_called", attribute(stack_global("builtins", "str"), "join") + given(text("x"), text("y")) + REDUCE)
attack("module_os", attribute(stack_global("program", "settings"), "os"))
attack("module_cdll", attribute(stack_global("program", "settings"), "CDLL"))
attack("member_changed", called("http", "HTTPStatus", number(200)) + keywords(phrase=text("x")) + BUILD)

attack("caller_transform", partial(METHODCALLER, text("transform"), func=text("query")) + EMPTY_TUPLE + REDUCE)
attack("caller_eval", partial(METHODCALLER, text("eval"), expr=text("x")) + EMPTY_TUPLE + REDUCE)
attack("caller_without_state", called("functools", "partial", METHODCALLER) + given(text("eval"), text("x")) + REDUCE)
attack("caller_given_function", partial(METHODCALLER, text("round"), axis=attribute(text("x"), "split")) + EMPTY_TUPLE + REDUCE)
attack("caller_given_beside", partial(METHODCALLER, text("round"), axis=number(1)) + given(attribute(text("x"), "split")) + REDUCE)

LAZY = made("torch.nn.modules.linear", "LazyLinear")
attack("hook_with_arguments", partial(attribute(LAZY, "_infer_parameters"), text("x"), text("y")))
attack("hook_of_the_class", attribute(stack_global("torch.nn.modules.linear", "LazyLinear"), "_infer_parameters"))
attack("script_object", made("torch", "ScriptObject") + given(text("x"), text("__torch__.torch.classes.dist_rpc.Owner")) + BUILD)
attack("script_object_state", made("torch", "ScriptObject") + keywords(a=text("x")) + BUILD)
attack("script_object_method", attribute(made("torch", "ScriptObject"), "setattr"))

attack("zone_opened", called("dateutil.tz.tz", "tzfile", text("/etc/hostname")))
attack("zone_read", called("dateutil.tz.tz", "tzfile", stack_global("program", "Stream"), text("x")))
attack("tree_opened", called("xml.etree.ElementTree", "ElementTree", b"N", text("/etc/hostname")))
attack("tree_parse", attribute(made("xml.etree.ElementTree", "ElementTree"), "parse"))
attack("matcher_called", called("difflib", "SequenceMatcher", stack_global("program", "run"), text("x"), text("y")))
attack("wrapper_method", attribute(made("textwrap", "TextWrapper"), "wrap"))
attack("node_given_back", called("ast", "Index", text("x")))
attack("sample_text", made("scipy.stats._distn_infrastructure", "rv_sample") + keywords(_parse_arg_template=text("import os")) + BUILD)
attack("histogram_text", made("scipy.stats._continuous_distns", "rv_histogram") + keywords(_parse_arg_template=text("import os")) + BUILD)
attack("class_lent_inside", made("program", "Settings.Popen"))
attack("class_of_a_module", made("program", "settings.Runner"))
