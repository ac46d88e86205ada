TEXT = b"a line of the model card\n" * 200
MASK = 0xffffffff
P1, P2, P3, P4, P5 = 2654435761, 2246822519, 3266489917, 668265263, 374761393


def rotate(value, bits):
    return (value << bits | value >> (32 - bits)) & MASK


def xxh32(data):
    at, total = 0, P5
    if len(data) >= 16:
        lanes = [(P1 + P2) & MASK, P2, 0, -P1 & MASK]
        while at + 16 <= len(data):
            for i in range(4):
                word = int.from_bytes(data[at:at + 4], "little")
                lanes[i] = rotate((lanes[i] + word * P2) & MASK, 13) * P1 & MASK
                at += 4
        total = sum(rotate(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18)))
    total = (total + len(data)) & MASK
    while at + 4 <= len(data):
        word = int.from_bytes(data[at:at + 4], "little")
        total = rotate((total + word * P3) & MASK, 17) * P4 & MASK
        at += 4
    for byte in data[at:]:
        total = rotate((total + byte * P5) & MASK, 11) * P1 & MASK
    for shift, prime in ((15, P2), (13, P3)):
        total = (total ^ total >> shift) * prime & MASK
    return total ^ total >> 16


def le32(value):
    return (value & MASK).to_bytes(4, "little")


def frame(data, flags=0x60, size=None, block_sum=0, content_sum=0, packed=None, more=b""):
    descriptor = bytes([flags, 0x40]) + more
    if flags & 8:
        descriptor += (len(data) if size is None else size).to_bytes(8, "little")
    out = b"\x04\x22\x4d\x18" + descriptor + bytes([xxh32(descriptor) >> 8 & 255])
    blocks = packed or [(0x80000000, data[i:i + 1000]) for i in range(0, len(data), 1000)]
    for stored, block in blocks:
        out += le32(stored | len(block)) + block
        if flags & 0x10:
            out += le32(xxh32(block) ^ block_sum)
    out += le32(0)
    return out + le32(xxh32(data) ^ content_sum) if flags & 4 else out


def skippable(data):
    return b"\x5a\x2a\x4d\x18" + le32(len(data)) + data


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


good = frame(TEXT, 0x7c)
write("plain.txt.lz4", good)
write("bare.lz4", frame(TEXT))
write("empty.lz4", frame(b""))
# One literal, then a match of 4 + 15 + 255 + 100 bytes, one back; the last five are literals.
write("packed.lz4", frame(b"z" * 375 + b"ends.", 0x64,
                          packed=[(0, b"\x1fz\x01\x00\xff\x64" + b"\x50ends.")]))
write("stored_nothing.lz4", frame(TEXT, 0x74, packed=[(0x80000000, b""), (0x80000000, TEXT)]))
write("two.lz4", good + frame(b"the second frame\n"))
write("skippable_behind.lz4", good + skippable(b"an index"))
write("skippable_first.lz4", skippable(b"hidden") + good)
write("header_checksum.lz4", good[:14] + bytes([good[14] ^ 1]) + good[15:])
write("block_checksum.lz4", frame(TEXT, 0x7c, block_sum=1))
write("content_checksum.lz4", frame(TEXT, 0x64, content_sum=1))
write("size.lz4", frame(TEXT, 0x68, size=7777))
write("cut.lz4", good[:-9])
write("garbage_behind.lz4", good + b"not a frame\n")
write("block_too_large.lz4", frame(b"", packed=[(0x80000000, bytes(70000))]))
write("dictionary.lz4", frame(TEXT, 0x61, more=b"\1\0\0\0"))
