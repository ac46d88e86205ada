# Instructions come from the frame, arrays from behind it: however many are due, they lie there in order.
from joblib_asm import *

two = wrapper((2,), F8) + POP + wrapper((3,), F8) + POP
save("two_arrays.joblib", proto(4) + frame(two + NONE) + bytes(40) + EVIL4 + STOP)
save("objects_behind.joblib", proto(4) + frame(wrapper((1,), OBJECTS) + POP + NONE) + EVIL_FILE + STOP)
save("objects_behind_stop.joblib", proto(4) + frame(wrapper((1,), OBJECTS) + STOP + b"0") + EVIL + STOP)
save("objects_behind_fault.joblib", proto(4) + frame(wrapper((1,), OBJECTS) + b"\xff\xff") + EVIL + STOP)
save("behind_objects.joblib", proto(4) + frame(wrapper((1,), OBJECTS) + POP) + HARMLESS_FILE + EVIL4 + STOP)
save("in_the_left.joblib", proto(4) + frame(wrapper((1,), F8) + STOP + proto(2) + EVIL + STOP) + bytes(8))
save("never_ends.joblib", proto(4) + frame(wrapper((1,), F8) * 1100 + NONE) + bytes(8800) + EVIL4 + STOP)
