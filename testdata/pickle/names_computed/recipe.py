# Names that only exist when the pickle runs.
from pickle_asm import *


def computed(code):
    return code + args("true") + REDUCE + STOP

JOINED = stack_global("builtins", "str") + args("os") + REDUCE
save("module_computed.pkl", computed(proto(4) + JOINED + short_text("system") + STACK_GLOBAL))
save("name_computed.pkl", computed(proto(4) + short_text("os") + call4("operator", "concat", "sys", "tem") + STACK_GLOBAL))
save("both_computed.pkl", computed(proto(4) + JOINED + DUP + STACK_GLOBAL))
save("by_persistent_id.pkl", computed(proto(4) + b"Pname\n" + short_text("system") + STACK_GLOBAL))
save("constant_after_all.pkl", computed(proto(4) + MARK + short_text("json") + b"1" + short_text("os") + DUP + POP + short_text("system") + STACK_GLOBAL))
