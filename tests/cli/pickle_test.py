"""Pickles through the command: what the options mean, and that bad input costs little and is never clean."""
import io
import json
import os
import pickle
import struct
import subprocess
import sys
import unittest
import zipfile

from _helpers import CLEAN, FINDINGS, INCOMPLETE, SOURCE, USAGE, CliTest, is_sanitized, main

sys.path.insert(0, str(SOURCE / "tests" / "pickle"))
import pickle_asm as asm

PROTO = asm.proto(2)
MANY = 1_000_000


def name(module, attribute):
    return f"c{module}\n{attribute}\n".encode()


def call(module, attribute, arguments=b")"):
    return name(module, attribute) + arguments + b"R"


def loads(body):
    """What torch's weights-only unpickler would read: protocol 2."""
    return PROTO + body + b"."


def archive(*members, comment=b""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for path, content in members:
            file.writestr(path, content)
        file.comment = comment
    return out.getvalue()


def checkpoint(*more, data=PROTO + b"}."):
    return archive(("a/data.pkl", data), ("a/byteorder", b"little"), ("a/version", b"3\n"), *more)


ORDERED, COUNTER = call("collections", "OrderedDict"), call("collections", "Counter")
TENSOR = call("torch._utils", "_rebuild_tensor_v2", b"(t")
KEY, ONE = b"U\1k", b"K\1"


class Profile(CliTest):
    """Which instructions torch's _weights_only_unpickler.py carries out, and on which objects."""
    TAKEN = {
        "list": b"]" + ONE + b"a(" + ONE + ONE + b"e",
        "dict": b"}" + KEY + ONE + b"s(" + KEY + ONE + b"u",
        "ordered": ORDERED + KEY + ONE + b"s(" + KEY + ONE + b"u",
        "counter": COUNTER + KEY + ONE + b"s",
        "ordered_state": ORDERED + b"}" + KEY + ONE + b"sb",
        "parameter": call("torch._utils", "_rebuild_parameter", b"(t"),
        "renamed": call("__builtin__", "set", b"(]t"),
        "size": call("torch", "Size", b"((" + ONE + b"tt"),
        "split_elsewhere": call("torch", "_utils._rebuild_parameter", b"(t"),
    }
    REFUSED = {
        "append_on_ordered": ORDERED + ONE + b"a",
        "appends_on_set": call("builtins", "set") + b"(" + ONE + b"e",
        "append_on_tensor": TENSOR + ONE + b"a",
        "setitem_on_list": b"]" + ONE + ONE + b"s",
        "setitems_on_list": b"](" + ONE + ONE + b"u",
        "setitem_on_tensor": TENSOR + ONE + ONE + b"s",
        "build_on_size": call("torch", "Size", b"(]t") + b"}b",
        "build_on_bytearray": call("builtins", "bytearray") + b"}b",
        "build_on_class": name("collections", "OrderedDict") + b"}b",
        "build_on_device": call("torch", "device", b"(U\3cput") + b"}b",
        "call_of_result": ORDERED + b")R",
        "other_name": call("collections", "deque"),
        "dotted_name": call("collections", "OrderedDict.fromkeys", b"(]t"),
        "memoize": b"]\x94",
        "short_text": b"\x8c\1a",
        "frame": b"\x95" + asm.u64(2) + b"N",
        "additems": b"\x8f(" + ONE + b"\x90",
        "long_number": b"\x8b" + asm.u32(1) + b"\1",
        "text_number": b"I1\n",
        "pop": b"N0N",
    }

    def rules(self, path, *options):
        done = self.assay("scan", "-q", "-o", "json", "--profile", "torch-weights-only", *options, path)
        records = json.loads(done.stdout)["records"]
        return {f["rule"] for record in records for f in record["findings"]}, done.returncode

    def test_what_it_takes(self):
        for title, body in self.TAKEN.items():
            with self.subTest(title):
                self.write(f"{title}.pkl", loads(body))
                rules, _ = self.rules(f"{title}.pkl")
                self.assertFalse([rule for rule in rules if "weights_only" in rule], rules)

    def test_what_it_refuses(self):
        for title, body in self.REFUSED.items():
            with self.subTest(title):
                self.write(f"{title}.pkl", loads(body))
                rules, code = self.rules(f"{title}.pkl")
                self.assertTrue([rule for rule in rules if "weights_only" in rule], rules)
                self.assertEqual(code, FINDINGS)
        self.assertIn("pickle.weights_only.object", self.rules("append_on_ordered.pkl")[0])

    def test_archives(self):
        self.write("plain.pt", checkpoint())
        self.assertEqual(self.rules("plain.pt"), (set(), CLEAN))
        self.write("script.pt", checkpoint(("a/constants.pkl", PROTO + b").")))
        self.expect(CLEAN, "scan", "-q", "script.pt")
        rules, code = self.rules("script.pt")
        self.assertIn("pickle.weights_only.file", rules)
        self.assertEqual(code, FINDINGS)

    def test_the_report_says_so(self):
        self.write("plain.pt", checkpoint())
        done = self.expect(CLEAN, "scan", "-q", "-o", "json", "--profile", "torch-weights-only", "plain.pt")
        self.assertEqual(json.loads(done.stdout)["modes"], ["torch-weights-only"])
        self.expect(USAGE, "scan", "--profile", "torch", "plain.pt")


class Unknown(CliTest):
    """A class of a package that nobody reviewed: reported, and what --strict and --allow make of it."""

    def setUp(self):
        super().setUp()
        self.write("net.pkl", loads(name("mypackage.model", "Net") + b")\x81}b"))

    def findings(self, code, *options):
        done = self.expect(code, "scan", "-q", "-o", "json", *options, "net.pkl")
        report = json.loads(done.stdout)
        return [(f["rule"], f["severity"]) for f in report["records"][0]["findings"]], report

    def test_strict(self):
        self.assertEqual(self.findings(CLEAN)[0], [("pickle.global.unknown", "medium")])
        found, report = self.findings(FINDINGS, "--strict")
        self.assertEqual(found, [("pickle.global.unknown", "high")])
        self.assertEqual(report["modes"], ["strict"])

    def test_allowed(self):
        again = ["--allow", "mypackage.model.Net"]
        found, report = self.findings(CLEAN, "--strict", *again, *again)
        self.assertEqual(found, [])
        self.assertEqual(report["allowed"], ["mypackage.model.Net"], "once")
        found, _ = self.findings(FINDINGS, "--strict", "--allow", "mypackage.model.Ne")
        self.assertEqual(found, [("pickle.global.unknown", "high")])

    def test_patterns_are_refused(self):
        self.write("names", b"mypackage.model.Net  # ours\nmypackage.*\n")
        for options in (["--allow", "mypackage.*"], ["--allow", "mypackage"], ["--allow", "a.b,c.d"],
                        ["--allow-from", "names"]):
            done = self.expect(USAGE, "scan", *options, "net.pkl")
            self.assertIn(b"allow", done.stderr)

    def test_inspect_names_what_was_allowed(self):
        options = ["--allow", "mypackage.model.Net", "net.pkl"]
        self.assertIn(b"mypackage.model.Net\n", self.expect(CLEAN, "inspect", *options).stdout.split(b"\n\n")[0] + b"\n")
        done = self.expect(CLEAN, "inspect", "-o", "json", *options)
        self.assertEqual(json.loads(done.stdout)[0]["allowed"], ["mypackage.model.Net"])


def deep(levels):
    return PROTO + b"]" * levels + b"a" * (levels - 1) + b"."


def doubled(times):
    """A tuple that holds one twice, that holds one twice ... and a dictionary with it as its key."""
    return PROTO + b"}" + b")" + b"2\x86" * times + b"Ns."


def companion(path):
    state = b"}" + asm.text("filename") + asm.text(path) + b"s"
    return PROTO + name("joblib.numpy_pickle", "NDArrayWrapper") + b")\x81" + state + b"b."


def encrypted():
    """As archivers mark it: a flag in both headers, and bytes that nobody can read."""
    data = bytearray(checkpoint())
    for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(signature, at + 4)
    return bytes(data)


def method(number):
    data = bytearray(checkpoint())
    for signature, place in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        at = data.find(signature)
        while at >= 0:
            data[at + place:at + place + 2] = struct.pack("<H", number)
            at = data.find(signature, at + 4)
    return bytes(data)


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        with file.open("a/data.pkl", "w", force_zip64=True) as member:
            member.write(PROTO + b"(")
            for _ in range(256):
                member.write(b"N" * (1 << 20))
            member.write(b"l.")
    return out.getvalue()


WHOLE = pickle.dumps({"weights": list(range(300)), "name": "a" * 400}, 2)
BEYOND = struct.pack("<Q", 1 << 46)

# Each item of the list of bad input; in the order of the list.
BAD = {
    "truncated.pkl": WHOLE[:-1],
    "truncated_in_a_text.pkl": WHOLE[:-200],
    "truncated_at_once.pkl": WHOLE[:3],
    "truncated_of_no_promise": WHOLE[:40],
    "truncated_of_another.dat": pickle.dumps("a" * 300, 4)[:60],
    "truncated_text_protocol.pkl": pickle.dumps({"a": [1, 2, 3]}, 0)[:-1],
    "length_text.pkl": b"\x80\4\x8d" + BEYOND + b"abc.",
    "length_bytes.pkl": b"\x80\4\x8e" + BEYOND + b"abc.",
    "length_bytearray.pkl": b"\x80\5\x96" + BEYOND + b"abc.",
    "length_frame.pkl": b"\x80\4\x95" + BEYOND + b"N.",
    "length_of_no_promise": b"\x80\4\x8e" + BEYOND + b"abc.",
    "length_of_another.dat": b"\x80\4\x8d" + BEYOND + b"abc.",
    "memo_put.pkl": PROTO + b"Nr" + asm.u32(1 << 31) + b".",
    "memo_put_as_text.pkl": b"Np2147483648\n.",
    "memo_get.pkl": PROTO + b"j" + asm.u32(1 << 31) + b".",
    "marks.pkl": b"(" * MANY + b"N.",
    "marks_in_protocol_4.pkl": b"\x80\4" + b"(" * MANY + b"N.",
    "marks_closed.pkl": PROTO + b"(" * MANY + b"l" * MANY + b".",
    "marks_alone.pkl": b"(" * MANY,
    "digits_int.pkl": b"I" + b"9" * (4 * MANY) + b"\n.",
    "digits_long.pkl": b"L" + b"9" * (4 * MANY) + b"L\n.",
    "digits_float.pkl": b"F" + b"9" * (4 * MANY) + b"\n.",
    "digits_binary.pkl": PROTO + b"\x8b" + asm.u32(4 * MANY) + b"\x7f" * (4 * MANY) + b".",
    "digits_of_many.pkl": PROTO + (b"\x8b" + asm.u32(50000) + b"\x7f" * 50000 + b"0") * 100 + b"N.",
    "deep_lists.pkl": deep(200_000),
    "deep_tuples.pkl": PROTO + b")" + b"\x85" * 200_000 + b".",
    "memo_cycle_as_key.pkl": PROTO + b"}]q\0h\0a0h\0\x85Ns.",
    "memo_doubled.pkl": doubled(60),
    "bomb.pt": bomb(),
    "encrypted.pt": encrypted(),
    "method_lzma_alone.pt": method(98),
    "companion_above.pkl": companion("../x.npy"),
    "companion_absolute.pkl": companion("/etc/passwd"),
    "companion_here.pkl": companion("."),
    "companion_missing.pkl": companion("gone_01.npy"),
    "empty_data.pt": checkpoint(data=b""),
    "empty_constants.pt": checkpoint(("a/constants.pkl", b"")),
}

SECONDS, MEMORY = 20, 128 << 10  # KiB


class BadInput(CliTest):
    @unittest.skipIf(is_sanitized(), "a sanitizer's own time and memory count, too")
    def test_each(self):
        for title, content in BAD.items():
            with self.subTest(title):
                self.write(title, content)
                self.never_clean(title)

    def never_clean(self, path):
        """A finding with its place, or a part that was not looked at and is told; little time, little memory."""
        with open(self.dir / "out", "wb") as out:
            child = subprocess.Popen(
                [os.environ["ASSAY"], "scan", "-q", "-o", "json", "--threads", "1", path],
                cwd=self.dir, stdout=out, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        self.assertIn(child.returncode, (FINDINGS, INCOMPLETE))
        self.assertLess(usage.ru_utime + usage.ru_stime, SECONDS)
        self.assertLess(usage.ru_maxrss, MEMORY)
        records = json.loads((self.dir / "out").read_bytes())["records"]
        findings = [finding for record in records for finding in record["findings"]]
        self.assertTrue(findings, "nothing says what is wrong")
        self.assertTrue(all("offset" in finding for finding in findings))
        grave = [f for f in findings if f["severity"] in ("high", "critical")]
        if not grave:
            self.assertTrue([r for r in records if r["coverage"] != "full"], "it fails, and nothing says why")

    def test_looking_costs_no_more(self):
        """`inspect` shows the stack at each instruction, and the stack is what is large here."""
        for title in ("marks.pkl", "marks_closed.pkl", "deep_lists.pkl"):
            self.write(title, BAD[title])
            for options in (["-q"], ["-o", "json"]):
                done = self.assay("inspect", *options, title, timeout=SECONDS)
                self.assertEqual(done.returncode, FINDINGS, title)

    def test_cut_archives(self):
        """Wherever an archive is cut, it is told once, and no archive inside of itself."""
        whole = checkpoint()
        for size in range(4, len(whole), 7):
            self.write("cut.pt", whole[:size])
            done = self.assay("scan", "-q", "-o", "json", "cut.pt")
            self.assertIn(done.returncode, (FINDINGS, INCOMPLETE), size)
            self.assertLess(len(json.loads(done.stdout)["records"]), 6, size)

    def test_a_second_archive_in_a_streams_comment(self):
        """It can only be met where the end is; its members were not looked at, and that is told."""
        inner = archive(("in.pkl", loads(call("os", "system", asm.text("true") + b"\x85"))))
        self.write("both.zip", archive(("a.txt", b"hello"), comment=inner))
        with open(self.dir / "both.zip", "rb") as stream:
            done = self.run_any(os.environ["ASSAY"], "scan", "-q", "-o", "json", "-", stdin=stream)
        self.assertEqual(done.returncode, FINDINGS)
        self.assertNotEqual(json.loads(done.stdout)["records"][0]["coverage"], "full")

    def test_a_cycle_is_no_fault(self):
        """Legal, written by picklers, and followed by nobody; see HACKING.md."""
        self.write("cycle.pkl", PROTO + b"]q\0h\0a.")
        self.write("cycle_of_two.pkl", PROTO + b"]q\0}K\1h\0sa.")
        self.expect(CLEAN, "scan", "-q", "cycle.pkl", "cycle_of_two.pkl")

    def test_no_false_alarm(self):
        """Files of other kinds that begin a little like one, or hold what one could be made of."""
        self.write("notes.txt", b"(see below)\nVery long lists of words\ncast\nactive\nbroad\n" * 200)
        self.write("paper.txt", b"(" * 3000)
        self.write("numbers.txt", b"I9999\n" * 3000)
        self.write("font.pfb", b"\x80\1" + asm.u32(40) + b"%!PS-AdobeFont-1.0: Utopia-Regular 1.0\n" + bytes(20))
        self.write("object.obj", b"\x80\4\0\2ab\x80\x8a\2\0\0t")
        self.write("data.dat", b"\x80\2\0\0\1\0\2\0" + bytes(range(256)) * 20)
        done = self.assay("scan", "-q", "-o", "json", ".")
        for record in json.loads(done.stdout)["records"]:
            grave = [f for f in record["findings"] if f["severity"] in ("medium", "high", "critical")]
            self.assertEqual((record["coverage"], grave), ("full", []), record["path"])


if __name__ == "__main__":
    main()
