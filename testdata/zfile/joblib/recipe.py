import zlib

TEXT = b"a line of the model card\n" * 200


def zfile(data, length=None, extra=b""):
    number = hex(len(data) if length is None else length).encode().ljust(19)
    return b"ZF" + number + extra + zlib.compress(data)


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


write("plain.z", zfile(TEXT))
write("one_space_more.z", zfile(TEXT, extra=b" "))
write("length.z", zfile(TEXT, length=7))
write("cut.z", zfile(TEXT)[:-2])
write("zfs_notes.txt", b"ZFS is a filesystem, and this is a text about it.\n")
