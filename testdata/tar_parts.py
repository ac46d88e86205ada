"""Makes tars of which every field may lie.

A part is bytes: header(...), member(...), pax(...), long(...); archive(...) puts them together and
ends them as tars end. Numbers may be given as bytes, to stand in their field as they are.
"""

BLOCK = 512
USTAR = b"ustar\x0000"
GNU = b"ustar  \x00"
OLD = bytes(8)
END = bytes(2 * BLOCK)


def padded(data):
    return data + bytes(-len(data) % BLOCK)


def number(value, width):
    return value if isinstance(value, bytes) else b"%0*o\0" % (width - 1, value)


def binary(value, width=12):
    """As GNU writes what octal digits cannot hold."""
    if value < 0:
        return b"\xff" + value.to_bytes(width - 1, "big", signed=True)
    return b"\x80" + value.to_bytes(width - 1, "big")


def sealed(block, signed=False):
    """With the checksum that belongs to it."""
    block = block[:148] + b" " * 8 + block[156:]
    total = sum(byte - 256 * (signed and byte > 127) for byte in block)
    return block[:148] + b"%06o\0 " % total + block[156:]


def header(name, size=0, kind=b"0", link=b"", magic=USTAR, mode=0o644, prefix=b"", mtime=0, tail=b"",
           signed=False):
    """`tail` is what stands at 345 instead of a prefix."""
    fields = [name.ljust(100, b"\0")[:100], number(mode, 8), number(0, 8), number(0, 8), number(size, 12),
              number(mtime, 12), b" " * 8, kind, link.ljust(100, b"\0")[:100], magic, b"user".ljust(32, b"\0"),
              b"user".ljust(32, b"\0"), number(0, 8), number(0, 8), prefix.ljust(155, b"\0") if not tail else tail]
    return sealed(b"".join(fields).ljust(BLOCK, b"\0"), signed)


def member(name, data=b"", **fields):
    """A header with its data; `size` may say otherwise."""
    return header(name, fields.pop("size", len(data)), **fields) + padded(data)


def record(key, value):
    body = b" " + key + b"=" + value + b"\n"
    length = len(body)
    while length != len(body) + len(b"%d" % length):
        length = len(body) + len(b"%d" % length)
    return b"%d" % length + body


def pax(*records, kind=b"x", name=b"PaxHeaders/x"):
    """Records as (key, value), or as bytes that stand there as they are."""
    text = b"".join(one if isinstance(one, bytes) else record(*one) for one in records)
    return member(name, text, kind=kind)


def long(name, kind=b"L"):
    return member(b"././@LongLink", name + b"\0", kind=kind, magic=GNU)


def archive(*parts, end=END):
    return b"".join(parts) + end


def write(path, *parts, end=END):
    with open(path, "wb") as file:
        file.write(archive(*parts, end=end))
