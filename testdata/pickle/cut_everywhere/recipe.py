# A pickle that calls, cut at every byte.
from pickle_asm import *


body = short_text("x") + MEMOIZE + POP + EVIL4 + constant({"a": [1.5, b"bytes"]}) + TUPLE2 + STOP
for length in range(16, len(body)):
    save(f"framed_{length:03}.pkl", framed(body)[:length + 11])  # its frame is not there: it faults before anything runs
    save(f"cut_{length:03}.pkl", proto(4) + body[:length])
old = b"(dS'key'\n" + EVIL + b"sI12\n" + STOP
for length in range(9, len(old)):
    save(f"old_{length:03}.pkl", old[:length])
