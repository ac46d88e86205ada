# The objects of an array are read by a plain unpickler: behind a wrapper in there stand instructions, no array.
from joblib_asm import *

inner = proto(4) + wrapper((1,), F8) + POP
save("code_as_items.joblib", proto(4) + wrapper((1,), OBJECTS) + inner + EVIL4 + STOP + STOP)
save("cut.joblib", proto(4) + wrapper((1,), OBJECTS) + proto(4) + EVIL4)
save("nothing.joblib", proto(4) + wrapper((1,), OBJECTS))
save("not_a_pickle.joblib", proto(4) + wrapper((1,), OBJECTS) + b"\xff" * 64 + proto(4) + EVIL4 + STOP)
save("twice.joblib", proto(4) + wrapper((1,), OBJECTS) + HARMLESS_FILE + wrapper((1,), OBJECTS) + EVIL_FILE + STOP)
