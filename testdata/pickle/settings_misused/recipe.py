# Classes of the standard library that are allowed as their pickles are written, and not otherwise: with arguments they
# read, by their methods they open files, and what their state holds they call.
from pickle_asm import *


def called(module, name, *arguments):
    return stack_global(module, name) + args(*(raw(item) if isinstance(item, bytes) else item for item in arguments)) + REDUCE


def instance(module, name, state=None):
    made = stack_global(module, name) + EMPTY_TUPLE + NEWOBJ
    return made + (pairs(state) + BUILD if state is not None else b"")


def pairs(items):
    return EMPTY_DICT + MARK + b"".join(text(key) + (item if isinstance(item, bytes) else constant(item)) for key, item in items.items()) + SETITEMS


def attack(name, code):
    save(name + ".pkl", proto(4) + code + STOP)


PARSER = instance("configparser", "ConfigParser", {"_sections": {}})
attack("parser_read", called("builtins", "getattr", PARSER, "read"))
attack("parser_write_by_name", called("functools", "partial", called("operator", "methodcaller", "write", "x"), PARSER))
attack("parser_with_arguments", called("configparser", "ConfigParser", {"a": 1}))
METHOD = called("builtins", "getattr", instance("configparser", "SectionProxy"), "get")
attack("section_for_another", called("functools", "partial", METHOD) + MARK + METHOD + EMPTY_TUPLE
       + pairs({"_impl": called("builtins", "getattr", stack_global("pandas", "DataFrame"), "apply")}) + NONE + TUPLE + BUILD)
attack("message_with_policy", called("builtins", "str", instance(
    "email.message", "EmailMessage", {"policy": instance("types", "SimpleNamespace", {"clone": stack_global("builtins", "print")}), "_headers": []})))
attack("policy_with_factory", instance("email.policy", "EmailPolicy", {"header_factory": stack_global("collections", "OrderedDict")}))
attack("message_as_text", called("builtins", "getattr", instance("email.message", "Message", {"_headers": []}), "as_string"))
attack("cookie_of_object", instance("http.cookies", "SimpleCookie") + text("a") + instance("types", "SimpleNamespace", {"a": 1}) + SETITEM)
attack("cookie_key", instance("http.cookies", "Morsel") + instance("types", "SimpleNamespace", {"a": 1}) + text("a") + SETITEM)
attack("cookie_many", instance("http.cookies", "SimpleCookie") + MARK + b"".join(text(f"a{i}") + text("b") for i in range(70)) + SETITEMS)
attack("cookie_parsed", called("http.cookies", "SimpleCookie", instance("types", "SimpleNamespace", {"a": 1})))
attack("cookie_encoder", instance("http.cookies", "SimpleCookie", {"value_encode": stack_global("builtins", "print")}))
attack("frame_without_line", stack_global("traceback", "FrameSummary") + EMPTY_TUPLE + NEWOBJ + NONE
       + pairs({"filename": "/etc/passwd", "lineno": 1, "_line": None}) + TUPLE2 + BUILD)
attack("summary_with_arguments", called("traceback", "TracebackException", 1, 2, 3))
