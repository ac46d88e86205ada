"""npy and npz files beside numpy's own reader: thousands of headers, valid and bent, in every run.

What numpy refuses without pickles (header, data or member) must be a finding of ours of at least medium. What it takes
and we flag is listed in STRICTER, with the reason. Skipped where `make peers` has not installed numpy.
"""
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

ASSAY, SOURCE = os.environ["ASSAY"], os.environ["ASSAY_SOURCE"]
PYTHON = os.environ.get("ASSAY_PEER_PYTHON", os.path.join(SOURCE, "build/peers/python/bin/python3"))
SEED = int(os.environ.get("ASSAY_SEED", random.randrange(1 << 32)))
FILES = int(os.environ.get("ASSAY_FILES", "1500"))
SEVERITIES = ["info", "low", "medium", "high", "critical"]

# Each file in a process of its own: a size that numpy believes may end it.
READER = """
import json, os, resource, sys, warnings
import numpy
warnings.simplefilter("ignore")
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))

def read(name):
    loaded = numpy.load(name, allow_pickle=False)
    if isinstance(loaded, numpy.lib.npyio.NpzFile):
        for member in loaded.zip.namelist():
            loaded[member]

verdicts = {}
for name in sorted(os.listdir(".")):
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            read(name)
            said = ""
        except BaseException as fault:
            said = f"{type(fault).__name__}: {fault}"
        os.write(into, said.encode(errors="replace")[:300])
        os._exit(0)
    os.close(into)
    _, status = os.waitpid(child, 0)
    with os.fdopen(out, "rb") as told:
        verdicts[name] = told.read().decode(errors="replace") or (f"ended by {status}" if status else "")
json.dump(verdicts, sys.stdout)
"""

# Findings of at least medium in files that numpy takes.
STRICTER = {
    "npy.header.dup_key": "Python takes the last one without a word",
    "npy.header.not_literal": "Python evaluates more than numpy writes: sums, sets, bytes, comments",
    "npy.header.depth": "nothing that numpy writes is that deep",
    "npy.shape.negative": "numpy multiplies the dimensions and reads as many bytes as come out",
    "npy.shape.not_int": "True is a number for Python, and numpy asks no more",
    "npy.shape.overflow": "with a zero among the dimensions or no byte for an item there is nothing to read",
    "npy.dtype.unknown": "numpy understands many more spellings than it writes; what they mean differs by version",
    "npy.dtype.object_pickle": "of an array without items numpy reads no pickle",
    "npy.data.trailing": "numpy reads the array and does not look behind it",
    "npz.member.not_npy": "numpy hands out such a member as bytes",
    "pickle.": "of what follows the array, or of a member that is none, numpy reads nothing",
    "file.": "numpy goes by the first bytes",
    "zip.": "Python's zipfile takes what other readers take differently",
    "npy.dtype.zero_size": "an item may have no bytes for numpy",
}

TYPES = ["'<f4'", "'<f8'", "'|u1'", "'<i8'", "'>i4'", "'|S3'", "'<U2'", "'|b1'", "'<c8'", "'<M8[ns]'", "'<m8[25us]'", "'|V4'",
         "[('a', '<i4'), ('b', '|S2', (2,))]", "[(('title', 'c'), '<f4')]", "[('n', [('x', '|u1'), ('y', '<f2')])]"]
ODD_TYPES = ["'|O'", "'O'", "[('a', '|O')]", "'<x4'", "'f'", "'i4,O'", "'<U2000000000'", "'|V0'", "'<f5'", "'<f16'", "'S'", "None", "3",
             "'float32'", "'<M8'", "'<M8[xs]'", "'<m8[0s]'", "'<M8[ns/0]'", "'<M8[D/4]'", "{'names': ['a'], 'formats': ['O']}", "'f4 '",
             "('<f4', 2)", "('<f4', (2, 2))", "('<f4', (-1,))", "[]", "[('a',)]", "[('a', '<f4', 3)]", "[('a', '<f4'), ('a', '<f4')]",
             "[('', '<f4')]", "[('', '|V4'), ('b', '<i4')]", "'\\x3cf4'", "b'<f4'", "'<' 'f4'", "'>|f4'", "'=f8'", "'@f8'", "''", "'|'",
             "['<f4']", "[('a', 'S', 3)]", "'<u16'", "'?'", "'b'", "'B'", "'g'", "'<G'", "'a4'", "'<l'", "'V'", "'U'", "'<i04'", "'<i+4'",
             "'<f4\\0'", "'(2,)<f4'", "'2f4'", "'<T8'", "'T'", "'|T16'", "'c'", "'c8'", "'p'", "'P'", "'n'", "'N'", "'e'", "'<b1'", "'|?1'"]
SHAPES = ["()", "(2,)", "(2, 3)", "(0,)", "(3, 0, 2)", "(1, 1, 4)"]
ODD_SHAPES = ["(-2,)", "(-1, -2)", "(2.0,)", "(True,)", "[2]", "2", "(2)", "None", "(2L,)", "(2, )", "(0x2,)", "(0b10,)", "(1_0,)", "(2,,)",
              "(4294967296, 4294967296)", "(36893488147419103232,)", "(4611686018427387904,)", "(0, 9223372036854775807, 4)", "('2',)",
              "(+2,)", "(02,)", "(1,)*2", "(2, 3, None)", "((2,),)", "(" + "1, " * 32 + ")", "(" + "1, " * 33 + ")", "(" + "1, " * 64 + ")",
              "(" + "1, " * 65 + ")", "(2,) # comment", "(1+1,)", "(2j,)", "(1e0,)", "(9223372036854775808,)", "(0, 9223372036854775808)"]
ORDERS = ["False", "True"]
ODD_ORDERS = ["0", "1", "None", "'False'", "false", "not True", "(False)"]
BITS_OF_TEXT = b"0123456789'(),:<>|=fiuSUVOTrueFalse {}[]L-+._\n\0\"\\x#\t\r\x0b\xa0\xff"


class Maker:
    def __init__(self, dice):
        self.dice = dice

    def pick(self, usual, odd, chance):
        return self.dice.choice(odd if self.dice.random() < chance else usual)

    def header(self, odd):
        pick = self.pick
        keys = [f"'descr': {pick(TYPES, ODD_TYPES, odd)}", f"'fortran_order': {pick(ORDERS, ODD_ORDERS, odd / 3)}",
                f"'shape': {pick(SHAPES, ODD_SHAPES, odd)}"]
        act = self.dice.random() if odd else 1
        if act < .04:
            keys.pop(self.dice.randrange(3))
        elif act < .08:
            keys.append(self.dice.choice(["'x': 1", "7: 1", "'shape': (1,)", "'descr': '|O'", "'descr': '<f4'", "**{}"]))
        elif act < .12:
            self.dice.shuffle(keys)
        text = "{" + ", ".join(keys) + self.dice.choice([", }", "}"])
        return self.odd_around(text) if self.dice.random() < odd / 3 else text

    def odd_around(self, text):
        return self.dice.choice([f"({text})", f"[{text}]", f" {text}", f"\t{text}", f"\n{text}", f"dict({text})", f"{text} # x", f"{text};",
                                 f"{text}, ", text + " " * 11000, text.replace("'", '"'), text.replace("'", "u'", 1), f"\\\n{text}",
                                 text.replace(" ", "\n"), text.replace(" ", "\x0c"), f"#\n{text}", f"\\ {text}", text + "\0", f"+{text}",
                                 text.replace("'descr'", "'de' 'scr'"), text.replace("'descr'", "b'descr'"), text.replace("'descr'", "r'descr'"),
                                 text.replace("'descr'", "'''descr'''"), text.replace("'descr'", "'d\\145scr'"), text + "\u00a0"])

    def array(self):
        odd = self.dice.choice([0, 0, .15, .5])
        text = bytearray(self.header(odd).encode("latin1", errors="replace"))
        if self.dice.random() < .3:
            self.damage(text, self.dice.choice([1, 1, 2, 4]), BITS_OF_TEXT)
        version = self.dice.choice([(1, 0)] * 6 + [(2, 0), (3, 0)] + ([(0, 0), (4, 0), (1, 1), (255, 0)] if odd else []))
        prefix = 10 if version[0] == 1 else 12
        text += b" " * (-(prefix + len(text) + 1) % self.dice.choice([64, 64, 16, 1])) + self.dice.choice([b"\n"] * 8 + [b"", b" "])
        length = len(text) + (self.dice.choice([1, -1, 100, -5]) if self.dice.random() < .03 else 0)
        size = self.dice.choice([0, 1, 4, 8, 16, 24, 48, 64, 96, 128])
        content = bytearray(b"\x93NUMPY" + bytes(version) + (struct.pack("<H", length) if version[0] == 1 else struct.pack("<I", length)) + text)
        # Zeros, since random bytes would be taken for other things now and then.
        content += self.fitting(text) if self.dice.random() < .75 else bytes(size)
        if self.dice.random() < .05:
            self.damage(content, 1, bytes(range(256)))
        return bytes(content)

    def fitting(self, text):
        """As many zeros as the header asks for, as far as this can be seen without numpy."""
        sizes = {"'<f4'": 4, "'<f8'": 8, "'|u1'": 1, "'<i8'": 8, "'>i4'": 4, "'|S3'": 3, "'<U2'": 8, "'|b1'": 1, "'<c8'": 8, "'<M8[ns]'": 8,
                 "'<m8[25us]'": 8, "'|V4'": 4, "[('a', '<i4'), ('b', '|S2', (2,))]": 8, "[(('title', 'c'), '<f4')]": 4,
                 "[('n', [('x', '|u1'), ('y', '<f2')])]": 3}
        counts = {"()": 1, "(2,)": 2, "(2, 3)": 6, "(0,)": 0, "(3, 0, 2)": 0, "(1, 1, 4)": 4, "(1, 1, 1, 1": 1, "(1,)": 1}
        size = next((size for kind, size in sizes.items() if b"'descr': " + kind.encode() in text), 4)
        count = next((count for shape, count in counts.items() if b"'shape': " + shape.encode() in text), 2)
        return bytes(size * count)

    def damage(self, content, times, alphabet):
        for _ in range(times):
            at = self.dice.randrange(max(len(content), 1))
            act = self.dice.choice(["set", "drop", "insert", "flip"])
            if act == "set" and content:
                content[at] = self.dice.choice(alphabet)
            elif act == "drop":
                del content[at:at + self.dice.choice([1, 1, 3])]
            elif act == "insert":
                content[at:at] = bytes([self.dice.choice(alphabet)])
            elif content:
                content[at] ^= 1 << self.dice.randrange(8)

    def archive(self):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", self.dice.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as made:
            for i in range(self.dice.choice([1, 1, 2, 3])):
                made.writestr(zipfile.ZipInfo(f"arr_{i}.npy"), self.array())
        content = bytearray(held.getvalue())
        if self.dice.random() < .2:
            self.damage(content, 1, bytes(range(256)))
        return bytes(content)


def write_files(folder, dice):
    for i in range(FILES):
        suffix = "npz" if i % 5 == 0 else "npy"
        with open(os.path.join(folder, f"{i:05}.{suffix}"), "wb") as out:
            out.write(Maker(dice).archive() if suffix == "npz" else Maker(dice).array())


def findings_of(folder):
    """By file, the rules of at least medium in it and in what it holds."""
    done = subprocess.run([ASSAY, "scan", "-q", "--digest", "none", "-o", "jsonl", "."], cwd=folder, capture_output=True, timeout=300)
    if done.returncode not in (0, 1, 2):
        raise AssertionError(f"exit {done.returncode}: {done.stderr.decode()}")
    found = {}
    for line in done.stdout.splitlines():
        record = json.loads(line)
        if "findings" in record and "path" in record:
            found.setdefault(record["path"].split("!")[0], set()).update(
                finding["rule"] for finding in record["findings"] if SEVERITIES.index(finding["severity"]) >= 2)
    return found


class Differential(unittest.TestCase):
    maxDiff = None

    def test_against_numpy(self):
        print(f"seed {SEED}", file=sys.stderr)
        with tempfile.TemporaryDirectory() as folder:
            write_files(folder, random.Random(SEED))
            done = subprocess.run([PYTHON, "-c", READER], cwd=folder, capture_output=True, check=True, timeout=500)
            verdicts = json.loads(done.stdout)
            found = findings_of(folder)
            self.assertEqual(len(verdicts), FILES)
            missed, unlisted = self.compare(folder, verdicts, found)
        refused = sum(bool(verdict) for verdict in verdicts.values())
        print(f"{FILES} files, {refused} refused by numpy", file=sys.stderr)
        self.assertFalse(missed[:20], f"{len(missed)} refused by numpy and not found by us")
        self.assertFalse(unlisted[:20], f"{len(unlisted)} taken by numpy and flagged by us")
        self.assertGreater(refused, FILES // 5, "the generator bends too little")
        self.assertLess(refused, FILES * 4 // 5, "the generator bends too much")

    def compare(self, folder, verdicts, found):
        missed, unlisted = [], []
        for name, verdict in sorted(verdicts.items()):
            grave = found.get(name, set())
            with open(os.path.join(folder, name), "rb") as file:
                shown = (name, verdict, sorted(grave), file.read()[:300])
            if verdict and not grave:
                missed.append(shown)
            if not verdict and not all(any(map(rule.startswith, STRICTER)) for rule in grave):
                unlisted.append(shown)
        return missed, unlisted


def main():
    try:
        subprocess.run([PYTHON, "-c", "import numpy"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as fault:
        print(f"SKIP: numpy is not there ({fault}); `make peers` installs it", file=sys.stderr)
        sys.exit(77)
    unittest.main()


if __name__ == "__main__":
    main()
