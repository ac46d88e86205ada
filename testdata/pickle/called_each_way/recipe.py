# Every opcode that calls.
from pickle_asm import *


NAME, MORE = stack_global("os", "system"), args("true")
POPEN = stack_global("subprocess", "Popen")
save("reduce.pkl", proto(4) + NAME + MORE + REDUCE + STOP)
save("newobj.pkl", proto(4) + POPEN + MORE + NEWOBJ + STOP)
save("newobj_ex.pkl", proto(4) + POPEN + MORE + EMPTY_DICT + NEWOBJ_EX + STOP)
save("obj.pkl", proto(4) + MARK + NAME + text("true") + OBJ + STOP)
save("inst.pkl", inst("os", "system", "true") + STOP)
save("inst_no_arguments.pkl", inst("subprocess", "Popen") + STOP)
save("reduce_result.pkl", proto(4) + stack_global("operator", "methodcaller") + args("system", "true") + REDUCE + args(None) + REDUCE + STOP)
save("argument_is_called.pkl", proto(4) + stack_global("functools", "partial") + args(raw(NAME), "true") + REDUCE + EMPTY_TUPLE + REDUCE + STOP)
save("default_factory.pkl", proto(4) + stack_global("collections", "defaultdict") + args(raw(NAME)) + REDUCE + STOP)
save("map.pkl", proto(4) + stack_global("builtins", "map") + args(raw(NAME), ["true"]) + REDUCE + STOP)
save("reconstructor.pkl", proto(2) + glob("copy_reg", "_reconstructor") + args(raw(glob("subprocess", "Popen")), raw(glob("__builtin__", "object")), None) + REDUCE + STOP)
save("newobj_function.pkl", proto(4) + stack_global("copyreg", "__newobj__") + args(raw(POPEN), "true") + REDUCE + STOP)
