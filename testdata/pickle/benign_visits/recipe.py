# Keys that hold others, many of them, large ones shared, values that hold themselves, and depth that a pickler reaches.
from pickle_asm import *


def doubled(steps):
    return EMPTY_TUPLE + MEMOIZE + b"".join(get(n) + TUPLE2 + MEMOIZE for n in range(steps))


save("key.pkl", proto(4) + EMPTY_DICT + doubled(12) + NONE + SETITEM + STOP)
save("keys.pkl", proto(4) + EMPTY_DICT + MARK + b"".join(number(i) + number(i + 1) + TUPLE2 + NONE for i in range(50000)) + SETITEMS + STOP)
save("one_for_many.pkl", proto(4) + EMPTY_DICT + MARK + NONE * 1000 + TUPLE + MEMOIZE + POP + MARK + b"".join(get(0) + number(i) + TUPLE2 + NONE for i in range(20000)) + SETITEMS + STOP)
save("list_of_itself.pkl", proto(4) + EMPTY_LIST + MEMOIZE + get(0) + APPEND + STOP)
save("dict_of_itself.pkl", proto(4) + EMPTY_DICT + MEMOIZE + NONE + get(0) + SETITEM + STOP)
save("depth.pkl", proto(4) + EMPTY_LIST * 20000 + APPEND * 19999 + STOP)
