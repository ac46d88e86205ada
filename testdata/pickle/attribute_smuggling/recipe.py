# Attributes that lead out of harmless objects, and writing into modules and classes.
from pickle_asm import *


save("builtins_of_numpy.pkl", proto(2) + glob("numpy", "__builtins__") + text("len") + glob("os", "system") + SETITEM + STOP)
save("builtins_by_build.pkl", proto(2) + glob("numpy", "__builtins__") + EMPTY_DICT + BUILD + STOP)
save("dict_of_module.pkl", proto(2) + glob("collections", "__dict__") + STOP)
save("getattr_dunder.pkl", framed(call4("builtins", "getattr", raw(stack_global("builtins", "list")), "__class__") + STOP))
save("getattr_computed.pkl", framed(stack_global("builtins", "getattr") + args(raw(stack_global("builtins", "list")), raw(call4("builtins", "str", "x"))) + REDUCE + STOP))
save("attrgetter_dunder.pkl", framed(call4("operator", "attrgetter", "__globals__") + STOP))
save("attrgetter_chain.pkl", framed(call4("operator", "attrgetter", "forward.__func__.__globals__") + STOP))
save("itemgetter_chain.pkl", framed(call4("operator", "attrgetter", "__builtins__") + args(raw(stack_global("acme", "x"))) + REDUCE + STOP))
save("subclasses.pkl", framed(call4("operator", "methodcaller", "__subclasses__") + args(raw(stack_global("builtins", "object"))) + REDUCE + STOP))
save("sys_modules.pkl", proto(2) + glob("sys", "modules") + text("json") + glob("sys", "modules") + SETITEM + STOP)
save("module_as_attribute.pkl", proto(2) + glob("logging", "os") + STOP)
save("setattr.pkl", framed(call4("builtins", "setattr", raw(stack_global("builtins", "list")), "x", 1) + STOP))
