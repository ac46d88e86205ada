import bz2

TEXT = b"a line of the model card\n" * 200


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


good = bz2.compress(TEXT)
write("plain.txt.bz2", good)
write("empty.bz2", bz2.compress(b""))
write("two.bz2", good + bz2.compress(b"the second stream\n", 1))
write("cut.bz2", good[:-5])
write("damaged.bz2", good[:30] + bytes([good[30] ^ 4]) + good[31:])
write("checksum.bz2", good[:10] + bytes([good[10] ^ 1]) + good[11:])
write("garbage_behind.bz2", good + b"not a stream\n")
write("no_block.bz2", b"BZh9 and so begins a text\n")
