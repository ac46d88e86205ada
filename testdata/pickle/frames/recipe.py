# Frames that do not fit. Readers disagree on what lies at their end.
from pickle_asm import *


BODY = EVIL4 + STOP
save("too_long.pkl", proto(4) + EVIL4 + b"\x95" + u64(1000) + STOP)
save("huge.pkl", proto(4) + EVIL4 + b"\x95" + u64(2 ** 62) + STOP)
save("negative.pkl", proto(4) + EVIL4 + b"\x95" + u64(2 ** 64 - 1) + STOP)
save("straddling.pkl", proto(4) + frame(b"X" + u32(12) + b"frame", 7) + b"-over0" + b"x" + POP + BODY)
save("straddled_by_text.pkl", proto(4) + b"\x95" + u64(4) + b"X" + u32(30) + b"." * 30 + POP + BODY)
save("inside_operand.pkl", proto(4) + b"\x95" + u64(3) + text("os") + short_text("system") + STACK_GLOBAL + args("true") + REDUCE + STOP)
save("nested.pkl", proto(4) + frame(frame(BODY)))
save("nested_longer.pkl", proto(4) + frame(b"\x95" + u64(len(BODY) + 2), 9) + BODY + b"N.")
save("after_stop.pkl", proto(4) + frame(NONE + STOP + BODY))
save("many.pkl", proto(4) + frame(b"") * 1000 + frame(BODY))
save("protocol_2.pkl", proto(2) + frame(BODY))
# The C unpickler refuses a frame that is cut; the one written in Python, which joblib uses, runs what is there.
save("cut.pkl", proto(4) + b"\x95" + u64(1000) + BODY)
save("cut.joblib", proto(4) + b"\x95" + u64(1000) + BODY)
