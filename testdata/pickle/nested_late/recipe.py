# Pickles within values whose first call lies far behind the beginning that is looked at to tell whether it is one.
import base64
import os
import pickle

from pickle_asm import *


class Payload:
    def __reduce__(self):
        return os.getpid, ()


def dumped(value, protocol):
    return pickle.dumps(value, protocol)


BEFORE = {"text": ["a" * 5000], "numbers": list(range(3000)), "floats": [i / 7 for i in range(1000)], "nothing": [None] * 6000,
          "bytes": [bytes(5000)]}
for name, before in BEFORE.items():
    for protocol in (2, 3, 4, 5):
        inner = dumped([before, Payload()], protocol)
        save(f"{name}_{protocol}.pkl", dumped({"weights": inner}, 4))
    inner = dumped([before, Payload()], 4)
    save(f"{name}_base64.pkl", dumped({"weights": base64.b64encode(inner).decode()}, 4))
    save(f"{name}_hex.pkl", dumped({"weights": inner.hex()}, 4))
for name in ("numbers", "floats", "nothing"):
    for protocol in (0, 1):
        save(f"{name}_{protocol}.pkl", dumped({"weights": dumped([BEFORE[name], Payload()], protocol)}, 4))
# One text or number that is longer than what is looked at, of the protocols that have no magic.
LONG = {"long_text": "a" * 5000, "longer_text": "a" * 100000, "long_bytes": b"ab\xff" * 2000}
for name, before in LONG.items():
    for protocol in (0, 1):
        inner = dumped([before, Payload()], protocol)
        save(f"{name}_{protocol}.pkl", dumped({"weights": inner}, 4))
        save(f"{name}_{protocol}_base64.pkl", dumped({"weights": base64.b64encode(inner).decode()}, 4))
        save(f"{name}_{protocol}_hex.pkl", dumped({"weights": inner.hex()}, 4))
