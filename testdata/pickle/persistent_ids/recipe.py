# Persistent ids outside the containers that define them: what they load is up to the loader.
from pickle_asm import *


save("persid.pkl", b"Panything\n" + STOP)
save("binpersid.pkl", proto(2) + text("anything") + BINPERSID + STOP)
save("tuple.pkl", proto(2) + args("storage", raw(glob("torch", "FloatStorage")), "../../etc/passwd", "cpu", 4) + BINPERSID + STOP)
save("called.pkl", proto(2) + b"Pfunction\n" + args("true") + REDUCE + STOP)
save("not_ascii.pkl", EVIL + POP + b"P\xff\n" + STOP)
