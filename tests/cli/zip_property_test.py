"""Archives that Python's zipfile writes, at random: nothing is found in them, and every member has the bytes that went in."""
import hashlib
import io
import json
import os
import random
import zipfile

from _helpers import CliTest, main

SEED = int(os.environ.get("ASSAY_SEED", "20"))
ROUNDS = int(os.environ.get("ASSAY_ROUNDS", "40"))
TELLING = {"low", "medium", "high", "critical"}
# What a member's own content or name gives rise to.
# The name of members that are full of an archive's signatures, and are none.
DECOY = ".decoy"
OF_MEMBERS = {"file.empty", "file.type.unknown", "file.ext.mismatch", "file.embedded.executable"}


class Unseekable(io.RawIOBase):
    """What a pipe is to a writer: headers without sizes, descriptors behind the data."""

    def __init__(self):
        super().__init__()
        self.bytes = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.bytes += data
        return len(data)


def decoy(rng):
    pieces = [b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\7\x08", b"PK", b"P", rng.randbytes(30)]
    return b"".join(rng.choice(pieces) for _ in range(rng.randrange(1, 200)))


def content(rng):
    kind = rng.randrange(5)
    if kind == 0:
        return b""
    if kind == 1:
        return rng.randbytes(rng.randrange(1, 200))
    if kind == 2:
        return b"all the same " * rng.randrange(1, 20000)
    if kind == 3:
        return rng.randbytes(rng.randrange(100000, 300000))
    return archive(rng, depth=1)[0]


def archive(rng, depth=0):
    """An archive and what is in it: {name: content}."""
    streamed = rng.random() < 0.4
    out = Unseekable() if streamed else io.BytesIO()
    members = {}
    with zipfile.ZipFile(out, "w", allowZip64=True) as file:
        for number in range(rng.randrange(0, 9)):
            end = rng.choice(["", ".txt", ".bin", "_é", DECOY])
            if depth > 0:
                data = rng.randbytes(rng.randrange(1, 500))
            else:
                data = decoy(rng) if end == DECOY else content(rng)
            name = f"{rng.choice(['', 'data/', 'a/b/c/', 'ünï/'])}{number}{end}"
            # A stored member whose length stands behind it is found by what it does not hold.
            if streamed and b"PK" in data:
                method = zipfile.ZIP_DEFLATED
            else:
                method = rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            if rng.random() < 0.2:
                info.extra = b"FB" + (8).to_bytes(2, "little") + b"Z" * 8
            with file.open(info, "w", force_zip64=rng.random() < 0.3) as member:
                member.write(data)
            members[name] = data
        if rng.random() < 0.3:
            file.writestr("folder/", b"", rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
        if rng.random() < 0.2:
            file.comment = b"a plain comment"
    return bytes(out.bytes) if streamed else out.getvalue(), members


class ZipProperty(CliTest):
    def check(self, report, members, label):
        records = json.loads(report)["records"]
        top = records[0]
        self.assertEqual(top["coverage"], "full", label)
        for record in records:
            if record["path"].endswith(DECOY) or DECOY + "!" in record["path"]:
                continue
            for finding in record["findings"]:
                ours = finding["rule"].startswith("zip.")
                self.assertTrue(finding["severity"] == "info" or
                                (not ours and finding["rule"] in OF_MEMBERS), f"{label} {record['path']}: {finding}")
        seen = {}
        for record in records[1:]:
            path = record["path"]
            if path.count("!") == 1:
                self.assertNotIn(path, seen, label)
                seen[path] = record["digests"]["sha256"]
        self.assertEqual(sorted(seen.values()), sorted(hashlib.sha256(data).hexdigest() for data in members.values()), label)
        accounted = top["accounted"]
        self.assertEqual(accounted["gaps"], 0, label)

    def test_random_archives(self):
        for number in range(ROUNDS):
            rng = random.Random(f"{SEED} {number}")
            data, members = archive(rng)
            label = f"ASSAY_SEED={SEED}, archive {number}"
            self.write("a.zip", data)
            done = self.assay("scan", "-q", "--members", "-o", "json", "a.zip")
            self.check(done.stdout, members, label)
            done = self.assay("scan", "-q", "--members", "-o", "json", "-", input=data)
            self.check(done.stdout, members, label + " as a stream")


if __name__ == "__main__":
    main()
