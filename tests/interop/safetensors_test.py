"""safetensors files beside the reference reader: thousands of headers, valid and bent, in every run.

What the reference refuses must be a finding of ours of at least medium. What it takes and we flag is listed
in STRICTER, with the reason. Skipped where `make peers` has not installed the library.
"""
import json
import os
import random
import struct
import subprocess
import sys
import tempfile
import unittest

ASSAY, SOURCE = os.environ["ASSAY"], os.environ["ASSAY_SOURCE"]
PYTHON = os.path.join(SOURCE, "build/peers/python/bin/python3")
SEED = int(os.environ.get("ASSAY_SEED", random.randrange(1 << 32)))
FILES = int(os.environ.get("ASSAY_FILES", "4000"))
sys.path.insert(0, os.path.join(SOURCE, "testdata"))
from safetensors_files import BITS, pairs, raw, size_of, text

READER = """
import json, os, sys
from safetensors import SafetensorError, deserialize
verdicts = {}
for name in os.listdir("."):
    with open(name, "rb") as file:
        try:
            deserialize(file.read())
            verdicts[name] = ""
        except (SafetensorError, OverflowError, ValueError) as fault:
            verdicts[name] = str(fault) or "refused"
json.dump(verdicts, sys.stdout)
"""

# Findings of at least medium in files that the reference takes.
STRICTER = {
    "safetensors.header.dup_tensor": "forbidden by the format; the reference takes the last one without a word",
    "safetensors.header.dup_tensor_escaped": "the same, where the two are spelled differently",
    "safetensors.header.dup_metadata": "forbidden by the format; of keys in it the reference takes the last",
    "safetensors.header.unknown_field": "not in the format's schema; the reference passes over it",
    "safetensors.header.wrong_shape_of_json": "lists for objects and the like are taken by the reference's library",
    "safetensors.header.depth": "nothing in the format is that deep; the reference gives up at 128 only",
    "safetensors.metadata.null": "not in the format's schema",
    "safetensors.metadata.too_large": "a limit of ours",
    "safetensors.name.empty": "the reference does not look at names",
    "safetensors.name.control_char": "the reference does not look at names",
    "safetensors.name.nul": "the reference does not look at names",
    "safetensors.name.path_like": "the reference does not look at names",
    "safetensors.name.bidi": "the reference does not look at names",
    "safetensors.name.confusable_duplicate": "the reference does not look at names",
    "safetensors.name.too_long": "the reference does not look at names",
    "safetensors.shape.overflow_masked_by_zero": "other readers multiply in another order",
    "safetensors.shape.rank_excess": "no library has that many dimensions",
}
# The reference forgets all but the last copy, so nothing that is wrong with the others is told by it.
COPIES = {"safetensors.header.dup_tensor", "safetensors.header.dup_tensor_escaped"}
SEVERITIES = ["info", "low", "medium", "high", "critical"]


class Maker:
    """One header, as a list of raw keys and values, and the data that belongs to it."""

    def __init__(self, dice):
        self.dice = dice
        self.items, at = [], 0
        for i in range(dice.choice([0, 1, 1, 2, 3, 5])):
            dtype = dice.choice(sorted(BITS))
            shape = [dice.choice([0, 1, 2, 4, 8, 8]) for _ in range(dice.choice([0, 1, 1, 2, 3]))]
            if BITS[dtype] < 8:
                shape.append(8)
            end = at + size_of(dtype, shape)
            self.items.append([text(f"t.{i}.weight"), [["dtype", text(dtype)], ["shape", text(shape)],
                                                       ["data_offsets", text([at, end])]]])
            at = end
        if dice.random() < .3:
            metadata = {f"k{i}": dice.choice(["", "v", "pt", "ü"]) for i in range(dice.randrange(3))}
            self.items.insert(dice.choice([0, len(self.items)]), [text("__metadata__"), text(metadata)])
        self.data = bytes(dice.randrange(256) for _ in range(at))
        self.tail, self.length = None, None

    def header(self):
        items = [(key, value if isinstance(value, bytes) else pairs(*value)) for key, value in self.items]
        return pairs(*items)

    def file(self):
        header = self.header()
        header += b" " * (-len(header) % 8) if self.tail is None else self.tail
        return raw(header, self.data, None if self.length is None else self.length(len(header)))

    # What is bent, one method each.

    def fields(self):
        """Those of one tensor, if there is one."""
        tensors = [item[1] for item in self.items if not isinstance(item[1], bytes)]
        return self.dice.choice(tensors) if tensors else []

    def bend_number(self):
        fields = self.fields()
        if fields:
            field = self.dice.choice(fields[1:])
            numbers = json.loads(field[1])
            if numbers:
                at = self.dice.randrange(len(numbers))
                form = self.dice.choice(["{}.0", "{}e0", "-{}", "+{}", "0{}", '"{}"', "1{}", "{}000", "null", "[{}]", "true",
                                         "18446744073709551615", "18446744073709551616", "9007199254740993", "-0", "0",
                                         "1e400", "NaN", "{}  ", "0x{}"])
                raws = [str(number) for number in numbers]
                raws[at] = form.format(raws[at])
                field[1] = f"[{','.join(raws)}]".encode()

    def bend_shape(self):
        fields = self.fields()
        if fields:
            fields[1][1] = self.dice.choice([b"[]", b"[0]", b"[1,2,3]", b"8", b"null", b"{}", b"[[1]]", text([1] * 65),
                                             text([0, 2 ** 64 - 1, 2 ** 64 - 1]), text([2 ** 64 - 1, 2 ** 64 - 1, 0]),
                                             text([2 ** 32, 2 ** 32]), text([2 ** 61]), text([1] * 300)])

    def bend_dtype(self):
        fields = self.fields()
        if fields:
            fields[0][1] = self.dice.choice([text(self.dice.choice(sorted(BITS))), b'"U4"', b'"f32"', b'""', b"3", b"null",
                                             b'{"F32":null}', b'{"U8":null}', b'{"F32":1}', b'["F32"]', b'"F\\u0033\\u0032"',
                                             b'{"U8":null,"U8":null}', b"{}"])

    def bend_offsets(self):
        fields = self.fields()
        if fields:
            begin, end = json.loads(fields[2][1])
            shift = self.dice.choice([1, 2, 8, -1])
            fields[2][1] = self.dice.choice([
                text([begin + shift, end + shift]), text([begin, end + shift]), text([begin + shift, end]), text([end, begin]),
                text([begin]), text([begin, end, end]), b"{}", b"null", text([2 ** 64 - 1, 2 ** 64 - 1]), text([begin, 2 ** 64 - 1]),
                text([2 ** 63, 2 ** 63 + end - begin])])

    def bend_fields(self):
        fields = self.fields()
        if fields:
            act = self.dice.choice(["drop", "twice", "extra", "shuffle", "escape", "nested"])
            if act == "drop":
                fields.pop(self.dice.randrange(len(fields)))
            elif act == "twice":
                fields.append(list(self.dice.choice(fields)))
            elif act == "shuffle":
                self.dice.shuffle(fields)
            elif act == "escape":
                fields[0][0] = b'"dt\\u0079pe"'
            elif act == "nested":
                depth = self.dice.choice([1, 2, 5, 100, 120, 126, 127, 128, 130])
                fields.append(["extra", b"[" * depth + b"]" * depth])
            else:
                fields.insert(self.dice.randrange(4), ["extra", self.dice.choice([b"1", b"1.5", b'"x"', b"null", b"1e400",
                                                                                 b'"\\ud800"', b"-0", b"{}", b"NaN", b"01"])])

    def bend_tensors(self):
        if not self.items:
            return
        act = self.dice.choice(["twice", "drop", "shuffle", "list", "name", "escape", "value"])
        at = self.dice.randrange(len(self.items))
        if act == "twice":
            self.items.insert(self.dice.randrange(len(self.items) + 1), [*self.items[at]])
        elif act == "drop":
            self.items.pop(at)
        elif act == "shuffle":
            self.dice.shuffle(self.items)
        elif act == "list" and not isinstance(self.items[at][1], bytes):
            self.items[at][1] = b"[" + b",".join(value for _, value in self.items[at][1]) + b"]"
        elif act == "name":
            self.items[at][0] = self.dice.choice([
                b'""', b'"a\\u0000b"', b'"../x"', b'"\\u202e"', b'"\\ud800"', b'"\\ud83d\\ude00"', b'"\xff"', b'"\x01"', b'"\x7f"',
                b'"__metadata__"', b'"\\u005f_metadata__"', b'"' + b"n" * 5000 + b'"', b'"\\/"', b'"\\x"', b"x", b'"\xed\xa0\x80"'])
        elif act == "escape":
            self.items.append([b'"\\u0074.0.weight"', self.items[at][1]])
        elif act == "value":
            self.items[at][1] = self.dice.choice([b"null", b"1", b'"x"', b"[]", b"{}", b"true"])

    def bend_metadata(self):
        self.items.insert(self.dice.randrange(len(self.items) + 1), [text("__metadata__"), self.dice.choice([
            b"null", b"{}", b"[]", b"1", b'{"a":1}', b'{"a":null}', b'{"a":"b","a":"c"}', b'{"a":{"b":"c"}}', b'{"a":"\\udc00"}',
            b'{"":""}', b'{"a":"b",}'])])

    def bend_end(self):
        self.tail = self.dice.choice([b"", b" ", b"\t", b"\n\r ", b"\0", b"\0\0\0\0", b"x", b" {}", b",", b"\xff", b"}", b"/**/", b" " * 5000])

    def bend_data(self):
        self.data = self.dice.choice([self.data + b"x", self.data[:-1], b"", self.data + bytes(100), bytes(len(self.data))])

    def bend_length(self):
        shift = self.dice.choice([1, -1, 8, -8, 100, 2 ** 32])
        self.length = self.dice.choice([lambda n: max(n + shift, 0), lambda n: 0, lambda n: 2 ** 64 - 1, lambda n: 100_000_000,
                                        lambda n: 100_000_001])

    def bent(self):
        """The file, bent a few times or not at all."""
        benders = [getattr(self, name) for name in sorted(dir(self)) if name.startswith("bend_")]
        for _ in range(self.dice.choice([0, 1, 1, 1, 1, 2, 2, 3])):
            try:
                self.dice.choice(benders)()
            except (ValueError, TypeError, IndexError):
                pass  # what was bent before need not bend again
        content = bytearray(self.file())
        if self.dice.random() < .25:
            for _ in range(self.dice.randrange(1, 4)):
                self.damage(content)
        return bytes(content)

    def damage(self, content):
        end = min(len(content), 8 + struct.unpack("<Q", (content + bytes(8))[:8])[0])
        at = self.dice.randrange(max(end, 1))
        act = self.dice.choice(["flip", "set", "drop", "insert", "cut", "front"])
        if act == "flip" and content:
            content[at] ^= 1 << self.dice.randrange(8)
        elif act == "set" and content:
            content[at] = self.dice.choice(b'{}[]",:\\ 0e.-+\0\xff\n')
        elif act == "drop":
            del content[at:at + self.dice.randrange(1, 9)]
        elif act == "insert":
            content[at:at] = self.dice.choice([b" ", b'"', b"\\", b"{", b"}", b",", b"\0", b"0"])
        elif act == "cut":
            del content[self.dice.randrange(len(content) + 1):]
        else:
            content[8:8] = self.dice.choice([b" ", b"\xef\xbb\xbf", b"\n\t", b"//"])


def findings_of(folder):
    """By file, what we find in it and in what it holds: (rule, severity)."""
    done = subprocess.run([ASSAY, "scan", "-q", "--digest", "none", "-o", "jsonl", "."], cwd=folder, capture_output=True, timeout=300)
    if done.returncode not in (0, 1, 2):
        raise AssertionError(f"exit {done.returncode}: {done.stderr.decode()}")
    found = {}
    for line in done.stdout.splitlines():
        record = json.loads(line)
        if "findings" in record and "path" in record:
            of = found.setdefault(record["path"].split("!")[0], [])
            of += [(finding["rule"], finding["severity"]) for finding in record["findings"]]
    return found


class Differential(unittest.TestCase):
    def test_against_the_reference_reader(self):
        dice = random.Random(SEED)
        print(f"seed {SEED}", file=sys.stderr)
        with tempfile.TemporaryDirectory() as folder:
            for i in range(FILES):
                with open(os.path.join(folder, f"{i:05}.safetensors"), "wb") as out:
                    out.write(Maker(dice).bent())
            done = subprocess.run([PYTHON, "-c", READER], cwd=folder, capture_output=True, check=True, timeout=300)
            verdicts = json.loads(done.stdout)
            found = findings_of(folder)
            self.assertEqual(len(verdicts), FILES)
            missed, unlisted = self.compare(folder, verdicts, found)
        refused = sum(bool(verdict) for verdict in verdicts.values())
        print(f"{FILES} files, {refused} refused by the reference", file=sys.stderr)
        self.assertFalse(missed[:20], f"{len(missed)} refused by the reference and not found by us")
        self.assertFalse(unlisted[:20], f"{len(unlisted)} taken by the reference and flagged by us")
        self.assertGreater(refused, FILES // 4, "the generator bends too little")
        self.assertLess(refused, FILES * 9 // 10, "the generator bends too much")

    def compare(self, folder, verdicts, found):
        missed, unlisted = [], []
        for name, verdict in sorted(verdicts.items()):
            grave = {rule for rule, severity in found[name] if SEVERITIES.index(severity) >= 2}
            with open(os.path.join(folder, name), "rb") as file:
                shown = (name, verdict, sorted(grave), file.read()[:400])
            if verdict and not grave:
                missed.append(shown)
            if not verdict and not grave & COPIES and grave - STRICTER.keys():
                unlisted.append(shown)
        return missed, unlisted


def main():
    try:
        subprocess.run([PYTHON, "-c", READER.splitlines()[2]], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as fault:
        print(f"SKIP: the safetensors package is not there ({fault}); `make peers` installs it", file=sys.stderr)
        sys.exit(77)
    unittest.main()


if __name__ == "__main__":
    main()
