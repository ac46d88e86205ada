# An array's items are instructions for whoever reads the dump with pickle.load.
from joblib_asm import *

code = POP + EVIL4 + STOP
save("items.joblib", proto(4) + wrapper((256,), dtype("u1")) + code.ljust(256, b"\0") + STOP)
late = text("x" * 8000) + code
save("late.joblib", proto(4) + wrapper((9000,), dtype("u1")) + late.ljust(9000, b"\0") + STOP)
from_memo = text("os") + MEMOIZE + text("system") + MEMOIZE + POP + POP
taken = (POP + get(0) + get(1) + STACK_GLOBAL + args("true") + REDUCE + STOP).ljust(64, b"\0")
save("from_memo.joblib", proto(4) + from_memo + wrapper((64,), dtype("u1")) + taken + STOP)
save("a_pickle.joblib", proto(4) + wrapper((256,), dtype("u1"), **PADDED) + b"\x01\xff" + EVIL_FILE.ljust(256, b"\0") + STOP)
