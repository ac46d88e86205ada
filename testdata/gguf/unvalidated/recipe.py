# What came before GGUF: known, and not looked into.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from gguf_parts import save

for name, magic in {"ggml": b"lmgg", "ggmf": b"fmgg", "ggjt": b"tjgg", "ggla": b"algg"}.items():
    save(name + ".bin", magic + b"\1\0\0\0" + bytes(64))
save("named.ggml", b"lmgg" + b"\1\0\0\0" + bytes(64))
