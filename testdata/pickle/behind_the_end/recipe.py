# What follows STOP: loaders that load again, and loaders that load from where they are.
from pickle_asm import *


CLEAN = proto(4) + frame(constant({"a": 1}) + STOP)
save("second.pkl", CLEAN + EVIL + STOP)
save("twelfth.pkl", CLEAN * 11 + EVIL + STOP)
save("thousandth.pkl", CLEAN * 999 + framed(EVIL4 + STOP))
save("after_garbage.pkl", CLEAN + b"garbage\xff\xfe\xfd" + framed(EVIL4 + STOP))
save("after_zeros.pkl", CLEAN + bytes(4096) + framed(EVIL4 + STOP))
save("after_garbage_no_proto.pkl", CLEAN + b"\xff\xff" + EVIL + STOP)
save("after_fault.pkl", proto(4) + POP + framed(EVIL4 + STOP))
save("garbage_alone.pkl", CLEAN + bytes(range(256)))
save("zeros_alone.pkl", CLEAN + bytes(512))
save("zip_after.pkl", CLEAN + b"PK\x05\x06" + bytes(18))
