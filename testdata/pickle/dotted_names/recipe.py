# From protocol 4 on a dot in a name walks through attributes: any module leads to any other that it has
# imported.
from pickle_asm import *


for module, name in [("pathlib", "os.system"), ("collections", "_sys.modules.get"), ("torch", "serialization.os.system"),
                     ("numpy", "f2py.os.system"), ("datetime", "sys.modules"), ("builtins", "print.__self__.eval"),
                     ("collections", "OrderedDict.__init__.__globals__"), ("sklearn", "os.system"), ("random", "_os.system")]:
    save(f"{module}_{name}.pkl".replace("__", "_"), framed(call4(module, name, "true") + STOP))
save("not_called.pkl", framed(stack_global("pathlib", "os.system") + STOP))
save("leading_dot.pkl", framed(call4("os", ".system", "true") + STOP))
save("global_opcode.pkl", proto(4) + call("pathlib", "os.system", "true") + STOP)
save("no_dots_below_4.pkl", proto(2) + call("pathlib", "os.system", "true") + STOP)
