"""ZIP archives piece by piece, for recipes: every field may be a lie."""
import bz2
import lzma
import os
import struct
import zlib

STORED, DEFLATED, BZIP2, LZMA, ZSTD, XZ = 0, 8, 12, 14, 93, 95


def lzma_packed(data, dictionary=1 << 16):
    """Ended by a mark, which bit 1 of the flags is to say."""
    alone = lzma.compress(data, lzma.FORMAT_ALONE, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": dictionary}])
    return b"\x09\x04\5\0" + alone[:5] + alone[13:]


def zstd_packed(data):
    """One frame with one stored block, of 256 to 65,791 bytes."""
    block = (len(data) << 3 | 1).to_bytes(3, "little")
    return b"\x28\xb5\x2f\xfd\x60" + struct.pack("<H", len(data) - 256) + block + data


PACKERS = {BZIP2: bz2.compress, LZMA: lzma_packed, ZSTD: zstd_packed, XZ: lzma.compress}


def packed(data, method):
    if method in PACKERS:
        return PACKERS[method](data)
    if method != DEFLATED:
        return data
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return deflate.compress(data) + deflate.flush()


class Member:
    """`local` and `central` replace fields of the header and of the directory's entry."""

    def __init__(self, name, data=b"", method=STORED, flags=0, extra=b"", local=None, central=None,
                 raw=None, descriptor=b"", listed=True):
        self.name = name if isinstance(name, bytes) else name.encode()
        self.raw = packed(data, method) if raw is None else raw
        self.descriptor = descriptor
        self.listed = listed
        self.fields = {"name": self.name, "flags": flags, "method": method, "crc": zlib.crc32(data),
                       "packed": len(self.raw), "size": len(data), "extra": extra, "needs": 20}
        self.local = {**self.fields, **(local or {})}
        self.central = {**self.fields, "made_by": 0x0314, "attributes": 0o600 << 16, "disk": 0,
                        "comment": b"", **(central or {})}

    def group(self):
        f = self.local
        return (struct.pack("<4sHHHHHIIIHH", b"PK\3\4", f["needs"], f["flags"], f["method"], 0, 33, f["crc"],
                            f["packed"], f["size"], len(f["name"]), len(f["extra"]))
                + f["name"] + f["extra"] + self.raw + self.descriptor)

    def entry(self, offset):
        f = self.central
        return (struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", f["made_by"], f["needs"], f["flags"], f["method"], 0, 33,
                            f["crc"], f["packed"], f["size"], len(f["name"]), len(f["extra"]), len(f["comment"]),
                            f["disk"], 0, f["attributes"], f.get("offset", offset))
                + f["name"] + f["extra"] + f["comment"])


def end(count, size, offset, comment=b"", disk=0, directory_disk=0, comment_length=None):
    length = len(comment) if comment_length is None else comment_length
    return struct.pack("<4sHHHHIIH", b"PK\5\6", disk, directory_disk, count, count, size, offset, length) + comment


def end64(count, size, offset, length=44):
    return struct.pack("<4sQHHIIQQQQ", b"PK\6\6", length, 45, 45, 0, 0, count, count, size, offset)


def locator(offset):
    return struct.pack("<4sIQI", b"PK\6\7", 0, offset, 1)


def archive(members, prefix=b"", counted=True, gap=b"", before_directory=b"", trailing=b"", **fields):
    """`counted`: whether offsets count the prefix. `fields` are the end record's."""
    out, entries = prefix, b""
    base = 0 if counted else len(prefix)
    for member in members:
        if member.listed:
            entries += member.entry(len(out) - base)
        out += member.group() + gap
    out += before_directory
    listed = sum(member.listed for member in members)
    told = {"count": listed, "size": len(entries), "offset": len(out) - base, **fields}
    return out + entries + end(**told) + trailing


def write(name, content):
    if os.path.dirname(name):
        os.makedirs(os.path.dirname(name), exist_ok=True)
    with open(name, "wb") as file:
        file.write(content)
