"""Writes safetensors files of which every part may lie: for the recipes beside it."""
import json
import struct

BITS = {"BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8,
        "F8_E5M2FNUZ": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "I16": 16, "U16": 16, "F16": 16, "BF16": 16,
        "I32": 32, "U32": 32, "F32": 32, "C64": 64, "F64": 64, "I64": 64, "U64": 64}


def size_of(dtype, shape):
    bits = BITS[dtype]
    for length in shape:
        bits *= length
    return bits // 8


def entry(dtype, shape, begin, end=None):
    """What a header says of one tensor."""
    return {"dtype": dtype, "shape": list(shape),
            "data_offsets": [begin, begin + size_of(dtype, shape) if end is None else end]}


def tensors(*specs):
    """Entries for (name, dtype, shape), one behind the other."""
    at, entries = 0, {}
    for name, dtype, shape in specs:
        entries[name] = entry(dtype, shape, at)
        at = entries[name]["data_offsets"][1]
    return entries


def text(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def pairs(*items):
    """An object whose keys may come twice: (raw key or str, value or raw bytes)."""
    out = []
    for key, value in items:
        key = key if isinstance(key, bytes) else text(key)
        out.append(key + b":" + (value if isinstance(value, bytes) else text(value)))
    return b"{" + b",".join(out) + b"}"


def padded(header, to=8):
    return header + b" " * (-len(header) % to)


def raw(header, data=b"", length=None):
    """A file with this header as it is."""
    return struct.pack("<Q", len(header) if length is None else length) + header + data


def file(header, data=None, **rest):
    """A file with this header, padded; the data is as long as the entries say, unless given."""
    if data is None:
        ends = [value["data_offsets"][1] for key, value in header.items() if key != "__metadata__"]
        data = bytes(i % 251 for i in range(max(ends, default=0)))
    return raw(padded(header if isinstance(header, bytes) else text(header)), data, **rest)


def write(name, content):
    with open(name, "wb") as out:
        out.write(content)
