# EXT opcodes name globals by a number that only the loading process can resolve.
from pickle_asm import *


save("ext1.pkl", proto(2) + b"\x82\x01" + STOP)
save("ext1_called.pkl", proto(2) + b"\x82\x07" + args("true") + REDUCE + STOP)
save("ext2.pkl", proto(2) + b"\x83\x00\x01" + STOP)
save("ext4.pkl", proto(2) + b"\x84\x00\x00\x01\x00" + STOP)
save("registers_itself.pkl", proto(2) + call("copy_reg", "add_extension", "os", "system", 240) + POP + b"\x82\xf0" + args("true") + REDUCE + STOP)
save("ext_zero.pkl", proto(2) + EVIL + POP + b"\x82\x00" + STOP)
