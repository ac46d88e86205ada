# More opcodes in front of the payload than scanners count.
from pickle_asm import *


save("pops.pkl", proto(4) + (NONE + POP) * 300000 + EVIL4 + STOP)
save("one_long_string.pkl", proto(4) + b"X" + u32(2000000) + b"a" * 2000000 + POP + EVIL4 + STOP)
save("many_strings.pkl", proto(4) + (short_text("padding" * 30) + POP) * 5000 + EVIL4 + STOP)
save("a_line.pkl", b"V" + b"a" * 1000000 + b"\n0" + EVIL + STOP)
save("memo.pkl", proto(4) + (NONE + MEMOIZE + POP) * 200000 + EVIL4 + STOP)
save("benign_calls.pkl", proto(4) + (stack_global("collections", "OrderedDict") + EMPTY_TUPLE + REDUCE + POP) * 5000 + EVIL4 + STOP)
