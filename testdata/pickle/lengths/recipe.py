# Lengths that are not there. Nothing may be allocated for them, and what ran before counts.
from pickle_asm import *


for name, opcode, width in (("text", b"X", 4), ("bytes", b"B", 4), ("string", b"T", 4), ("long", b"\x8b", 4),
                            ("text8", b"\x8d", 8), ("bytes8", b"\x8e", 8), ("bytearray", b"\x96", 8), ("frame", b"\x95", 8)):
    for power in (31, 32, 46, 63, 64):
        for less in (0, 1):
            value = 2 ** power - less
            if value < 256 ** width:
                save(f"{name}_{power}_{less}.pkl", proto(4) + EVIL4 + opcode + value.to_bytes(width, "little") + b"abc" + STOP)
