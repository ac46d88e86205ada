# Memo indexes for which the unpickler would allocate gigabytes, and some that it refuses.
from pickle_asm import *


for index in (2 ** 20, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1):
    save(f"binary_{index}.pkl", proto(4) + NONE + b"r" + u32(index) + POP + EVIL4 + STOP)
    save(f"text_{index}.pkl", NONE + b"p%d\n" % index + POP + EVIL + STOP)
save("text_beyond.pkl", EVIL + b"p99999999999999999999\n" + STOP)
save("text_negative.pkl", EVIL + b"p-1\n" + STOP)
save("get_beyond.pkl", proto(4) + EVIL4 + b"j" + u32(2 ** 32 - 1) + STOP)
save("binary_alone.pkl", proto(4) + NONE + b"r" + u32(2 ** 31) + STOP)
save("text_alone.pkl", proto(2) + NONE + b"p%d\n" % (2 ** 31) + STOP)
