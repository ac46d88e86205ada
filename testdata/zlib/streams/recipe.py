import zlib

TEXT = b"a line of the model card\n" * 200


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


good = zlib.compress(TEXT, 3)
write("plain.bin", good)
write("stored.bin", zlib.compress(bytes(range(256)) * 4, 0))
write("short.bin", zlib.compress(b"short"))
packer = zlib.compressobj(9, zlib.DEFLATED, 9)
write("small_window.bin", packer.compress(TEXT) + packer.flush())
write("checksum.bin", good[:-1] + bytes([good[-1] ^ 1]))
write("cut.bin", good[:-3])
write("garbage_behind.bin", good + b"not a stream\n")
write("text.txt", b"x^ is how a text may begin that is no zlib stream, for all its first letters\n")
packer = zlib.compressobj(zdict=TEXT[:50])
write("dictionary.bin", packer.compress(TEXT) + packer.flush())

# A reader hands out what a cut stream begins with, and these few bytes are a whole pickle.
write("cut_but_enough.bin", zlib.compress(b"cposix\nsystem\n(S'id'\ntR.", 0)[:-4])
# Nothing comes out of the first 5000 bytes.
packer = zlib.compressobj(0)
write("empty_blocks_first.bin", b"\x78\x01" + b"\0\0\0\xff\xff" * 1000 + good[2:])
