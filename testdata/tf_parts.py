"""Files of TensorFlow: graphs, SavedModels and the tables that say where variables are."""
import struct

from proto_parts import data, num, tag, u32, varint, write


def node(name, op, attributes=(), inputs=()):
    return data(1, name) + data(2, op) + b"".join(data(3, one) for one in inputs) + b"".join(data(5, data(1, key) + data(2, value)) for key, value in attributes)


def text(value):
    """The attribute that makes a constant of it."""
    return [("value", data(8, num(1, 7) + data(8, value)))]


def call(name, called, inputs):
    return node(name, "StatefulPartitionedCall", [("f", data(10, data(1, called)))], inputs)


def function(name, *nodes):
    return data(1, data(1, name)) + b"".join(data(3, one) for one in nodes)


def graph(nodes=(), functions=()):
    return (b"".join(data(1, one) for one in nodes) + data(2, b"".join(data(1, one) for one in functions)) +
            data(4, num(1, 1)))


def saved_model(content, assets=(), objects=b"", more=b""):
    info = data(4, "serve") + data(5, "2.21.0")
    named = b"".join(data(6, data(1, data(1, "asset:0")) + data(2, name)) for name in assets)
    return num(1, 1) + data(2, data(1, info) + data(2, content) + named + (data(7, objects) if objects else b"") + more)


def crc32c(content):
    crc = 0xFFFFFFFF
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def block(entries, kind=0):
    out = b"".join(varint(0) + varint(len(key)) + varint(len(value)) + key + value for key, value in entries)
    out += struct.pack("<II", 0, 1) + bytes([kind])
    return out + struct.pack("<I", crc32c(out))


def handle(offset, size):
    return varint(offset) + varint(size)


def variable(elements=2, offset=0, size=8, shard=0, dtype=1, crc=None):
    """With the checksum of so many zeros."""
    if crc is None:
        crc = crc32c(bytes(min(size, 64)))
    return (num(1, dtype) + data(2, data(2, num(1, elements))) + num(3, shard) + num(4, offset) + num(5, size) +
            u32(6, crc))


def table(entries, shards=1, header=None, kind=0, longer=0, index_kind=0):
    header = num(1, shards) + data(3, num(1, 1)) if header is None else header
    contents = block([(b"", header), *entries], kind)
    meta = block([])
    index = block([(b"z", handle(0, len(contents) - 5 + longer))], index_kind)
    footer = handle(len(contents), len(meta) - 5) + handle(len(contents) + len(meta), len(index) - 5)
    return contents + meta + index + footer.ljust(40, b"\0") + struct.pack("<Q", 0xDB4775248B80FB57)
