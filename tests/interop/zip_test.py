#!/usr/bin/env python3
"""What Python's zipfile reads out of an archive about which assay finds nothing, assay has looked at.

Archives are put together from fields that may lie, and damaged at their records. Each is scanned as a file, and
inside of a gzip stream, where it can only be read forward. ZIP_TEST_SEED and ZIP_TEST_COUNT say which and how many.
"""
import gzip
import hashlib
import io
import json
import os
import random
import struct
import subprocess
import sys
import tempfile
import unittest
import zipfile
import zlib

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "testdata"))
from zip_parts import Member, archive, end, end64, locator, packed  # noqa: E402

ASSAY = os.environ["ASSAY"]
SEED = int(os.environ.get("ZIP_TEST_SEED") or random.randrange(1 << 32))
COUNT = int(os.environ.get("ZIP_TEST_COUNT", "600"))
SIGNATURES = [b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\6\6", b"PK\6\7", b"PK\7\10"]
FIELDS = [4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 38, 42, 46, 48]


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def data(self, number):
        return b"member %d of %d " % (number, self.random.randrange(1 << 30)) * self.random.randrange(1, 30)

    def member(self, number):
        data, method, more = self.data(number), self.random.choice([0, 0, 8, 8, 12, 14]), {}
        name = self.random.choice([f"a{number}.txt", f"d/b{number}", "x.npy", f"c{number}"])
        if self.random.random() < 0.4:  # as writers of streams do
            sizes = struct.pack("<4sIII", b"PK\7\10", zlib.crc32(data), len(packed(data, method)), len(data))
            unknown = {"crc": 0, "packed": 0, "size": 0} if self.random.random() < 0.7 else {}
            more = {"flags": 8, "local": unknown, "descriptor": sizes}
        return Member(name, data, method, **more)

    def wide(self, made):
        """With 64-bit records, perhaps longer ones, perhaps led to from elsewhere."""
        at = made.rfind(b"PK\5\6")
        count, _, size, offset = struct.unpack("<HHII", made[at + 8:at + 20])
        sector = self.random.choice([b"", b"", archive([Member("q", self.data(7))]), b"x" * 9])
        leads = self.random.choice([locator(at), locator(at), b"", locator(0)])
        return made[:at] + end64(count, size, offset, 44 + len(sector)) + sector + leads + made[at:]

    def plain(self):
        members = [self.member(number) for number in range(self.random.randrange(1, 4))]
        comments = [b"hello", archive([Member("z", self.data(9))]), b"PK\5\6" + bytes(18), b"PK\5"]
        made = archive(members, **({"comment": self.random.choice(comments)} if self.random.random() < 0.3 else {}))
        return self.wide(made) if self.random.random() < 0.3 else made

    def damage(self, made, places):
        chance, (_, at) = self.random.random(), self.random.choice(places)
        if chance < 0.55:
            field, width = at + self.random.choice(FIELDS), self.random.choice([1, 2, 4])
            value = self.random.choice([0, 1, 8, 0xff, 0xffff, 0xffffffff, len(made), *(at for _, at in places)])
            if self.random.random() < 0.4:
                value = int.from_bytes(made[field:field + width], "little")
                value += self.random.choice([-1, 1, 4, 22, 46, 30, -22, -46, 56, 76])
            if field + width <= len(made):
                made[field:field + width] = (value & (1 << 8 * width) - 1).to_bytes(width, "little")
        elif chance < 0.7:
            hidden = Member("g", self.data(6))
            to = self.random.choice([at, at + 4, at + 22, len(made), 0])
            made[to:to] = self.random.choice([b"x", bytes(5), archive([hidden]), hidden.group(), hidden.entry(0),
                                              end(1, 50, 0), b"PK\5\6" + bytes(18)])
        elif chance < 0.8:
            del made[at:at + self.random.randrange(1, 60)]
        elif chance < 0.9:
            made[at:at + 4] = self.random.choice(SIGNATURES)
        else:
            made += made[self.random.choice(places)[1]:]

    def one(self):
        made = bytearray(self.plain())
        for _ in range(self.random.randrange(4)):
            places = [(known, at) for known in SIGNATURES for at in range(len(made)) if made.startswith(known, at)]
            if places:
                self.damage(made, places)
        return bytes(made)


def by_python(made):
    """The digests of what can be read, by name."""
    read = {}
    try:
        with zipfile.ZipFile(io.BytesIO(made)) as opened:
            for entry in opened.infolist():
                try:
                    read[entry.filename] = hashlib.sha256(opened.open(entry).read()).hexdigest()
                except Exception:  # whatever it says, it has not read the member
                    pass
    except Exception:
        pass
    return read


def by_assay(folder):
    """The digests of all that was looked at in each file, and the files that are not simply clean."""
    done = subprocess.run([ASSAY, "scan", "-q", "--members", "-o", "json", "."], cwd=folder, capture_output=True)
    digests, told = {}, set()
    for record in json.loads(done.stdout)["records"]:
        file = record["path"].partition("!")[0]
        digests.setdefault(file, set()).add(record["digests"].get("sha256"))
        grave = any(finding["severity"] in ("high", "critical") for finding in record["findings"])
        if grave or record["coverage"] != "full":
            told.add(file)
    return digests, told


class Zip(unittest.TestCase):
    def test_what_python_reads_was_looked_at(self):
        print(f"ZIP_TEST_SEED={SEED}", file=sys.stderr)
        maker, read, clean = Maker(SEED), {}, 0
        with tempfile.TemporaryDirectory() as folder:
            for number in range(COUNT):
                made = maker.one()
                for name, content in ((f"{number}.zip", made), (f"{number}.zip.gz", gzip.compress(made, 1))):
                    with open(os.path.join(folder, name), "wb") as file:
                        file.write(content)
                    # What stands before an archive hides it from who cannot see the end first.
                    if name.endswith(".zip") or made.startswith(b"PK\3\4"):
                        read[name] = by_python(made)
            digests, told = by_assay(folder)
        for name, members in read.items():
            if name in told:
                continue
            clean += bool(members)
            for member, digest in members.items():
                self.assertIn(digest, digests[name], f"{name}: {member} was not looked at")
        self.assertGreater(clean, COUNT // 20, "hardly any archive is clean")


if __name__ == "__main__":
    unittest.main()
