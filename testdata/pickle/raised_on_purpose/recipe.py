# The pickle calls and then raises, so that a loader falls back to another way of loading the same bytes.
from pickle_asm import *


save("build_number.pkl", proto(4) + EVIL4 + POP + number(1) + constant({"a": 1}) + BUILD + STOP)
save("call_number.pkl", proto(4) + EVIL4 + POP + number(1) + EMPTY_TUPLE + REDUCE + STOP)
save("key_error.pkl", proto(4) + EVIL4 + get(200) + STOP)
save("bad_name.pkl", proto(4) + EVIL4 + number(1) + number(2) + STACK_GLOBAL + STOP)
save("not_text.pkl", EVIL + b"I12x\n" + STOP)
