"""MessagePack with Flax's extensions, of which every part may lie."""

import struct


class Ext:
    def __init__(self, code, data, length=None):
        self.code, self.data = code, data
        self.length = len(data) if length is None else length


class Pairs(list):
    """A map whose keys may come twice."""


def sized(data, forms, length):
    for most, letter, form in forms:
        if length <= most:
            return bytes([letter]) + struct.pack(form, length) + data
    raise ValueError(length)


def pack(value):
    if value is None:
        return b"\xc0"
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        if 0 <= value < 128:
            return bytes([value])
        if -32 <= value < 0:
            return struct.pack("b", value)
        return (b"\xd2" + struct.pack(">i", value) if -2**31 <= value < 2**31 else
                b"\xd3" + struct.pack(">q", value))
    if isinstance(value, float):
        return b"\xcb" + struct.pack(">d", value)
    if isinstance(value, str):
        data = value.encode()
        if len(data) < 32:
            return bytes([0xa0 | len(data)]) + data
        return sized(data, [(255, 0xd9, ">B"), (65535, 0xda, ">H")], len(data))
    if isinstance(value, bytes):
        return sized(value, [(255, 0xc4, ">B"), (65535, 0xc5, ">H")], len(value))
    if isinstance(value, Ext):
        code = struct.pack("b", value.code)
        return sized(b"", [(255, 0xc7, ">B"), (2**32 - 1, 0xc9, ">I")], value.length) + code + \
            value.data
    if isinstance(value, Pairs):
        return bytes([0x80 | len(value)]) + b"".join(pack(k) + pack(v) for k, v in value)
    if isinstance(value, dict):
        head = bytes([0x80 | len(value)]) if len(value) < 16 else b"\xde" + struct.pack(
            ">H", len(value))
        return head + b"".join(pack(k) + pack(v) for k, v in value.items())
    return bytes([0x90 | len(value)]) + b"".join(pack(item) for item in value)


def array(shape, kind, size, code=1):
    return Ext(code, pack([list(shape), kind, bytes(size)]))
