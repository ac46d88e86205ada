import gzip
import zlib

TEXT = b"a line of the model card\n" * 200


def member(data, flags=0, optional=b""):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    header = b"\x1f\x8b\x08" + bytes([flags]) + bytes(5) + b"\x03"
    header += optional
    if flags & 2:
        header += (zlib.crc32(header) & 0xffff).to_bytes(2, "little")
    return header + packed + zlib.crc32(data).to_bytes(4, "little") + len(data).to_bytes(4, "little")


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


write("python.txt.gz", gzip.compress(TEXT, mtime=0))
write("empty.gz", member(b""))
write("two.gz", member(TEXT) + member(b"the second member\n"))
write("named.gz", member(TEXT, 8, b"card.txt\0"))
write("everything.gz", member(TEXT, 30, b"\x04\0AB\0\0" + b"card.txt\0" + b"made by hand\0"))
write("zeros_behind.gz", member(TEXT) + bytes(512))
write("model.joblib", member(TEXT))
