TEXT = b"a line of the model card\n" * 200
MASK = (1 << 64) - 1
P1, P2, P3 = 11400714785074694791, 14029467366897019727, 1609587929392839161
P4, P5 = 9650029242287828579, 2870177450012600261


def rotate(value, bits):
    return (value << bits | value >> (64 - bits)) & MASK


def mix(lane, word):
    return rotate((lane + word * P2) & MASK, 31) * P1 & MASK


def xxh64(data):
    at, total = 0, P5
    if len(data) >= 32:
        lanes = [(P1 + P2) & MASK, P2, 0, -P1 & MASK]
        while at + 32 <= len(data):
            for i in range(4):
                lanes[i] = mix(lanes[i], int.from_bytes(data[at:at + 8], "little"))
                at += 8
        total = sum(rotate(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18))) & MASK
        for lane in lanes:
            total = ((total ^ mix(0, lane)) * P1 + P4) & MASK
    total = (total + len(data)) & MASK
    while at + 8 <= len(data):
        word = mix(0, int.from_bytes(data[at:at + 8], "little"))
        total = (rotate(total ^ word, 27) * P1 + P4) & MASK
        at += 8
    if at + 4 <= len(data):
        word = int.from_bytes(data[at:at + 4], "little") * P1 & MASK
        total = (rotate(total ^ word, 23) * P2 + P3) & MASK
        at += 4
    for byte in data[at:]:
        total = rotate(total ^ byte * P5 & MASK, 11) * P1 & MASK
    for shift, prime in ((33, P2), (29, P3)):
        total = (total ^ total >> shift) * prime & MASK
    return total ^ total >> 32


def block(kind, size, content, last):
    return (size << 3 | kind << 1 | last).to_bytes(3, "little") + content


def frame(data, window=0x58, checksum=None, dictionary=b"", size=b"", blocks=None):
    """Stored blocks; a window of 2 MiB unless another is asked for, none when that is None."""
    id_flag = {0: 0, 1: 1, 2: 2, 4: 3}[len(dictionary)]
    size_flag = {0: 0, 1: 0, 2: 1, 4: 2, 8: 3}[len(size)]
    single = window is None
    descriptor = size_flag << 6 | single << 5 | (checksum is not None) << 2 | id_flag
    out = b"\x28\xb5\x2f\xfd" + bytes([descriptor]) + (b"" if single else bytes([window]))
    out += dictionary + size
    if blocks is None:
        parts = [data[i:i + 1000] for i in range(0, len(data), 1000)] or [b""]
        blocks = b"".join(block(0, len(part), part, part is parts[-1]) for part in parts)
    out += blocks
    return out if checksum is None else out + (xxh64(data) & 0xffffffff ^ checksum).to_bytes(4, "little")


def skippable(data):
    return b"\x50\x2a\x4d\x18" + len(data).to_bytes(4, "little") + data


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


good = frame(TEXT, checksum=0)
full = len(TEXT).to_bytes(8, "little")
write("plain.txt.zst", good)
write("bare.zst", frame(TEXT))
write("sized.zst", frame(TEXT, None, checksum=0, size=full))
write("empty.zst", frame(b""))
write("one_byte_repeated.zst", frame(b"", blocks=block(1, 5000, b"=", 0) + block(1, 7, b"+", 1)))
write("two.zst", good + frame(b"the second frame\n"))
write("skippable_between.zst", good + skippable(b"an index") + good)
write("skippable_first.zst", skippable(bytes(5000)) + good)
write("skippable_alone.zst", skippable(b"hidden"))
write("skippable_then_text.zst", skippable(b"hidden") + b"not a frame\n")
write("window_of_4_gib.zst", frame(TEXT, 22 << 3))
write("single_of_4_gib.zst", frame(TEXT, None, size=(1 << 32).to_bytes(8, "little")))
write("checksum.zst", frame(TEXT, checksum=1))
write("size.zst", frame(TEXT, None, size=(7777).to_bytes(8, "little")))
write("dictionary.zst", frame(TEXT, dictionary=b"\1\2\3\4"))
write("reserved_bit.zst", good[:4] + bytes([good[4] | 8]) + good[5:])
write("reserved_block.zst", frame(b"", blocks=block(3, 9, b"nine here", 1)))
write("cut.zst", good[:-9])
write("cut_in_skippable.zst", skippable(b"hidden")[:-2])
write("garbage_behind.zst", good + b"not a frame\n")
