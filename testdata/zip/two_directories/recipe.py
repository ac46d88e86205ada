import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from zip_parts import Member, archive, end, end64, locator, packed, write

# Two archives in one file: numpy.load (Python's zipfile) takes the second, whose array is a payload,
# while who goes by the other records sees numbers alone. Each as a file, and in a deflated member,
# where it can only be read forward.


def npy(descr, shape, data):
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    header += b" " * (63 - (10 + len(header)) % 64) + b"\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header + data


NUMBERS = npy("|u1", "(3000,)", bytes(range(200)) * 15)
PAYLOAD = npy("|O", "()", b"cos\nsystem\n(S'id'\ntR.")
good, evil = Member("x.npy", NUMBERS), Member("x.npy", PAYLOAD)
front = good.group()


def both(case, content):
    write(f"{case}.npz", content)
    write(f"{case}-streamed.zip", archive([Member("inner.npz", content, 8)]))


both("in_comment", archive([good], comment=archive([evil])))
both("across_comment", archive([good], comment=b"PK") + b"\5\6" + archive([evil])[-18:])


# A 64-bit end record that says to be longer than its fields: Python does not look for one of that
# size, and counts the directory back from the end.
def in_sector(with_locator):
    comment = locator(0) if with_locator else b""
    listed = Member("x.npy", NUMBERS, central={"comment": bytes(len(comment))}).entry(0)
    at, size = len(front) + len(listed), len(listed)
    tail = locator(at) if with_locator else b""
    lies = evil.group()
    entry = Member("x.npy", PAYLOAD, central={"comment": comment})
    length = len(lies) + len(entry.entry(0)) - len(comment)
    shift = at + 56 + length + len(tail) - size - len(front)
    hidden = entry.entry(at + 56 - shift)
    hidden = hidden[:len(hidden) - len(comment)]
    return (front + listed + end64(1, size, len(front), 44 + length) + lies + hidden + tail
            + end(1, size, len(front)))


both("in_sector", in_sector(False))
both("in_sector-locator", in_sector(True))

# Behind the end: nothing of it looks like a part of an archive to who is strict, and Python is not.
second = Member("x.npy", PAYLOAD, local={"needs": 200})
entry = second.entry(1)
lax = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 7, 1, len(entry), len(second.group()) + 1, 0)
both("behind", archive([good]) + b"!" + second.group() + entry + lax)

# The directory is told to be inside a member, where torch goes; Python counts back.
inner = archive([evil]).partition(b"PK\5\6")[0]
both("told_elsewhere", archive([Member("blob", b"J" * 9 + inner)], offset=30 + 4 + 9 + len(evil.group())))

# The locator leads to another record than the one before it.
listed = good.entry(0)
size, at = len(listed), len(front) + len(listed)
both("locator_elsewhere", front + listed + end64(1, size, len(front)) + end64(1, size, len(front))
     + locator(at) + end(1, size, len(front)))
both("locator_alone", front + listed + locator(0) + end(1, size, len(front)))
both("directory_in_pieces", front + listed + b"#" * 9 + good.entry(0)
     + end(2, 2 * size, len(front)))

# An offset that lies beyond the file: Python does not look at it.
text = b"nothing but a text\n" * 9
size = len(evil.entry(0))
write("beyond.txt", text + evil.group() + evil.entry(0x7fffffff - len(evil.group())) + end(1, size, 0x7fffffff))
