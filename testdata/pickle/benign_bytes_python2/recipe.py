# Tensors' storages in plain pickles of protocols 0 to 2: bytes of a torch file, written as latin1.
import pickle

from pickle_asm import *

STORAGE = pickle.dumps({"protocol_version": 1001, "little_endian": True, "weights": [1.5] * 8}, 2).decode("latin1")
UNICODE = b"V" + STORAGE.replace("\\", "\\u005c").replace("\n", "\\u000a").encode("raw-unicode-escape") + b"\n"
for name, value in (("binary", constant(STORAGE)), ("line", UNICODE)):
    encoded = call("_codecs", "encode", raw(value), "latin1")
    save(name + ".pkl", proto(2) + call("torch.storage", "_load_from_bytes", raw(encoded)) + STOP)
