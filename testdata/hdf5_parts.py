"""HDF5 files of the newer kind, with checksums, of which every field may lie."""

import struct

NOWHERE = 2**64 - 1
M32 = 2**32 - 1


def rot(x, k):
    return (x << k | x >> (32 - k)) & M32


def lookup3(data):
    a = b = c = (0xdeadbeef + len(data)) & M32
    while len(data) > 12:
        x, y, z = struct.unpack("<III", data[:12])
        a, b, c = (a + x) & M32, (b + y) & M32, (c + z) & M32
        a = (a - c & M32) ^ rot(c, 4); c = c + b & M32
        b = (b - a & M32) ^ rot(a, 6); a = a + c & M32
        c = (c - b & M32) ^ rot(b, 8); b = b + a & M32
        a = (a - c & M32) ^ rot(c, 16); c = c + b & M32
        b = (b - a & M32) ^ rot(a, 19); a = a + c & M32
        c = (c - b & M32) ^ rot(b, 4); b = b + a & M32
        data = data[12:]
    if not data:
        return c
    x, y, z = struct.unpack("<III", data.ljust(12, b"\0"))
    a, b, c = (a + x) & M32, (b + y) & M32, (c + z) & M32
    c = (c ^ b) - rot(b, 14) & M32
    a = (a ^ c) - rot(c, 11) & M32
    b = (b ^ a) - rot(a, 25) & M32
    c = (c ^ b) - rot(b, 16) & M32
    a = (a ^ c) - rot(c, 4) & M32
    b = (b ^ a) - rot(a, 14) & M32
    return (c ^ b) - rot(b, 24) & M32


def sealed(data):
    return data + struct.pack("<I", lookup3(data))


# Messages, as (type, data).

def link(name, address):
    name = name.encode()
    return 6, struct.pack("<BBB", 1, 0, len(name)) + name + struct.pack("<Q", address)


def soft_link(name, path):
    name, path = name.encode(), path.encode()
    return 6, struct.pack("<BBBB", 1, 8, 1, len(name)) + name + struct.pack("<H", len(path)) + path


def external_link(name, file, path):
    name, target = name.encode(), b"\0" + file.encode() + b"\0" + path.encode() + b"\0"
    return 6, (struct.pack("<BBBB", 1, 8, 64, len(name)) + name + struct.pack("<H", len(target)) +
               target)


def space(*shape):
    return 1, struct.pack("<BBBB", 2, len(shape), 0, 1 if shape else 0) + b"".join(
        struct.pack("<Q", side) for side in shape)


def type_f4():
    return 3, struct.pack("<BBBBIHHBBBBI", 0x11, 0x20, 31, 0, 4, 0, 32, 23, 8, 0, 23, 127)


def type_text(size):
    return 3, struct.pack("<BBBBI", 0x13, 0, 0, 0, size)


def contiguous(address, size):
    return 8, struct.pack("<BBQQ", 3, 1, address, size)


def chunked(address, *sides, item=4):
    sides = [*sides, item]
    return 8, struct.pack("<BBBQ", 3, 2, len(sides), address) + b"".join(
        struct.pack("<I", side) for side in sides)


def one_chunk(address, side, item, stored, mask=0):
    return 8, struct.pack("<BBBBBBBBQIQ", 4, 2, 2, 2, 1, side, item, 1, stored, mask, address)


def virtual(address, index=1):
    return 8, struct.pack("<BBQI", 4, 3, address, index)


def filters(*each):
    """A filter is its number, or a list of that and what it is told: (1, 6)."""
    each = [one if isinstance(one, tuple) else (one,) for one in each]
    return 11, struct.pack("<BB", 2, len(each)) + b"".join(
        (struct.pack("<HHHH", i, 0, 0, len(told)) if i >= 256 else struct.pack("<HHH", i, 0, len(told))) +
        struct.pack(f"<{len(told)}I", *told) for i, *told in each)


def external_files(heap, used=1):
    return 7, struct.pack("<BxxxHHQ", 1, used, used, heap) + struct.pack("<QQQ", 8, 0, 1 << 20)


def attribute(name, text):
    name, text = name.encode() + b"\0", text.encode()
    _, kind = type_text(len(text))
    _, one = space()
    return 12, struct.pack("<BBHHHB", 3, 0, len(name), len(kind), len(one), 0) + name + kind + \
        one + text


class File:
    """Parts are added from the leaves to the root; what they are named by is their address."""

    def __init__(self, before=b""):
        self.before = before
        self.parts = bytearray(48)

    def add(self, data):
        address = len(self.parts)
        self.parts += data
        return address

    def object(self, *messages):
        body = b"".join(struct.pack("<BHB", kind, len(data), *(flags or [0])) + data for kind, data, *flags in messages)
        return self.add(sealed(b"OHDR" + struct.pack("<BBI", 2, 2, len(body)) + body))

    def group(self, *messages):
        return self.object((2, struct.pack("<BBQQ", 0, 0, NOWHERE, NOWHERE)), (10, b"\0\0"),
                           *messages)

    def names(self, *names):
        texts = bytes(8) + b"".join(name.encode() + b"\0" for name in names)
        data = self.add(texts)
        return self.add(b"HEAP" + bytes(4) + struct.pack("<QQQ", len(texts), 1, data))

    def collection(self, data):
        size = 4096
        left = size - 32 - (len(data) + 7) // 8 * 8
        return self.add(b"GCOL" + struct.pack("<BxxxQ", 1, size) +
                        struct.pack("<HHxxxxQ", 1, 1, len(data)) +
                        data.ljust((len(data) + 7) // 8 * 8, b"\0") +
                        struct.pack("<HHxxxxQ", 0, 0, left).ljust(left, b"\0"))

    def dataset(self, *messages):
        return self.object(space(2, 2), type_f4(), *messages)

    def bytes(self, root, end=None, base=0, status=0):
        end = base + len(self.parts) if end is None else end
        head = b"\x89HDF\r\n\x1a\n" + struct.pack(
            "<BBBBQQQQ", 2, 8, 8, status, base, NOWHERE, end, root)
        self.parts[:48] = sealed(head)
        return self.before + bytes(self.parts)
