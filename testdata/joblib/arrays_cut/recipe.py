# Dumps that end inside an array, and what may stand there all the same.
from joblib_asm import *

save("items.joblib", proto(4) + wrapper((4,), F8) + bytes(31))
save("padding.joblib", proto(4) + wrapper((4,), F8, **PADDED) + b"\x10\xff\xff")
save("before_padding.joblib", proto(4) + wrapper((4,), F8, **PADDED))
save("evil_inside.joblib", proto(4) + wrapper((400,), F8) + bytes(20) + proto(2) + EVIL + STOP)
save("second.joblib", proto(4) + frame(wrapper((4,), F8) + wrapper((4,), F8) + STOP) + bytes(33))
