"""Archives that unpack to themselves, after Russ Cox's "Zip Files All The Way Down".

Deflate has a "print the next k bytes" (L, a stored block) and a "repeat the last k bytes" (R, a match). With a head P and
a tail T of k bytes each, P counted with the L behind it,

    P L P L R L R L R L R L T T        where T begins with R, and every L prints k bytes

prints P L, repeats it, prints R L R L, repeats it, prints T, repeats it: itself. The checksum stands in it and is of it,
but CRC-32 is linear, so it follows from equations.
"""
import struct
import zlib

NOTHING = b"\0\0\0\xff\xff"  # a stored block of no byte


def print_next(k):
    return struct.pack("<BHH", 0, k, k ^ 0xFFFF)


def whole(head, tail, repeat, k):
    """`head` and `tail` make their bytes of a checksum."""
    def file_of(crc):
        p, t = head(crc) + print_next(k), repeat + tail(crc)
        body = (repeat + print_next(k)) * 2
        assert len(p) == len(t) == len(body) == k, (len(p), len(t), len(body), k)
        return p + p + body + body + t + t

    return solved(file_of)


def solved(file_of):
    """The file whose checksum is what it states: x = f(0) + sum of (f(bit) + f(0)) over the bits of x."""
    zero = zlib.crc32(file_of(0))
    rows = []  # an equation for each bit: coefficients in bits 0 to 31, the constant in bit 32
    columns = [zlib.crc32(file_of(1 << i)) ^ zero ^ 1 << i for i in range(32)]
    for bit in range(32):
        rows.append(sum((columns[i] >> bit & 1) << i for i in range(32)) | (zero >> bit & 1) << 32)
    for bit in range(32):
        at = next((i for i in range(bit, 32) if rows[i] >> bit & 1), None)
        if at is None:
            return None
        rows[bit], rows[at] = rows[at], rows[bit]
        for i in range(32):
            if i != bit and rows[i] >> bit & 1:
                rows[i] ^= rows[bit]
    crc = sum((rows[bit] >> 32) << bit for bit in range(32))
    made = file_of(crc)
    assert zlib.crc32(made) == crc
    return made


def bits_of(*fields):
    """Numbers of some bits, lowest first; Huffman codes come reversed."""
    value = at = 0
    for number, width in fields:
        value |= number << at
        at += width
    return value.to_bytes((at + 7) // 8, "little")


def code(number, width):
    return int(f"{number:0{width}b}"[::-1], 2), width


def gzip_quine():
    """Of 120 bytes. R20 are two matches of ten bytes, which are 40 bits."""
    match = (code(8, 7), code(8, 5), (3, 3))  # length 10; distance 17 and three more
    repeat = bits_of((0, 1), (1, 2), *match, *match, code(0, 7))
    for name in (b"quin", b"self", b"same", b"loop"):  # for some names the equations have no answer
        made = whole(lambda crc: b"\x1f\x8b\x08\x08\0\0\0\0\0\xff" + name + b"\0",
                     lambda crc: NOTHING + b"\x03\0" + struct.pack("<II", crc, 120), repeat, 20)
        if made:
            return made


def zip_quine():
    """Of 840 bytes. R140 is one match, and nothing up to 65 bytes."""
    k, size = 140, 840
    repeat = bits_of((0, 1), (1, 2), code(0xC1, 8), (140 - 131, 5), code(14, 5), (140 - 129, 6), code(0, 7),
                     (0, 1), (1, 2), code(0, 7), (0, 3)) + NOTHING[1:] + NOTHING * 11
    for name in (b"r.zip", b"s.zip", b"t.zip", b"u.zip"):
        packed = size - 135 - 73
        def common(crc):
            return struct.pack("<HHHHHIIIH", 20, 0, 8, 0, 33, crc, packed, size, len(name))
        extra = struct.pack("<HH", 0x6173, 96) + bytes(96)
        def tail(crc):
            entry = b"PK\1\2\x14\0" + common(crc) + struct.pack("<HHHHII", 0, 0, 0, 0, 0, 0) + name
            return b"\x03\0" + entry + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), size - 73, 0)
        made = whole(lambda crc: b"PK\3\4" + common(crc) + struct.pack("<H", len(extra)) + name + extra,
                     tail, repeat, k)
        if made:
            return made
