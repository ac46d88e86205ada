# Names of packages that nobody reviewed: plain functions that are called, dotted and private names.
from pickle_asm import *


save("function.pkl", framed(call4("acme.tools", "run_command", "true") + STOP))
save("dotted.pkl", framed(call4("acme.tools", "Tool.run", "true") + STOP))
save("private.pkl", framed(call4("acme.tools", "_run", "true") + STOP))
save("private_module.pkl", framed(call4("acme._vendor.tools", "Tool", "true") + STOP))
save("given_a_dangerous_one.pkl", framed(stack_global("acme.tools", "Task") + args(raw(stack_global("os", "system"))) + REDUCE + STOP))
