# What a line of protocol 0 stands for, where the line is longer than what is kept of it: a pickle whose payload
# comes late, with escapes and without, and lines that the unpickler refuses.
from pickle_asm import *


import base64
import pickle

PADDING = bytes(range(256)) * 40
LATE = framed(constant(PADDING) + b"0" + EVIL4 + STOP)


def unicode_line(value):
    escaped = value.replace("\\", "\\u005c").replace("\0", "\\u0000").replace("\n", "\\u000a").replace("\r", "\\u000d")
    return b"V" + escaped.encode("raw-unicode-escape") + b"\n"


def string_line(value):
    return b"S" + repr(value).encode() + b"\n"


def bytes_of(line):
    return b"c_codecs\nencode\n(" + line + b"Vlatin1\ntR"


LOADS = b"ctorch.storage\n_load_from_bytes\n("
latin1 = LATE.decode("latin-1")
save("unicode.pkl", unicode_line(latin1) + STOP)
save("unicode_bytes.pkl", bytes_of(unicode_line(latin1)) + STOP)
save("load_from_bytes.pkl", LOADS + bytes_of(unicode_line(latin1)) + b"tR" + STOP)
save("unicode_base64.pkl", unicode_line(base64.b64encode(LATE).decode()) + STOP)
save("string_base64.pkl", string_line(base64.b64encode(LATE).decode()) + STOP)
save("string.pkl", string_line("".join(map(chr, range(32, 127))) * 100) + EVIL + STOP)
save("other_bytes.pkl", LOADS + bytes_of(unicode_line(("\u00e9" * 9000))) + b"tR" + STOP)
save("escape_that_is_none.pkl", EVIL + POP + b"V" + b"x" * 9000 + b"\\u12 \n" + STOP)
save("quote_missing.pkl", EVIL + POP + b"S'" + b"x" * 9000 + b"\n" + STOP)
save("cut.pkl", EVIL + POP + b"V" + b"x" * 9000)

# What is looked into must be what is loaded: all of the latin1 and nothing else.
HARMLESS_BYTES = framed(constant(PADDING) + STOP)
two = HARMLESS_BYTES.decode("latin-1") + "\u0100" + LATE.decode("latin-1")
ignoring = b"c_codecs\nencode\n(" + unicode_line(two) + b"Vlatin1\nVignore\ntR"
save("encoded_ignoring.pkl", LOADS + ignoring + b"tR" + STOP)
# Read as UTF-8 the first bytes end before the second, which hold the payload; read as latin1 they end within them.
held = EVIL + POP
swallowed = data(b"\xe9" * 40)[:25] + data(b"x" * 15 + held) + call("collections", "OrderedDict") + STOP
save("pickle_in_both.pkl", LOADS + bytes_of(unicode_line(swallowed.decode("latin-1") + "x" * 9000)) + b"tR" + STOP)
digits = base64.b64encode(HARMLESS_BYTES).decode()
save("digits_first.pkl", LOADS + bytes_of(unicode_line("V" + digits + "\n0cos\nsystem\n(S'true'\ntR.")) + b"tR" + STOP)
