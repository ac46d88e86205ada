# A dangerous name that is never called: somebody else may.
from pickle_asm import *


save("global.pkl", glob("os", "system") + STOP)
save("inside.pkl", framed(EMPTY_LIST + MARK + stack_global("builtins", "eval") + number(1) + APPENDS + STOP))
save("popped.pkl", framed(stack_global("builtins", "exec") + POP + NONE + STOP))
save("memoized.pkl", framed(stack_global("builtins", "exec") + MEMOIZE + POP + NONE + STOP))
save("as_state.pkl", framed(stack_global("argparse", "Namespace") + EMPTY_TUPLE + NEWOBJ + EMPTY_DICT + text("type") + stack_global("os", "system") + SETITEM + BUILD + STOP))
