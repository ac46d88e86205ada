"""Archives that libarchive reads, made by hand so that they can lie: cpio, ar and 7z."""
import lzma
import struct
import zlib

# os.system by a pickle of protocol 0.
EVIL = b"cposix\nsystem\n(S'id'\ntR."


def number(value):
    """A number as 7z writes it: the ones that the first byte begins with say how many bytes follow."""
    for count in range(8):
        if value < 1 << 7 * (count + 1):
            first = (0xFF << (8 - count)) & 0xFF | value >> 8 * count
            return bytes([first]) + (value & ((1 << 8 * count) - 1)).to_bytes(count, "little")
    return b"\xff" + struct.pack("<Q", value)


def coder(method, properties=b""):
    flags = len(method) | (0x20 if properties else 0)
    return bytes([flags]) + method + (number(len(properties)) + properties if properties else b"")


COPY = coder(b"\x00")
LZMA = b"\x03\x01\x01"


def lzma_coder(dictionary=1 << 16):
    return coder(LZMA, b"\x5d" + struct.pack("<I", dictionary))


def packed_by_lzma(data, dictionary=1 << 16):
    return lzma.compress(data, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": dictionary}])


def streams(offset, packed, unpacked, coders, crc=None):
    """PackInfo and UnpackInfo of one folder with one stream."""
    info = b"\x06" + number(offset) + number(1) + b"\x09" + number(packed) + b"\x00"
    info += b"\x07\x0b" + number(1) + b"\x00" + number(len(coders)) + b"".join(coders)
    info += b"".join(number(i + 1) + number(i) for i in range(len(coders) - 1))
    info += b"\x0c" + number(unpacked) * len(coders)
    if crc is not None:
        info += b"\x0a\x01" + struct.pack("<I", crc)
    return info + b"\x00"


def names_of(members):
    text = b"".join(name.encode("utf-16-le") + b"\0\0" for name, _ in members)
    return b"\x11" + number(len(text) + 1) + b"\x00" + text


def header_of(members, offset, packed, coders, crc=True):
    body = b"".join(data for _, data in members)
    sub = b"\x08\x0d" + number(len(members))
    if len(members) > 1:
        sub += b"\x09" + b"".join(number(len(data)) for _, data in members[:-1])
        sub += b"\x0a\x01" + b"".join(struct.pack("<I", zlib.crc32(data)) for _, data in members)
    sub += b"\x00"
    folder_crc = zlib.crc32(body) if crc and len(members) == 1 else None
    info = b"\x04" + streams(offset, packed, len(body), coders, folder_crc) + sub + b"\x00"
    return b"\x01" + info + b"\x05" + number(len(members)) + names_of(members) + b"\x00\x00"


def start(header, offset, crc=None):
    fields = struct.pack("<QQI", offset, len(header), zlib.crc32(header))
    check = zlib.crc32(fields) if crc is None else crc
    return b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<I", check) + fields


def seven_zip(members, coders=(COPY,), pack=lambda body: body, gap=b"", start_crc=None, packed_header=False):
    """One folder of all members; `gap` stands before what is packed."""
    body = gap + pack(b"".join(data for _, data in members))
    header = header_of(members, len(gap), len(body) - len(gap), coders)
    if packed_header:
        packed = packed_by_lzma(header)
        outer = b"\x17" + streams(len(body), len(packed), len(header), [lzma_coder()], zlib.crc32(header)) + b"\x00"
        body, header = body + packed, outer
    return start(header, len(body), start_crc) + body + header


def cpio_member(name, data, mode=0o100644, links=1):
    raw = name if isinstance(name, bytes) else name.encode()
    fields = [1, mode, 0, 0, links, 0, len(data), 0, 0, 0, 0, len(raw) + 1, 0]
    head = b"070701" + b"".join(b"%08x" % field for field in fields) + raw + b"\0"
    head += b"\0" * (-len(head) % 4)
    return head + data + b"\0" * (-len(data) % 4)


def cpio(*members, end=True):
    out = b"".join(cpio_member(*member) for member in members)
    if end:
        out += cpio_member("TRAILER!!!", b"", 0)
    return out + b"\0" * (-len(out) % 512)


def ar(*members):
    out = b"!<arch>\n"
    for name, data in members:
        out += b"%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (name.encode() + b"/", 0, 0, 0, 0o100644, len(data))
        out += data + b"\n" * (len(data) % 2)
    return out


def cab(*members):
    """Stored, in one folder and one block."""
    body = b"".join(data for _, data in members)
    entries, at = b"", 0
    for name, data in members:
        entries += struct.pack("<IIHHHH", len(data), at, 0, 0x21, 0, 0x20) + name.encode() + b"\0"
        at += len(data)
    files_at, data_at = 36 + 8, 36 + 8 + len(entries)
    size = data_at + 8 + len(body)
    head = b"MSCF" + struct.pack("<IIIIIBBHHHHH", 0, size, 0, files_at, 0, 3, 1, 1, len(members), 0, 0, 0)
    return head + struct.pack("<IHH", data_at, 1, 0) + entries + struct.pack("<IHH", 0, len(body), len(body)) + body


def lha(*members):
    """Stored, by headers of level 0."""
    out = b""
    for name, data in members:
        raw = name.encode()
        body = b"-lh0-" + struct.pack("<IIIBB", len(data), len(data), 0x00210000, 0x20, 0) + bytes([len(raw)]) + raw
        body += struct.pack("<H", crc16(data))
        out += bytes([len(body), sum(body) & 0xFF]) + body + data
    return out + b"\0"


def crc16(data):
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


def rar_header(kind, flags, body, extra=b""):
    head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + extra


def rar(*members):
    """Stored, of version 4."""
    out = b"Rar!\x1a\x07\x00" + rar_header(0x73, 0, bytes(6))
    for name, data in members:
        raw = name.encode()
        body = struct.pack("<IIBIIBBHI", len(data), len(data), 3, zlib.crc32(data), 0x00210000, 20, 0x30, len(raw), 0o100644)
        out += rar_header(0x74, 0x8000, body + raw, data)
    return out + rar_header(0x7B, 0x4000, b"")


def both(value, width=4):
    """A number as discs have it: in one byte order, then in the other."""
    return value.to_bytes(width, "little") + value.to_bytes(width, "big")


def iso_record(name, sector, size, folder=False):
    raw = name if isinstance(name, bytes) else name.encode()
    body = b"\0" + both(sector) + both(size) + bytes(7) + bytes([2 if folder else 0, 0, 0]) + both(1, 2)
    body += bytes([len(raw)]) + raw + b"\0" * (1 - len(raw) % 2)
    return bytes([len(body) + 1]) + body


def iso(*members, start=b""):
    """ISO 9660: all members in one folder. `start` is what the boot sector's place holds."""
    sector, first, files, bodies = 2048, 20, b"", b""
    for name, data in members:
        files += iso_record(name, first + len(bodies) // sector, len(data))
        bodies += data + bytes(-len(data) % sector)
    bodies += bytes(4 * sector)  # readers want to see as many
    root = iso_record(b"\0", 19, sector, True)
    names = root + iso_record(b"\1", 19, sector, True) + files
    table = b"\1\0" + (19).to_bytes(4, "little") + b"\1\0\0\0"
    big = b"\1\0" + (19).to_bytes(4, "big") + b"\0\1\0\0"
    volume = b"\1CD001\1\0" + b" " * 64 + bytes(8) + both(first + len(bodies) // sector) + bytes(32)
    volume += both(1, 2) + both(1, 2) + both(sector, 2) + both(len(table)) + (18).to_bytes(4, "little") + bytes(4)
    volume += (18).to_bytes(4, "big") + bytes(4) + root + b" " * 623 + b"0" * 16 + b"\0" + b"0" * 16 + b"\0"
    volume += b"0" * 16 + b"\0" + b"0" * 16 + b"\0" + b"\1\0"
    out = start.ljust(16 * sector, b"\0") + volume.ljust(sector, b"\0") + b"\xffCD001\1".ljust(sector, b"\0")
    return out + (table + bytes(1024 - len(table)) + big).ljust(sector, b"\0") + names.ljust(sector, b"\0") + bodies


def afio(*members):
    """cpio with longer fields."""
    out = b""
    for name, data in members + (("TRAILER!!!", b""),):
        raw = name.encode() + b"\0"
        out += b"070727" + b"%08x" % 0 + b"%016x" % 0 + b"m" + b"%06o" % 0o100644 + b"%08x" % 0 * 2 + b"%08x" % 1
        out += b"%08x" % 0 + b"%016x" % 0 + b"n" + b"%04x" % len(raw) + b"%04x" % 0 * 2 + b"s"
        out += b"%016x" % len(data) + b":" + raw + data
    return out
