"""The form of LZ4 that Linux kernels are packed with: no checksums, and no end but the file's."""
EVIL = b"cos\nsystem\n(S'id'\ntR."
TEXT = b"a line of the model card\n"
MAGIC = b"\x02\x21\x4c\x18"


def number(value):
    """What of a length its four bits do not hold."""
    return b"" if value < 15 else b"\xff" * ((value - 15) // 255) + bytes([(value - 15) % 255])


def sequence(literals, distance=0, copied=0):
    length = copied - 4 if copied else 0
    out = bytes([min(len(literals), 15) << 4 | min(length, 15)]) + number(len(literals)) + literals
    return out + distance.to_bytes(2, "little") + number(length) if copied else out


def block(*sequences):
    data = b"".join(sequences)
    return len(data).to_bytes(4, "little") + data


def write(name, *parts):
    with open(name, "wb") as file:
        file.write(b"".join(parts))


last = sequence(b"end\n")
good = block(sequence(TEXT, len(TEXT), 5000), last)
evil = block(sequence(EVIL))
write("legacy_plain.lz4", MAGIC, good, good)
write("legacy_evil.lz4", MAGIC, evil)
write("renamed.dat", MAGIC, evil)
write("legacy_evil_before_fault.lz4", MAGIC, block(sequence(EVIL + bytes(20), 1000, 9), last))
write("legacy_second_block.lz4", MAGIC, good, evil)
write("legacy_two.lz4", MAGIC, good, MAGIC, good)
write("legacy_cut.lz4", MAGIC, good[:-3])
write("legacy_cut_in_a_length.lz4", MAGIC, good, b"\5\0")
write("legacy_distance_0.lz4", MAGIC, block(sequence(TEXT, 0, 10), last))
write("legacy_too_far_back.lz4", MAGIC, block(sequence(TEXT, len(TEXT) + 1, 10), last))
write("legacy_literals_beyond.lz4", MAGIC, block(sequence(TEXT)[:-5]))
write("legacy_copy_cut.lz4", MAGIC, block(sequence(TEXT, 5, 400)[:-1]))
write("legacy_beyond_8_mib.lz4", MAGIC, block(sequence(b"a", 1, (8 << 20) + 4)))
write("legacy_empty_block.lz4", MAGIC, good, bytes(4), good)
write("legacy_garbage.lz4", MAGIC, good, b"\xff\xff\xff\xff and more")
write("legacy_nothing.lz4", MAGIC)
