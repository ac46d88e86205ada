# A million marks, deep nesting, values without end: bounded memory, no recursion, and the payload is seen.
from pickle_asm import *


save("marks.pkl", proto(4) + MARK * 1000000 + EVIL4 + STOP)
save("marks_closed.pkl", proto(4) + MARK * 300000 + EVIL4 + TUPLE * 300000 + STOP)
save("tuples.pkl", proto(4) + EVIL4 + TUPLE1 * 1000000 + STOP)
save("lists.pkl", proto(4) + EMPTY_LIST * 200000 + EVIL4 + APPEND * 200000 + STOP)
save("dicts.pkl", proto(4) + (EMPTY_DICT + NONE) * 100000 + EVIL4 + SETITEM * 100000 + STOP)
save("duplicates.pkl", proto(4) + NONE + DUP * 2000000 + EVIL4 + STOP)
save("different_values.pkl", proto(4) + MARK + b"".join(number(value % 70000) for value in range(500000)) + EVIL4 + LIST + STOP)
save("calls_of_calls.pkl", proto(4) + EVIL4 + (EMPTY_TUPLE + REDUCE) * 100000 + STOP)
