# Forms of numbers and strings that the unpickler takes and a reader of one's own may not.
from pickle_asm import *


for number_, spelling in enumerate([b"I1_0\n", b"I 7\n", b"I0x1f\n", b"I017\n", b"I99999999999999999999\n", b"I00\n", b"I-0\n", b"I1\x00junk\n",
                                    b"L1_0L\n", b"L 5 \n", b"L0x1fL\n", b"Fnan\n", b"F-inf\n", b"F1e308\n", b"F.5\n",
                                    b"S'a'b'\n", b'S"it\'s"\n', b"S'\\q'\n", b"V\\u0041\\\\\n", b"Va\rb\n", b"V\n",
                                    b"S'" + b"x" * 100000 + b"'\n", b"I" + b" " * 5000 + b"1\n"]):
    save(f"{number_:02}.pkl", spelling + POP + EVIL + STOP)
for number_, spelling in enumerate([b"S'a\n", b"Sa\n", b"I1 2\n", b"L\n", b"F\n", b"F1,5\n", b"F1_0.5\n", b"F1e999\n", b"S'a' \t\n", b"V\\u00\n", b"S'\\x4'\n", b"I\n"]):
    save(f"refused_{number_}.pkl", EVIL + POP + spelling + POP + NONE + STOP)
