# numpy believes the state of a type, not its name: the flags say whether a pickle follows, and the size of
# strings and records is in it, too.
from joblib_asm import *


def fields(**parts):
    body = b"".join(text(name) + kind + number(0) + TUPLE2 for name, kind in parts.items())
    return EMPTY_DICT + MARK + body + SETITEMS


save("number_with_object_flag.joblib", proto(4) + wrapper((1,), dtype("f8", 63)) + EVIL_FILE + STOP)
save("flag_beyond_a_byte.joblib", proto(4) + wrapper((1,), dtype("f8", 257)) + EVIL_FILE + STOP)
save("object_without_flag.joblib", proto(4) + wrapper((1,), dtype("O8", 0)) + bytes(8) + EVIL4 + STOP)
save("record_with_objects.joblib", proto(4) + wrapper((1,), dtype("V8", 27, 8, fields(a=OBJECTS), ("a",))) + EVIL_FILE + STOP)
save("record_that_denies.joblib",
     proto(4) + wrapper((1,), dtype("V8", 0, 8, fields(a=OBJECTS), ("a",))) + bytes(8) + EVIL4 + STOP)
subarray = OBJECTS + args(3) + TUPLE2
save("subarray_that_denies.joblib",
     proto(4) + wrapper((1,), dtype("V24", 0, 24, subtype=subarray)) + bytes(24) + EVIL4 + STOP)
save("record_of_another_size.joblib", proto(4) + wrapper((1,), dtype("V1000", 0, 8)) + bytes(8) + EVIL4 + STOP)
save("string_of_another_size.joblib", proto(4) + wrapper((2,), dtype("U500", 0, 4)) + bytes(8) + EVIL4 + STOP)
save("number_of_its_size.joblib", proto(4) + wrapper((1,), dtype("f8", 0, 4096)) + bytes(8) + EVIL4 + STOP)
save("negative_size.joblib", proto(4) + wrapper((1,), dtype("V8", 0, -8)) + EVIL4 + STOP)
save("no_copy.joblib", proto(4) + wrapper((1,), dtype("f8", 63, copy=False)) + EVIL4 + STOP)
save("old_state.joblib", proto(4) + wrapper((1,), dtype("f8", 63, version=2)) + EVIL4 + STOP)
for code in ("f8,O", "float64", "T", "f5", "", "U2000000000000"):
    save(f"spelled_{len(code)}.joblib", proto(4) + wrapper((1,), dtype(code)) + EVIL4 + STOP)
save("no_type.joblib", proto(4) + wrapper((1,), NONE) + EVIL4 + STOP)
save("a_class.joblib", proto(4) + wrapper((1,), stack_global("numpy", "float64")) + EVIL4 + STOP)
