# Arrays of pyarrow whose parts are fewer, shorter or of other types than theirs needs: what lies behind them in memory would
# be taken for pointers. And names of pyarrow that open files, or that reach further than arrays do.
from pickle_asm import *


def lib(name, *values):
    return raw(stack_global("pyarrow.lib", name) + args(*values) + REDUCE)


def many(*values):
    return raw(EMPTY_LIST + MARK + b"".join(v.code if isinstance(v, raw) else constant(v) for v in values) + APPENDS)


def parts(*values):
    return raw(args(*values))


def alias(name):
    return lib("type_for_alias", name)


def buffer(size):
    return lib("py_buffer", bytes(size))


def array(name, *values):
    save(name + ".pkl", proto(4) + lib("_restore_array", parts(*values)).code + STOP)


INT64, STRING = alias("int64"), alias("string")
INTS = parts(INT64, 2, 0, 0, many(None, buffer(16)), [], None)
TEXTS = parts(STRING, 2, 0, 0, many(None, buffer(12), buffer(2)), [], None)

array("no_buffers", INT64, 2, 0, 0, [], [], None)
array("one_buffer", INT64, 2, 0, 0, [None], [], None)
array("short", INT64, 3, 0, 0, many(None, buffer(16)), [], None)
array("short_offsets", STRING, 3, 0, 0, many(None, buffer(12), buffer(2)), [], None)
array("short_nulls", INT64, 9, 1, 0, many(buffer(1), buffer(72)), [], None)
array("nulls_unmarked", INT64, 2, 1, 0, many(None, buffer(16)), [], None)
array("beyond", INT64, 1, 0, 2, many(None, buffer(16)), [], None)
array("before", INT64, 1, 0, -8, many(None, buffer(16)), [], None)
array("huge", INT64, 2 ** 53, 0, 0, many(None, buffer(16)), [], None)
array("no_child", lib("list_", INT64), 1, 0, 0, many(None, buffer(8)), [], None)
array("other_child", lib("list_", lib("field", "item", STRING, True, None)), 1, 0, 0, many(None, buffer(8)), many(INTS), None)
array("fewer_fields", lib("struct", many(lib("field", "a", INT64, True, None), lib("field", "b", INT64, True, None))), 2, 0, 0, [None], many(INTS), None)
array("other_field", lib("struct", many(lib("field", "a", STRING, True, None))), 2, 0, 0, [None], many(INTS), None)
array("no_dictionary", lib("dictionary", INT64, STRING, False), 2, 0, 0, many(None, buffer(16)), [], None)
array("other_dictionary", lib("dictionary", INT64, STRING, False), 2, 0, 0, many(None, buffer(16)), [], INTS)
array("map_of_texts", lib("map_", STRING, INT64), 1, 0, 0, many(None, buffer(8)), many(TEXTS), None)
array("few_in_lists", lib("list_", INT64, 4), 1, 0, 0, [None], many(INTS), None)
array("view", alias("string_view"), 1, 0, 0, many(None, buffer(16)), [], None)
array("union", lib("union", many(lib("field", "a", INT64, True, None)), "dense", [0]), 2, 0, 0, many(None, buffer(2), buffer(8)), many(INTS), None)
array("not_a_buffer", INT64, 2, 0, 0, many(None, raw(stack_global("numpy", "ndarray") + args((2,)) + REDUCE)), [], None)
save("no_parts.pkl", proto(4) + lib("_restore_array", 1).code + STOP)
save("kept.pkl", proto(4) + stack_global("builtins", "map") + args(raw(stack_global("pyarrow.lib", "_restore_array")), []) + REDUCE + STOP)
save("file.pkl", proto(4) + lib("OSFile", "/tmp/x", "w").code + STOP)
save("mapped.pkl", proto(4) + lib("memory_map", "/etc/passwd").code + STOP)
save("address.pkl", proto(4) + lib("foreign_buffer", 4096, 8).code + STOP)
save("far.pkl", proto(4) + stack_global("pyarrow._fs", "FileSystem._from_uri") + args("s3://bucket") + REDUCE + STOP)
save("unpickles.pkl", proto(4) + lib("PyExtensionType", INT64).code + STOP)
save("zone.pkl", proto(4) + lib("timestamp", "us", "dateutil//etc/shadow").code + STOP)
# What was counted is replaced before it is read.
REPLACED = raw(many(None, buffer(16)).code + number(1) + NONE + SETITEM)
save("replaced.pkl", proto(4) + lib("_restore_array", parts(INT64, 2, 0, 0, REPLACED, [], None)).code + STOP)
