"""Messages of protobuf, field by field, and the parts of ONNX models that recipes need."""
import hashlib
import struct


def varint(number):
    number &= 2**64 - 1
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def tag(number, wire):
    return varint(number << 3 | wire)


def num(number, value):
    return tag(number, 0) + varint(value)


def data(number, content, longer=0):
    if isinstance(content, str):
        content = content.encode()
    return tag(number, 2) + varint(len(content) + longer) + content


def f32(number, value):
    return tag(number, 5) + struct.pack("<f", value)


def u32(number, value):
    return tag(number, 5) + struct.pack("<I", value)


def write(name, content):
    with open(name, "wb") as out:
        out.write(content)


# ONNX

FLOAT, INT64, STRING = 1, 7, 8


def tensor(name="w", dims=(2,), kind=FLOAT, raw=bytes(8), more=b""):
    return (b"".join(num(1, length) for length in dims) + (num(2, kind) if kind else b"") +
            (data(8, name) if name else b"") + (data(9, raw) if raw is not None else b"") + more)


def entry(key, value):
    return data(1, key) + data(2, value)


def external(location="weights.bin", more=(), dims=(2,), checksum=True):
    entries = [("location", location)] if location is not None else []
    entries += more
    if checksum:
        entries.append(("checksum", hashlib.sha1(bytes(64)).hexdigest()))
    return tensor(dims=dims, raw=None, more=b"".join(data(13, entry(*one)) for one in entries) + num(14, 1))


def node(op="Relu", domain="", attributes=(), inputs=("x",), outputs=("y",)):
    return (b"".join(data(1, name) for name in inputs) + b"".join(data(2, name) for name in outputs) + data(4, op) +
            b"".join(data(5, one) for one in attributes) + (data(7, domain) if domain else b""))


def value(name):
    shape = data(2, data(1, num(1, 2)))
    return data(1, name) + data(2, data(1, num(1, FLOAT) + shape))


def graph(nodes=(), tensors=(), more=b"", name="g"):
    return (b"".join(data(1, one) for one in nodes) + data(2, name) + b"".join(data(5, one) for one in tensors) +
            data(11, value("x")) + data(12, value("y")) + more)


def imports(*domains):
    return b"".join(data(8, (data(1, domain) if domain else b"") + num(2, 20)) for domain in domains)


def model(content=None, more=b"", version=9, sets=imports("")):
    content = graph([node()]) if content is None else content
    return num(1, version) + data(2, "recipe") + data(3, "1.0") + data(7, content) + sets + more
