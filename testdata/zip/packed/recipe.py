import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from zip_parts import BZIP2, LZMA, XZ, ZSTD, Member, archive, packed, write

# Members that are packed as Python's zipfile and others read them, though models seldom are.
TEXT = b"harmless text, again and again\n" * 30
EVIL = b"cos\nsystem\n(S'id'\ntR."
NOISE = random.Random(7).randbytes(60_000)


def member(name, data, method, **more):
    return Member(name, data, method, **{"flags": 2 if method == LZMA else 0, **more})


def one(case, *members):
    write(f"{case}.zip", archive([*members, Member("last.txt", TEXT)]))


for name, method in (("bzip2", BZIP2), ("lzma", LZMA), ("zstd", ZSTD), ("xz", XZ)):
    evil = EVIL + TEXT
    one(name, member("a.txt", TEXT, method), member("noise.bin", NOISE, method))
    one(f"{name}-evil", member("a", evil, method))
    one(f"{name}-cut", member("a", evil, method, raw=packed(evil, method)[:-6]))
    one(f"{name}-crc", member("a.txt", TEXT, method, local={"crc": 1}, central={"crc": 1}))
    one(f"{name}-behind", member("a.txt", TEXT, method, raw=packed(TEXT, method) + EVIL))
    one(f"{name}-not", member("a.txt", TEXT, method, raw=TEXT))
    one(f"{name}-encrypted", member("a.json", TEXT, method, flags=1, raw=b"\xa7" * 300))
# No mark at the end: the size that the directory gives is where it is.
alone = packed(TEXT, LZMA)
one("lzma-by-size", member("a.txt", TEXT, LZMA, flags=0))
one("lzma-by-wrong-size", member("a.txt", TEXT, LZMA, flags=0, local={"size": 40}, central={"size": 40}))
one("lzma-window", member("a.txt", TEXT, LZMA, raw=alone[:5] + b"\xff" * 4 + alone[9:]))
one("lzma-properties", member("a.txt", TEXT, LZMA, raw=alone[:2] + b"\6" + alone[3:]))
# The second stream is not what Python reads of it.
one("bzip2-twice", member("a.txt", TEXT, BZIP2, raw=packed(TEXT, BZIP2) + packed(EVIL, BZIP2)))
# What encryption hides is not taken for what the name promises.
one("deflated-encrypted", Member("a.json", TEXT, 8, flags=1, raw=b"\xa7" * 300))
one("stored-encrypted", Member("a.json", TEXT, 0, flags=1, raw=b"{" * (len(TEXT) + 12)))
