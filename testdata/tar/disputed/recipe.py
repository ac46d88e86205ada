"""What one reader takes for an archive, a map or a size, and others do not."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from tar_parts import *

CALL = b"cos\nsystem\n(S'id'\ntR."
EVIL = member(b"evil.pkl", CALL)
A = member(b"a", b"first\n")


def mapped(name, data, more=b"\0"):
    """A plain file with GNU's map of extents, which libarchive uses whatever the type."""
    tail = bytes(41) + (b"%011o\0" * 2 % (600, len(CALL))).ljust(96, b"\0") + more + number(1000, 12)
    return header(name, len(data), magic=GNU, tail=tail.ljust(155, b"\0")) + padded(data)


def written(name, content):
    with open(name, "wb") as file:
        file.write(content)


# Without a name and without a magic, no byte in front says what it is.
written("no_name_old.dat", member(b"", b"", magic=OLD, kind=b"5") + archive(EVIL))
# GNU tar searches for the first header.
written("text_before.dat", b"hello world\n" * 42 + b"12345678" + archive(EVIL))
written("block_before.dat", (b"\1\2\3\4" * 128) * 3 + archive(EVIL))
write("map_of_a_file.tar", A, mapped(b"weights.bin", EVIL + bytes(600)))
write("map_goes_on.tar", A, mapped(b"weights.bin", EVIL + bytes(600), more=b"\1"))
write("label_with_long_name.tar", long(b"evil.pkl"), header(b"label", kind=b"V", magic=GNU), member(b"a.txt", CALL))
write("label_with_pax.tar", pax((b"path", b"evil.pkl")), header(b"label", kind=b"V", magic=GNU), member(b"a.txt", CALL))
write("other_size.tar", A, pax((b"SCHILY.realsize", b"100000")), member(b"m.bin", b"12345"))
write("other_size_global.tar", A, pax((b"SCHILY.realsize", b"100000"), kind=b"g"), member(b"m.bin", b"12345"))
write("same_size.tar", A, pax((b"SCHILY.realsize", b"5")), member(b"m.bin", b"12345"))
