# What runs lies where a shape says that an array is, or where it says that none is.
from joblib_asm import *

HUGE = 2 ** 62
shapes = {"negative": (-4,), "negative_twice": (-2, -2), "huge": (2 ** 40,), "wraps": (HUGE, 4), "wraps_to_zero": (2 ** 32, 2 ** 32),
          "beyond_64_bits": (2 ** 70,), "no_tuple": 4, "text": "4", "truth": (True,), "floats": (4.0,),
          "nested": ((4,),), "nothing": None}
for name, shape in shapes.items():
    save(name + ".joblib", proto(4) + wrapper(shape, F8) + POP + EVIL4 + STOP)
for name in ("negative", "huge", "wraps"):
    save(name + "_behind.joblib", proto(4) + wrapper(shapes[name], F8) + bytes(32) + proto(2) + EVIL + STOP)
save("zero.joblib", proto(4) + wrapper((0,), F8) + POP + EVIL4 + STOP)
save("zero_overflow.joblib", proto(4) + wrapper((HUGE, HUGE, 0), F8) + POP + EVIL4 + STOP)
save("too_long.joblib", proto(4) + wrapper((1,) * 100, F8) + bytes(8) + EVIL4 + STOP)
save("right_behind.joblib", proto(4) + wrapper((4,), F8) + bytes(32) + EVIL4 + STOP)
save("scalar.joblib", proto(4) + wrapper((), F8) + bytes(8) + EVIL4 + STOP)
made = raw(call4("builtins", "tuple", [4]))
save("made.joblib", proto(4) + wrapper(made, F8) + bytes(32) + EVIL4 + STOP)
