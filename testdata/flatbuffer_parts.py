"""Makes FlatBuffers of which every offset may lie. For recipes: the standard library alone.

A table is a dictionary, slot -> value; a value is (form, number) for a scalar, a text, a table, (form, [numbers]) for a
vector, [texts], [tables], or Raw for an offset as it is to stand there. What is pointed to lies behind what points to it.
"""
import struct


class Raw:
    """An offset that leads where it says, not where anything was written."""

    def __init__(self, offset):
        self.offset = offset


class At:
    """A value that is remembered under a name, so that its place can be changed afterwards."""

    def __init__(self, name, value):
        self.name = name
        self.value = value


class Later:
    """An offset to what is remembered under a name, which is written behind it."""

    def __init__(self, name):
        self.name = name


class Builder:
    def __init__(self, identifier=b"", room=0):
        self.out = bytearray(4) + identifier + bytes(room)
        self.places = {}
        self.later = []

    def align(self, n):
        self.out += bytes(-len(self.out) % n)

    def build(self, root):
        self.align(4)
        at = self.table(root)
        struct.pack_into("<I", self.out, 0, at)
        for place, name in self.later:
            struct.pack_into("<I", self.out, place, self.places[name] - place)
        return bytes(self.out)

    def point(self, place, value):
        if isinstance(value, Raw):
            struct.pack_into("<I", self.out, place, value.offset & 0xffffffff)
            return
        if isinstance(value, Later):
            self.later.append((place, value.name))
            return
        at = self.write(value)
        struct.pack_into("<I", self.out, place, at - place)

    def write(self, value):
        if isinstance(value, At):
            self.places[value.name] = at = self.write(value.value)
            return at
        if isinstance(value, dict):
            return self.table(value)
        if isinstance(value, str):
            return self.vector("B", value.encode(), b"\0")
        if isinstance(value, tuple):
            return self.vector(*value)
        at = self.vector("I", [0] * len(value))
        for i, item in enumerate(value):
            self.point(at + 4 + 4 * i, item)
        return at

    def vector(self, form, items, end=b""):
        size = struct.calcsize("<" + form)
        self.out += bytes(-(len(self.out) + 4) % max(size, 4))
        at = len(self.out)
        self.out += struct.pack("<I", len(items)) + struct.pack(f"<{len(items)}{form}", *items) + end
        return at

    def table(self, fields):
        inner = {slot: value for slot, value in fields.items() if value is not None}
        places, size = {}, 4
        for slot, value in inner.items():
            width = struct.calcsize("<" + value[0]) if self.is_scalar(value) else 4
            size += -size % width
            places[slot] = size
            size += width
        slots = [places.get(slot, 0) for slot in range(max(inner, default=-1) + 1)]
        self.align(8)
        vtable = len(self.out)
        self.out += struct.pack(f"<HH{len(slots)}H", 4 + 2 * len(slots), size, *slots)
        self.align(8)
        at = len(self.out)
        self.out += struct.pack("<i", at - vtable) + bytes(size - 4)
        for slot, value in inner.items():
            if self.is_scalar(value):
                struct.pack_into("<" + value[0], self.out, at + places[slot], value[1])
        for slot, value in inner.items():
            if not self.is_scalar(value):
                self.align(4)
                self.point(at + places[slot], value)
        return at

    @staticmethod
    def is_scalar(value):
        return isinstance(value, tuple) and not isinstance(value[1], (list, bytes))


def save(name, data):
    with open(name, "wb") as file:
        file.write(data)
