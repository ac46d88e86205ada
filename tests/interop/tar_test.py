#!/usr/bin/env python3
"""Where assay finds nothing about a tar, all readers must see the same members in it, and the same as assay.

Tars are made by GNU tar, bsdtar, busybox and Python where they are there, put together from headers that may lie,
and damaged. Readers are the same four. TAR_TEST_SEED and TAR_TEST_COUNT say which tars and how many.
"""
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import urllib.parse

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "testdata"))
from tar_parts import *  # noqa: E402,F403

SIMPLE = re.compile(rb"[A-Za-z0-9_./-]+\Z")


# ------------------------------------------------------------------------------------------------
# Readers: the regular files as (name, size), or None where the reader refuses the archive.

def too_long(*_):
    raise EOFError


def by_python(path):
    signal.signal(signal.SIGALRM, too_long)  # it goes back and round where a size is negative
    signal.alarm(2)
    try:
        with tarfile.open(path, encoding="utf-8", errors="surrogateescape") as archive:
            return [(os.fsencode(one.name), one.size) for one in archive.getmembers()
                    if one.isreg() or one.type not in tarfile.SUPPORTED_TYPES + (b"V",)]  # it takes a label for a file
    except (tarfile.TarError, ValueError, OverflowError, EOFError, IndexError, MemoryError):
        return None
    finally:
        signal.alarm(0)


def lines_of(*command):
    try:
        done = subprocess.run(command, capture_output=True, timeout=5)
    except subprocess.TimeoutExpired:
        return None  # busybox reads on and on where a size is huge
    return done.stdout.split(b"\n")[:-1] if done.returncode == 0 else None


def by_gnu(path):
    lines = lines_of("tar", "-tvf", path, "--quoting-style=c", "--numeric-owner")
    if lines is None:
        return None
    found = []
    for line in lines:
        fields = line.split(b" \"", 1)
        head = fields[0].split()
        if head[0][:1] not in b"-C?":
            continue
        name = re.match(rb"((?:[^\"\\]|\\.)*)\"", fields[1]).group(1)
        name = re.sub(rb"\\([0-7]{3})", lambda one: bytes([int(one.group(1), 8)]), name)
        found.append((name, int(head[2])))
    return found


def by_columns(*command, size, name):
    def read(path):
        lines = lines_of(*command, path)
        if lines is None:
            return None
        columns = [line.split(None, name) + [b""] for line in lines if line[:1] == b"-"]
        return [(one[name], int(one[size])) for one in columns if b" link to " not in one[name] and b" -> " not in one[name]]
    return read


def readers():
    found = {"python": by_python}
    if "GNU tar" in subprocess.run(["tar", "--version"], capture_output=True, text=True).stdout:
        found["gnu"] = by_gnu
    bsdtar = os.environ.get("BSDTAR") or shutil.which("bsdtar")
    if bsdtar:
        found["bsdtar"] = by_columns(bsdtar, "--numeric-owner", "-tvf", size=4, name=8)
    busybox = os.environ.get("BUSYBOX") or shutil.which("busybox")
    if busybox:
        found["busybox"] = by_columns(busybox, "tar", "-tvf", size=2, name=5)
    return found


# ------------------------------------------------------------------------------------------------
# Tars.

class Maker:
    def __init__(self, random):
        self.random = random
        self.count = 0

    def name(self):
        self.count += 1
        folder = self.random.choice([b"", b"", b"d/", b"d/e/", b"./"])
        return folder + b"n%d" % self.count + self.random.choice([b"", b".bin", b"x" * 30])

    def data(self):
        size = self.random.choice([0, 1, 5, 511, 512, 513, 1500])
        if self.random.random() < 0.1:
            return member(b"inner", b"INNER")
        return bytes(self.random.choice(b"abc\n") for _ in range(size))

    def honest(self):
        kind = self.random.randrange(12)
        name, data = self.name(), self.data()
        if kind < 4:
            return member(name, data)
        if kind == 4:
            return header(name + b"/", kind=b"5", mode=0o755)
        if kind == 5:
            return header(name, kind=b"2", link=b"elsewhere")
        if kind == 6:
            return pax((b"path", name + b"p" * 120), (b"mtime", b"1.5")) + member(name[:90], data)
        if kind == 7:
            return long(name + b"g" * 150) + member((name + b"g" * 150)[:100], data, magic=GNU)
        if kind == 8:
            return member(name, data, prefix=b"prefix/of/it")
        if kind == 9:
            return member(name, data, magic=GNU, mtime=binary(-5))
        if kind == 10:
            return member(name, data, magic=OLD, kind=b"\0")
        return pax((b"comment", b"nothing"), kind=b"g") + member(name, data)

    def liar(self):
        """One that some reader may take otherwise than another."""
        name, data = self.name(), self.data()
        size = self.random.choice([0, 1, 512, 1024, len(data) + 512])
        inner = member(b"inner", b"INNER")
        makers = [
            lambda: header(name, size, kind=self.random.choice([b"1", b"2", b"3", b"5", b"6"]), link=b"n1") +
            inner * (size // 1024),
            lambda: pax((b"size", b"%d" % size)) + member(name, data),
            lambda: pax((b"size", b"%d" % len(inner))) + header(name, 0) + inner,
            lambda: pax((b"size", b"0")) + member(name, inner),
            lambda: pax((b"path", b"first")) + pax((b"mtime", b"1")) + member(name, data),
            lambda: long(b"first") + long(b"second") + member(name, data, magic=GNU),
            lambda: long(b"gnu") + pax((b"path", b"pax")) + member(name, data),
            lambda: pax((b"path", b"pax")) + long(b"gnu") + member(name, data),
            lambda: pax((b"path", b"one\0two")) + member(name, data),
            lambda: pax((b"path", b"")) + member(name, data),
            lambda: pax((b"path", b"a"), (b"path", b"b")) + member(name, data),
            lambda: pax(b"12 path=evil ") + member(name, data),
            lambda: pax(b"99 path=evil\n") + member(name, data),
            lambda: pax(b"5 path=evil\n") + member(name, data),
            lambda: pax((b"path", b"global"), kind=b"g") + member(name, data),
            lambda: bytes(BLOCK) + member(name, data),
            lambda: member(name, data)[:300] + b"!" + member(name, data)[301:],
            lambda: member(name, data, kind=self.random.choice([b"Z", b"D", b"V", b"M", b"N", b"7"])),
            lambda: member(name, data, magic=GNU, prefix=b"gnu"),
            lambda: member(name, data, magic=b"ustar\0\0\0", prefix=b"pre"),
            lambda: member(name, data, magic=b"whatever"),
            lambda: member(name, data, size=b"%o 7     \0" % len(data) if len(data) else b"0 7        \0"),
            lambda: member(name, data, size=self.random.choice([binary(len(data)), b"%12o" % len(data),
                                                                 b"%11o " % len(data), b"-0000000001\0"])),
            lambda: member(name, data, size=self.random.choice([binary(-512), binary(2 ** 63), b"7" * 12])),
            lambda: member(name + b"/", data, kind=self.random.choice([b"0", b"\0"])),
            lambda: member(b"\xc3\xa9" + name + b"\xff", data),
            lambda: member(b"sign\xc3\xa9", data, signed=True),
            lambda: member(name + b"\0tail", data),
            lambda: header(name, kind=b"L", size=2 ** 21) + bytes(2 ** 21) + member(name, data),
            lambda: pax((b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0"), (b"GNU.sparse.name", b"sp"),
                        (b"GNU.sparse.realsize", b"2048")) + member(name, padded(b"1\n1024\n5\n") + b"HELLO"),
            lambda: pax((b"path", name), (b"path2", b"x")) + pax((b"comment", b"g"), kind=b"g") + member(name, data),
        ]
        return self.random.choice(makers)()

    def tar(self):
        parts = [self.honest() for _ in range(self.random.randrange(1, 5))]
        for _ in range(self.random.choice([0, 0, 1, 1, 2])):
            parts.insert(self.random.randrange(len(parts) + 1), self.liar())
        end = self.random.choice([END] * 6 + [END + bytes(8192), b"", bytes(BLOCK), END + member(b"behind", b"B")])
        return archive(*parts, end=end)

    def damaged(self, tar):
        """A few bytes changed; often with a checksum that fits, else every reader stops there."""
        tar = bytearray(tar)
        for _ in range(self.random.randrange(1, 4)):
            block = self.random.randrange(len(tar) // BLOCK) * BLOCK
            field = self.random.choice([(0, 100), (100, 8), (124, 12), (148, 8), (156, 1), (157, 100), (257, 8), (345, 155)])
            at = block + field[0] + self.random.randrange(field[1])
            tar[at] = self.random.choice(b"\0 07/.1x5gL\xff\x80")
            if self.random.random() < 0.8 and tar[block + 257:block + 262] == b"ustar":
                tar[block:block + BLOCK] = sealed(bytes(tar[block:block + BLOCK]))
        if self.random.random() < 0.1:
            del tar[self.random.randrange(len(tar)):]
        return bytes(tar)


def by_real_writers(folder):
    source = os.path.join(folder, "source")
    os.makedirs(os.path.join(source, "sub", "d" * 90, "e" * 90))
    for name, size in (("a", 5), ("empty", 0), ("sub/" + "long" * 30, 700), ("sub/" + "d" * 90 + "/" + "e" * 90 + "/f", 3),
                       ("large", 100_000)):
        with open(os.path.join(source, name), "wb") as file:
            file.write(b"w" * size)
    os.symlink("a", os.path.join(source, "link"))
    os.symlink("t" * 120, os.path.join(source, "long_link"))
    os.link(os.path.join(source, "a"), os.path.join(source, "hard"))
    tools = [("tar", ["gnu", "oldgnu", "pax", "ustar", "v7"])]
    bsdtar = os.environ.get("BSDTAR") or shutil.which("bsdtar")
    if bsdtar:
        tools.append((bsdtar, ["pax", "paxr", "ustar", "gnutar", "v7"]))
    made = []
    for tool, kinds in tools:
        for kind in kinds:
            path = os.path.join(folder, "%s_%s.tar" % (os.path.basename(tool), kind))
            subprocess.run([tool, "--format=" + kind, "-cf", path, "-C", source, "."], capture_output=True)
            made.append(path)
    for kind in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        made.append(os.path.join(folder, "python_%d.tar" % kind))
        with tarfile.open(made[-1], "w", format=kind) as archive:
            archive.add(source, "model")
    shutil.rmtree(source)
    return made


# ------------------------------------------------------------------------------------------------
# assay

def scan(assay, folder):
    """For each archive: its members, and what was found in the tar itself."""
    done = subprocess.run([assay, "scan", "-o", "json", folder], capture_output=True, text=True, timeout=600)
    assert done.returncode in (0, 1, 2), done.stderr
    members, findings, lacking = {}, {}, {}
    for record in json.loads(done.stdout)["records"]:
        archive, *inside = record["path"].split("!")
        members.setdefault(archive, [])
        if not inside:
            findings[archive] = [one for one in record["findings"] if one["severity"] not in ("info", "low")]
            lacking[archive] = record["coverage"] != "full"
        elif len(inside) == 1 and not inside[0].startswith("gap@"):
            members[archive].append((urllib.parse.unquote_to_bytes(inside[0]), record["size"]))
    return members, findings, lacking


def disagreements(path, ours, known):
    """What each reader sees that is not what assay sees."""
    simple = all(SIMPLE.match(name) for name, _ in ours)
    for name, read in known.items():
        if name in ("bsdtar", "busybox") and not simple:
            continue
        theirs = read(path)
        if theirs is None and name == "busybox":
            continue  # it knows no dialect before ustar, and says so
        if theirs is None:
            yield name, "refuses it"
        elif theirs != ours:
            yield name, "sees %r" % theirs


def main():
    assay = os.environ["ASSAY"]
    seed = int(os.environ.get("TAR_TEST_SEED", "1"))
    count = int(os.environ.get("TAR_TEST_COUNT", "400"))
    maker = Maker(random.Random(seed))
    known = readers()
    print("readers: %s; seed %d, %d tars" % (" ".join(known), seed, count))
    failures, quiet = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        real = {os.path.basename(path) for path in by_real_writers(folder)}
        for i in range(count):
            tar = maker.tar()
            if i % 3 == 0:
                tar = maker.damaged(tar)
            with open(os.path.join(folder, "%05d.tar" % i), "wb") as file:
                file.write(tar)
        members, findings, lacking = scan(assay, folder)
        for name in sorted(findings):
            path = os.path.join(folder, name)
            if name in real and (findings[name] or lacking[name]):
                failures += 1
                print("FAIL %s: %r in what a real writer made" % (name, findings[name]))
            if findings[name] or lacking[name]:
                continue
            quiet += 1
            for reader, what in disagreements(path, members[name], known):
                failures += 1
                print("FAIL %s: nothing found, but %s %s; assay sees %r" % (name, reader, what, members[name]))
                keep = os.environ.get("TAR_TEST_KEEP")
                if keep:
                    shutil.copy(path, keep)
    print("%d tars without findings" % quiet)
    assert quiet > count // 10, "hardly any tar is without findings: nothing was tested"
    sys.exit(1 if failures else 0)


main()
