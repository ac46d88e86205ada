import zlib

TEXT = b"a line of the model card\n" * 200


def member(data, flags=0, optional=b"", crc=0, size=0):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    trailer = (zlib.crc32(data) ^ crc).to_bytes(4, "little") + (len(data) ^ size).to_bytes(4, "little")
    return b"\x1f\x8b\x08" + bytes([flags]) + bytes(5) + b"\x03" + optional + packed + trailer


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


good = member(TEXT)
write("checksum.gz", member(TEXT, crc=1))
write("size.gz", member(TEXT, size=1))
write("cut_in_data.gz", good[:-20])
write("cut_in_trailer.gz", good[:-3])
write("cut_in_header.gz", member(TEXT, 8, b"a name without an end")[:20])
write("damaged.gz", good[:10] + b"\xff" * 8 + good[18:])
write("second_damaged.gz", good + good[:10] + b"\xff" * 8)
write("garbage_behind.gz", good + b"not a member\n")
write("zeros_then_member.gz", good + bytes(100) + good)
write("reserved_flag.gz", member(TEXT, 0x80))
write("header_checksum.gz", member(TEXT, 2, b"\0\0"))
write("path.gz", member(TEXT, 8, b"../../.bashrc\0"))
write("twice.gz", member(member(b"packed twice\n")))
write("method.gz", good[:2] + b"\7" + good[3:])
write("method_of_second.gz", good + good[:2] + b"\7" + good[3:])
