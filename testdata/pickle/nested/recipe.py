# Pickles inside the operands of pickles, as they are and in disguise.
from pickle_asm import *


import base64
import gzip
import zlib

INNER = framed(EVIL4 + STOP)
save("bytes.pkl", framed(constant({"weights": INNER}) + STOP))
save("short_bytes.pkl", proto(4) + b"C" + bytes([len(INNER)]) + INNER + STOP)
save("bytes8.pkl", proto(4) + b"\x8e" + u64(len(INNER)) + INNER + STOP)
save("bytearray.pkl", proto(5) + b"\x96" + u64(len(INNER)) + INNER + STOP)
save("no_proto.pkl", framed(constant(EVIL + STOP) + STOP))
save("text.pkl", framed(text((EVIL + STOP).decode("latin-1")) + STOP))
save("string.pkl", b"S" + repr((EVIL + STOP).decode("latin-1")).encode() + b"\n" + STOP)
save("latin1.pkl", proto(2) + glob("_codecs", "encode") + args(INNER.decode("latin-1"), "latin1") + REDUCE + STOP)
save("base64.pkl", framed(constant(base64.b64encode(INNER).decode()) + STOP))
save("base64_lines.pkl", framed(constant(base64.encodebytes(INNER * 3)) + STOP))
save("hex.pkl", framed(constant(INNER.hex()) + STOP))
save("zlib.pkl", framed(constant(zlib.compress(INNER)) + STOP))
save("gzip.pkl", framed(constant(gzip.compress(INNER, mtime=0)) + STOP))
twice = framed(constant(framed(constant(INNER) + STOP)) + STOP)
save("twice.pkl", twice)
save("behind_padding.pkl", framed(constant(bytes(1000) + INNER) + STOP))
save("loads.pkl", framed(call4("pickle", "loads", INNER) + STOP))
save("load_from_bytes.pkl", proto(2) + call("torch.storage", "_load_from_bytes", INNER) + STOP)
save("loky.pkl", framed(call4("joblib.externals.loky.cloudpickle_wrapper", "CloudpickledObjectWrapper", INNER) + STOP))
save("loads_computed.pkl", framed(stack_global("pickle", "loads") + args(raw(call4("base64", "b64decode", base64.b64encode(INNER)))) + REDUCE + STOP))
# What is looked into is not what is loaded.
LOADS = glob("torch.storage", "_load_from_bytes")
save("load_base64.pkl", proto(2) + LOADS + args(base64.b64encode(framed(constant(b"x") + STOP))) + REDUCE + STOP)
save("load_behind.pkl", proto(2) + LOADS + args(b"ten bytes." + framed(call4("collections", "OrderedDict") + STOP)) + REDUCE + STOP)
ignoring = glob("_codecs", "encode") + args(framed(constant(b"\xe9") + STOP).decode("latin-1") + "\u0100" + INNER.decode("latin-1"), "latin1", "ignore") + REDUCE
save("load_ignoring.pkl", proto(2) + LOADS + args(raw(ignoring)) + REDUCE + STOP)
