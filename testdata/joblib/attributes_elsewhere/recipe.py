# Attributes of a wrapper that its last BUILD does not show.
from joblib_asm import *

save("built_twice.joblib", proto(4) + wrapper((4,), F8, arguments=EMPTY_TUPLE, made_by=NEWOBJ + MEMOIZE, **PADDED)
     + b"\x01\xff" + bytes(32) + POP + get(0) + EMPTY_DICT + MARK + text("shape") + args(0)
     + text("dtype") + F8 + SETITEMS + BUILD + b"\x01\xff" + EVIL4 + STOP)
made = stack_global("joblib.numpy_pickle", "NumpyArrayWrapper") + args(None, (4,), "C", None, False, 16) + REDUCE
save("made_with_arguments.joblib", proto(4) + made + EMPTY_DICT + MARK + text("shape") + args(4)
     + text("dtype") + F8 + SETITEMS + BUILD + EVIL4 + STOP)
plain = wrapper((4,), F8, built_by=b"")
save("slots.joblib", proto(4) + plain + constant({"shape": (0,)}) + TUPLE2 + BUILD + EVIL4 + STOP)
save("computed_key.joblib", proto(4) + wrapper((4,), F8, built_by=b"") + call4("builtins", "str", "shape") + args(0)
     + SETITEM + BUILD + EVIL4 + STOP)
reconstructor = (glob("copy_reg", "_reconstructor") + MARK + glob("joblib.numpy_pickle", "NumpyArrayWrapper")
                 + glob("__builtin__", "object") + NONE + TUPLE + REDUCE)
save("by_copyreg.joblib", reconstructor + EMPTY_DICT + MARK + text("shape") + args(4) + text("dtype")
     + glob("numpy", "dtype") + args("f8", 0, 1) + REDUCE + args(3, "<", None, None, None, -1, -1, 0) + BUILD
     + SETITEMS + BUILD + bytes(32) + POP + EVIL + STOP)
