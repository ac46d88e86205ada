# The payload runs, then the pickle breaks: loaders fail too late, scanners too early.
from pickle_asm import *


save("junk.pkl", proto(4) + EVIL4 + b"\xff\xff\xff\xff")
save("no_stop.pkl", proto(4) + EVIL4)
save("cut_string.pkl", proto(4) + EVIL4 + b"X" + u32(1000) + b"short")
save("cut_line.pkl", EVIL + b"S'no end")
save("cut_in_operand.pkl", proto(4) + EVIL4 + b"M\x01")
save("underflow.pkl", proto(4) + EVIL4 + POP + POP)
save("bad_protocol.pkl", proto(4) + EVIL4 + proto(77) + STOP)
save("missing_memo.pkl", proto(4) + EVIL4 + get(9) + STOP)
save("open_mark.pkl", proto(4) + EVIL4 + MARK + STOP)
save("bad_text.pkl", proto(4) + EVIL4 + b"X" + u32(1) + b"\xff" + STOP)
save("seven_zip_after.pkl", proto(4) + EVIL4 + b"7z\xbc\xaf\x27\x1c" + bytes(50))
