import lzma
import zlib

TEXT = b"a line of the model card\n" * 200


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


good = lzma.compress(TEXT)
small = lzma.compress(b"the second stream\n", check=lzma.CHECK_SHA256)
write("plain.txt.xz", good)
write("empty.xz", lzma.compress(b""))
write("preset_9.xz", lzma.compress(TEXT, preset=9))  # a dictionary of 64 MiB, for 5000 bytes
write("two.xz", good + small)
write("padding_between.xz", good + bytes(8) + small)
write("padding_behind.xz", good + bytes(8))
write("cut.xz", good[:-5])
write("damaged.xz", good[:40] + bytes([good[40] ^ 4]) + good[41:])
write("garbage_behind.xz", good + b"not a stream\n")

# The block header, with the dictionary's size made 4 GiB and its CRC made right again.
header = bytearray(good[12:24])
assert header[2] == 0x21 and header[3] == 1
header[4] = 40
header[8:12] = zlib.crc32(bytes(header[:8])).to_bytes(4, "little")
write("window_of_4_gib.xz", good[:12] + bytes(header) + good[24:])
