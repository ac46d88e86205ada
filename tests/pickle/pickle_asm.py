"""A pickle assembler: every helper returns bytes, so that a program is a sum of them.

Shared by the recipes under testdata (the harness puts this folder on their path), the generator and
the tests. Nothing here ever runs what it writes.
"""
import struct

STOP, MARK, POP, POP_MARK, DUP = b".", b"(", b"0", b"1", b"2"
NONE, TRUE, FALSE = b"N", b"\x88", b"\x89"
REDUCE, BUILD, NEWOBJ, NEWOBJ_EX, OBJ = b"R", b"b", b"\x81", b"\x92", b"o"
APPEND, APPENDS, SETITEM, SETITEMS, ADDITEMS = b"a", b"e", b"s", b"u", b"\x90"
EMPTY_LIST, EMPTY_TUPLE, EMPTY_DICT, EMPTY_SET = b"]", b")", b"}", b"\x8f"
LIST, TUPLE, DICT, FROZENSET = b"l", b"t", b"d", b"\x91"
TUPLE1, TUPLE2, TUPLE3 = b"\x85", b"\x86", b"\x87"
MEMOIZE, STACK_GLOBAL, BINPERSID = b"\x94", b"\x93", b"Q"


def u32(value):
    return struct.pack("<I", value)


def u64(value):
    return struct.pack("<Q", value)


def proto(version):
    return b"\x80" + bytes([version])


def frame(body, length=None):
    return b"\x95" + u64(len(body) if length is None else length) + body


def framed(body, version=4):
    return proto(version) + frame(body)


def number(value):
    if 0 <= value < 256:
        return b"K" + bytes([value])
    if 0 <= value < 65536:
        return b"M" + struct.pack("<H", value)
    if -2 ** 31 <= value < 2 ** 31:
        return b"J" + struct.pack("<i", value)
    raw = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(raw)]) + raw


def text(value):
    raw = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    return b"X" + u32(len(raw)) + raw


def short_text(value):
    raw = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    return b"\x8c" + bytes([len(raw)]) + raw


def long_text(value):
    raw = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    return b"\x8d" + u64(len(raw)) + raw


def data(raw):
    return b"B" + u32(len(raw)) + raw


def constant(value):
    """Plain Python values as opcodes of protocol 4."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, int):
        return number(value)
    if isinstance(value, float):
        return b"G" + struct.pack(">d", value)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, bytes):
        return data(value)
    if isinstance(value, tuple):
        return MARK + b"".join(map(constant, value)) + TUPLE
    if isinstance(value, list):
        return EMPTY_LIST + MARK + b"".join(map(constant, value)) + APPENDS
    if isinstance(value, dict):
        items = b"".join(constant(key) + constant(item) for key, item in value.items())
        return EMPTY_DICT + MARK + items + SETITEMS
    raise TypeError(value)


def line(value):
    return value.encode("utf-8", "surrogatepass") + b"\n"


def glob(module, name):
    """GLOBAL: two lines."""
    return b"c" + line(module) + line(name)


def stack_global(module, name):
    return short_text(module) + short_text(name) + STACK_GLOBAL


def args(*values):
    """A tuple; what is bytes in `raw(...)` is taken as opcodes."""
    body = b"".join(value.code if isinstance(value, raw) else constant(value) for value in values)
    return MARK + body + TUPLE


class raw:
    """Opcodes among plain arguments."""

    def __init__(self, code):
        self.code = code


def call(module, name, *values):
    return glob(module, name) + args(*values) + REDUCE


def call4(module, name, *values):
    return stack_global(module, name) + args(*values) + REDUCE


def inst(module, name, *values):
    return MARK + b"".join(map(constant, values)) + b"i" + line(module) + line(name)


def get(index):
    return b"h" + bytes([index]) if index < 256 else b"j" + u32(index)


def put(index):
    return b"q" + bytes([index]) if index < 256 else b"r" + u32(index)


def save(name, content):
    """Writes a file of a case."""
    with open(name, "wb") as file:
        file.write(content)


HARMLESS = ("os", "system", "true")
EVIL = call(*HARMLESS)  # the payload of all cases: it runs `true`
EVIL4 = call4(*HARMLESS)
