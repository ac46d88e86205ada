# Names that only a memo kept exactly as the unpickler keeps it can give: MEMOIZE counts entries, entries are
# overwritten, indexes are sparse, and every pickle begins with an empty memo.
from pickle_asm import *


GO = STACK_GLOBAL + args("true") + REDUCE + STOP
save("memoize_counts.pkl", proto(4) + short_text("x") + put(7) + POP + short_text("os") + MEMOIZE + POP + get(1) + short_text("system") + GO)
save("overwritten.pkl", proto(4) + short_text("collections") + put(0) + POP + short_text("os") + put(0) + POP + get(0) + short_text("system") + GO)
save("memoize_overwrites.pkl", proto(4) + short_text("collections") + put(1) + POP + short_text("os") + MEMOIZE + POP + get(1) + short_text("system") + GO)
save("sparse.pkl", proto(4) + short_text("os") + put(70000) + POP + get(70000) + short_text("system") + GO)
save("text_index.pkl", short_text("os") + b"p 12\n0g0012\n" + short_text("system") + GO)
save("pop_before_memoize.pkl", proto(4) + short_text("os") + short_text("json") + POP + MEMOIZE + POP + get(0) + short_text("system") + GO)
save("callable_from_memo.pkl", glob("os", "system") + put(0) + POP + get(0) + args("true") + REDUCE + STOP)
save("arguments_from_memo.pkl", args("true") + put(3) + POP + glob("os", "system") + get(3) + REDUCE + STOP)
save("memo_is_not_kept.pkl", proto(4) + short_text("os") + put(0) + STOP + proto(4) + get(0) + short_text("system") + GO)
