"""What the recipes in torch/ share: a writer of torch's archives, of its old files, and of the pickles in them."""
import struct
import tarfile
import io
import zlib


# ------------------------------------------------------------------------------------------------ pickles

def text(value):
    data = value.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def number(value):
    if -2 ** 31 <= value < 2 ** 31:
        return b"J" + struct.pack("<i", value)
    data = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


def name(module, qualified):
    return f"c{module}\n{qualified}\n".encode()


def items(*parts):
    return b"(" + b"".join(parts) + b"t"


def numbers(values):
    return items(*(number(value) for value in values))


def persistent(*parts):
    return items(*parts) + b"Q"


def storage(key, numel, kind="FloatStorage", location="cpu", more=()):
    return persistent(text("storage"), name("torch", kind), text(key), text(location), number(numel), *more)


def tensor(stored, sizes, strides=None, offset=0):
    if strides is None:
        strides = [1] * len(sizes)
        for i in range(len(sizes) - 1, 0, -1):
            strides[i - 1] = strides[i] * sizes[i]
    return (name("torch._utils", "_rebuild_tensor_v2") +
            items(stored, number(offset), numbers(sizes), numbers(strides), b"\x89", name("collections", "OrderedDict") + b")R") +
            b"R")


def pickle(value):
    return b"\x80\x02" + value + b"."


def state(*values):
    """A dict of the values, named by letters."""
    return pickle(b"}(" + b"".join(text("abcdefgh"[i]) + value for i, value in enumerate(values)) + b"u")


def call(module="posix", qualified="system", argument="id"):
    return name(module, qualified) + items(text(argument)) + b"R"


# ------------------------------------------------------------------------------------------------ archives

def fold(crcs):
    seed = 0
    for crc in crcs:
        seed ^= (crc + 0x9e3779b9 + (seed << 6) + (seed >> 2)) & (2 ** 64 - 1)
    return f"{seed:020}".encode()


class Archive:
    """Writes as torch does: no sizes before the data, padding to `align`, 64-bit ends."""

    def __init__(self, top="archive", align=64):
        self.top, self.align = top, align
        self.out, self.listed, self.crcs = bytearray(), [], []

    def add(self, record, data, top=None, packed=False, align=None):
        path = f"{self.top if top is None else top}/{record}".lstrip("/").encode()
        crc = zlib.crc32(data)
        stored = data
        if packed:
            packer = zlib.compressobj(wbits=-15)
            stored = packer.compress(data) + packer.flush()
        align = align or self.align
        start = len(self.out) + 30 + len(path) + 4
        extra = b"FB" + struct.pack("<H", -start % align) + b"Z" * (-start % align)
        flags, method = 0x808 if data else 0x800, 8 if packed else 0
        self.listed.append((path, flags, method, crc, len(stored), len(data), len(self.out)))
        self.out += struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 0, flags, method, 0, 0, 0, 0, 0, len(path), len(extra))
        self.out += path + extra + stored
        if data:
            self.out += struct.pack("<4sIII", b"PK\7\x08", crc, len(stored), len(data))
            self.crcs.append(crc)
        return self

    def close(self, path, first=0):
        """`first`: the position of the entry that the directory starts with."""
        start = len(self.out)
        for entry in self.listed[first:] + self.listed[:first]:
            self.out += struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 0, 0, *entry[1:3], 0, 0, *entry[3:6], len(entry[0]),
                                    0, 0, 0, 0, 0, entry[6]) + entry[0]
        size, count, end = len(self.out) - start, len(self.listed), len(self.out)
        self.out += struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 0x31E, 45, 0, 0, count, count, size, start)
        self.out += struct.pack("<4sIQI", b"PK\6\7", 0, end, 1)
        self.out += struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, size, start, 0)
        with open(path, "wb") as file:
            file.write(self.out)


FLOATS = struct.pack("<6f", *range(6))


def checkpoint(data_pkl, records=(("data/0", FLOATS),), version=b"3\n", byteorder=b"little", newer=True, sign=True, **options):
    archive = Archive(**options)
    if data_pkl is not None:
        archive.add("data.pkl", data_pkl)
    if newer:
        archive.add(".format_version", b"1").add(".storage_alignment", b"64")
    if byteorder is not None:
        archive.add("byteorder", byteorder)
    for record, data in records:
        archive.add(record, data)
    if version is not None:
        archive.add("version", version)
    if sign:
        archive.add(".data/serialization_id", b"1" * 20 + fold(archive.crcs))
    return archive


# ------------------------------------------------------------------------------------------------ old files

MAGIC = pickle(b"\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19")
SYSTEM = pickle(b"}(" + text("protocol_version") + number(1001) + text("little_endian") + b"\x88" + text("type_sizes") +
                b"}(" + text("short") + number(2) + b"uu")


def keys(*names):
    return pickle(b"](" + b"".join(text(key) for key in names) + b"e")


def old(value, listed, *storages, magic=MAGIC, protocol=pickle(number(1001))):
    data = magic + protocol + SYSTEM + value + listed
    for numel, content in storages:
        data += struct.pack("<q", numel) + content
    return data


def old_storage(key, numel, kind="FloatStorage"):
    return storage(key, numel, kind, more=(b"N",))


def tar(members, links=()):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as file:
        for member, content in members:
            info = tarfile.TarInfo(member)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
        for member, target in links:
            info = tarfile.TarInfo(member)
            info.type, info.linkname = tarfile.SYMTYPE, target
            file.addfile(info)
    return out.getvalue()


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)
