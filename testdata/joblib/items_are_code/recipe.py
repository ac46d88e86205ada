# An array's items are instructions for whoever reads the dump with pickle.load.
from joblib_asm import *

code = POP + EVIL4 + STOP
save("items.joblib", proto(4) + wrapper((256,), dtype("u1")) + code.ljust(256, b"\0") + STOP)
late = text("x" * 8000) + code
save("late.joblib", proto(4) + wrapper((9000,), dtype("u1")) + late.ljust(9000, b"\0") + STOP)
from_memo = text("os") + MEMOIZE + text("system") + MEMOIZE + POP + POP
taken = (POP + get(0) + get(1) + STACK_GLOBAL + args("true") + REDUCE + STOP).ljust(64, b"\0")
save("from_memo.joblib", proto(4) + from_memo + wrapper((64,), dtype("u1")) + taken + STOP)
# A string that begins in the array ends inside of one behind it.
tail = data(b"y" * 40 + POP + EVIL + STOP + b"z" * 20)
start = POP + b"X" + u32(16 - 6 + 5 + 40) + bytes(10)
save("crossing.joblib", proto(4) + wrapper((16,), dtype("u1")) + start + tail + STOP)
# Numbers that the memo gives out by itself differ where joblib starts a new pickle.
inner = proto(4) + text("numpy") + MEMOIZE + text("dtype") + MEMOIZE + get(0) + get(1) + STACK_GLOBAL
save("memo_of_objects.joblib", proto(4) + from_memo + wrapper((1,), OBJECTS)
     + inner + args("f8") + REDUCE + STOP + STOP)
# Strings that lead on and on.
save("leads_on.joblib", proto(4) + wrapper((5,), dtype("u1")) + b"X" + u32(200000) + data(bytes(200000)) + STOP)
save("a_pickle.joblib", proto(4) + wrapper((256,), dtype("u1"), **PADDED) + b"\x01\xff" + EVIL_FILE.ljust(256, b"\0") + STOP)
