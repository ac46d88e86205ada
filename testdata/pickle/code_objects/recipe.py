# Code, built or unpacked by the pickle itself.
from pickle_asm import *


CODE = (0, 0, 0, 1, 1, 67, b"", (None,), (), (), "f", "f", "f", 1, b"", b"", (), ())
save("code_type.pkl", framed(call4("types", "CodeType", *CODE) + STOP))
made = call4("types", "FunctionType", raw(call4("types", "CodeType", *CODE)), {})
save("function_type.pkl", framed(made + EMPTY_TUPLE + REDUCE + STOP))
save("marshal.pkl", framed(call4("marshal", "loads", b"N") + STOP))
for module, name in [("dill._dill", "_create_code"), ("dill._dill", "_create_function"), ("dill._dill", "_load_type"), ("dill._dill", "_import_module"),
                     ("dill", "loads"), ("cloudpickle.cloudpickle", "_builtin_type"), ("cloudpickle.cloudpickle", "_make_function"),
                     ("cloudpickle.cloudpickle", "subimport"), ("cloudpickle.cloudpickle_fast", "_function_setstate"),
                     ("joblib.externals.cloudpickle.cloudpickle", "_make_function"), ("torch._jit_internal", "_qualified_name.__globals__")]:
    save(f"{module}.{name}.pkl", framed(call4(module, name, *CODE) + STOP))
