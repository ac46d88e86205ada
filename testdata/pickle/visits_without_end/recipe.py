# Tuples that hold the one before twice: a hash of the last one visits two to the power of their number. Nothing is called,
# and no reader comes back from it.
from pickle_asm import *


def doubled(steps, of=EMPTY_TUPLE):
    return of + MEMOIZE + b"".join(get(n) + TUPLE2 + MEMOIZE for n in range(steps))


def save_key(name, key):
    save(name, proto(4) + EMPTY_DICT + key + NONE + SETITEM + STOP)


save_key("key.pkl", doubled(60))
save("keys.pkl", proto(4) + EMPTY_DICT + MARK + doubled(60) + NONE + SETITEMS + STOP)
save("dict.pkl", proto(4) + MARK + doubled(60) + NONE + b"d" + STOP)
save("set.pkl", proto(4) + EMPTY_SET + MARK + doubled(60) + ADDITEMS + STOP)
save("frozen.pkl", proto(4) + MARK + doubled(60) + FROZENSET + STOP)
save("called.pkl", proto(4) + stack_global("builtins", "set") + EMPTY_LIST + doubled(60) + APPEND + TUPLE1 + REDUCE + STOP)
save("left.pkl", proto(4) + doubled(60) + STOP)
# Each step is thrown where nobody remembers it, and fetched from the memo again.
full = EMPTY_LIST + MEMOIZE + MARK + NONE * 64 + APPENDS + POP
thrown = b"".join(get(0) + get(n) + APPEND + POP + get(n) + get(n) + TUPLE2 + MEMOIZE + POP for n in range(1, 60))
save_key("forgotten.pkl", full + EMPTY_TUPLE + MEMOIZE + POP + thrown + get(60))
# Many hashes of what is not that large.
save("often.pkl", proto(4) + EMPTY_DICT + doubled(20) + NONE + SETITEM + MARK + (get(20) + NONE) * 1000 + SETITEMS + STOP)
# Deeper than any pickler.
save("deep_tuples.pkl", proto(4) + EMPTY_TUPLE + TUPLE1 * 60000 + STOP)
save("deep_lists.pkl", proto(4) + EMPTY_LIST * 60000 + APPEND * 59999 + STOP)
