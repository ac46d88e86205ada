# The result of the call is thrown away or hidden; what is left looks innocent.
from pickle_asm import *


CLEAN = EMPTY_LIST + STOP
save("popped.pkl", proto(4) + EVIL4 + POP + CLEAN)
save("obj_popped.pkl", proto(4) + MARK + stack_global("os", "system") + text("true") + OBJ + POP + CLEAN)
save("inst_popped.pkl", inst("os", "system", "true") + POP + CLEAN)
save("popped_to_mark.pkl", proto(4) + MARK + EVIL4 + number(1) + POP_MARK + CLEAN)
save("left_below.pkl", proto(4) + EVIL4 + CLEAN)
save("memoized.pkl", proto(4) + EVIL4 + MEMOIZE + POP + CLEAN)
save("memo_overwritten.pkl", proto(4) + EVIL4 + put(0) + POP + number(1) + put(0) + STOP)
save("inside_tuple.pkl", proto(4) + number(1) + EVIL4 + TUPLE2 + POP + CLEAN)
save("as_state.pkl", proto(4) + stack_global("collections", "OrderedDict") + EMPTY_TUPLE + REDUCE + EVIL4 + BUILD + STOP)
save("trailing_build.pkl", proto(4) + EVIL4 + EMPTY_DICT + BUILD + STOP)
save("as_key.pkl", proto(4) + EMPTY_DICT + EVIL4 + NONE + SETITEM + STOP)
save("as_persistent_id.pkl", proto(4) + EVIL4 + BINPERSID + STOP)
save("as_argument.pkl", proto(4) + stack_global("collections", "OrderedDict") + EVIL4 + POP + EMPTY_TUPLE + REDUCE + STOP)
