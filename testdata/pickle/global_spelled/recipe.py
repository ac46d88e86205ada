# The same name in every spelling that the unpickler takes: text and binary strings, escapes, parts from the
# memo, INST.
from pickle_asm import *


OS, SYSTEM, GO = b"S'os'\n", b"S'system'\n", args("true") + REDUCE + STOP
save("global.pkl", glob("os", "system") + GO)
save("string.pkl", OS + SYSTEM + STACK_GLOBAL + GO)
save("string_escapes.pkl", b"S'\\x6f\\163'\n" + b'S"sys\\\x74em"\n'.replace(b"\\t", b"t") + STACK_GLOBAL + GO)
save("binstring.pkl", b"T" + u32(2) + b"os" + b"U\x06system" + STACK_GLOBAL + GO)
save("unicode_escapes.pkl", b"V\\u006fs\n" + b"V\\U00000073ystem\n" + STACK_GLOBAL + GO)
save("binunicode8.pkl", long_text("os") + long_text("system") + STACK_GLOBAL + GO)
save("mixed.pkl", proto(4) + text("os") + b"Vsystem\n" + STACK_GLOBAL + GO)
save("from_memo.pkl", proto(4) + short_text("os") + MEMOIZE + POP + short_text("system") + MEMOIZE + POP + get(0) + get(1) + STACK_GLOBAL + GO)
save("inst.pkl", inst("os", "system", "true") + STOP)
save("framed.pkl", framed(call4(*HARMLESS) + STOP))
save("protocol_5_global.pkl", proto(5) + glob("os", "system") + GO)
