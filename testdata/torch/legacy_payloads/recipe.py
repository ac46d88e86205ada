# The old form is five pickles, one behind the other, and then the storages: each of the five may call. The
# magic may be computed.
from pickle_asm import *


MAGIC = proto(2) + number(0x1950A86A20F9469CFC6C) + STOP
VERSION = proto(2) + number(1001) + STOP
SYSTEM = proto(2) + constant({"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}) + STOP
STORAGE = proto(2) + args("storage", raw(glob("torch", "FloatStorage")), "0", "cpu", 2, None) + BINPERSID + STOP
KEYS = proto(2) + constant(["0"]) + STOP
parts = [MAGIC, VERSION, SYSTEM, STORAGE, KEYS]
data = (2).to_bytes(8, "little") + bytes(8)
for place in range(5):
    changed = list(parts)
    changed[place] = changed[place][:2] + EVIL + POP + changed[place][2:]
    save(f"part_{place}.pt", b"".join(changed) + data)
computed = proto(2) + call("builtins", "int", "119547037146038801333356") + STOP
save("magic_computed.pt", computed + b"".join(parts[1:]) + data)
evaluated = proto(2) + call("__builtin__", "eval", "119547037146038801333356") + STOP
save("magic_by_eval.pt", evaluated + b"".join(parts[1:]) + data)
save("behind_the_storages.pt", b"".join(parts) + data + framed(EVIL4 + STOP))
save("cut.pt", b"".join(parts) + data[:-4])
