# joblib skips as many bytes as one byte says, whatever they are.
from joblib_asm import *

four = wrapper((4,), F8, **PADDED)
save("none.joblib", proto(4) + four + b"\x00" + bytes(32) + EVIL4 + STOP)
save("stop.joblib", proto(4) + four + b"." + b"\xff" * 46 + bytes(32) + EVIL4 + STOP)
save("longest.joblib", proto(4) + four + b"\xff" + b"\xff" * 255 + bytes(32) + EVIL4 + STOP)
save("carries.joblib", proto(4) + four + b"\x10" + b"sixteen bytes of" + bytes(32) + STOP)
save("other_alignment.joblib", proto(4) + wrapper((4,), F8, numpy_array_alignment_bytes=0)
     + b"\x01\xff" + bytes(32) + EVIL4 + STOP)
save("without.joblib", proto(4) + wrapper((4,), F8, numpy_array_alignment_bytes=None) + bytes(32) + EVIL4 + STOP)
computed = raw(call4("builtins", "bool", 0))
save("computed.joblib", proto(4) + wrapper((4,), F8, numpy_array_alignment_bytes=computed) + EVIL4 + STOP)
