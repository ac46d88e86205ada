# Pickles behind other bytes whose beginning gives little away: a long operand comes first, or neither PROTO nor MARK does.
from pickle_asm import *


FRONT = proto(4) + frame(constant({"a": 1}) + STOP) + b"zz\xff"
ATTACK = short_text("os") + short_text("system") + STACK_GLOBAL + short_text("true") + TUPLE1 + REDUCE + STOP
LONG = {"text": text("a" * 700), "bytes8": b"\x8e" + u64(600) + b"a" * 600, "number": b"I" + b"1" * 600 + b"\n",
        "line": b"V" + b"a" * 700 + b"\n", "quoted": b"S'" + b"a" * 700 + b"'\n", "very_long": text("a" * 200000)}

for name, operand in LONG.items():
    save(f"proto_{name}.pkl", FRONT + proto(4) + operand + POP + ATTACK)
    save(f"mark_{name}.pkl", FRONT + MARK + operand + b"ios\nsystem\n" + STOP)
    save(f"bare_{name}.pkl", FRONT + operand + POP + ATTACK)
    # The name stands before the long operand, and the call behind it.
    save(f"argument_{name}.pkl", FRONT + b"cos\nsystem\n" + operand + TUPLE1 + REDUCE + STOP)
    save(f"argument_by_texts_{name}.pkl",
         FRONT + short_text("os") + short_text("system") + STACK_GLOBAL + operand + TUPLE1 + REDUCE + STOP)
    save(f"between_{name}.pkl", FRONT + short_text("os") + short_text("system") + operand + POP + STACK_GLOBAL
         + short_text("true") + TUPLE1 + REDUCE + STOP)
save("texts.pkl", FRONT + ATTACK)
save("lines.pkl", FRONT + b"S'os'\nS'system'\n" + STACK_GLOBAL + b"S'true'\n" + TUPLE1 + REDUCE + STOP)
save("old_texts.pkl", FRONT + b"U\2osU\6system" + STACK_GLOBAL + b"U\4true" + TUPLE1 + REDUCE + STOP)
save("many_nones.pkl", FRONT + proto(4) + (NONE + POP) * 300 + ATTACK)
save("many_marks.pkl", FRONT + MARK * 600 + ATTACK)
save("many_protos.pkl", FRONT + proto(4) * 300 + ATTACK)
# A length that leads over the payload: it must not be stepped over unseen.
save("decoy.pkl", FRONT + proto(4) + b"X" + u32(5000) + ATTACK + bytes(6000))
