"""`assay hash`: what sha256sum and its kin print, byte for byte, and the other outputs."""
import hashlib
import json
import os
import pty
import struct
import subprocess
import time
import unittest

import jsonschema

from _helpers import CLEAN, INCOMPLETE, NOTHING, USAGE, CliTest, main, noise, schema, wait_until

ODD_NAMES = [
    b"plain", b"two words", b"new\nline", b"back\\slash", b"carriage\rreturn", b"all\\of\nthem\r",
    b"latin-\xe9", b"\xff\xfe\xfd", b"-leading-dash", b"--stats", b" leading blank",
    b"trailing blank ", b"tab\there", b"quote'and\"", b"bell\x07", b"uni\xc3\xa9", b"*star",
    b"(tag) = x", b"x" * 255,
]
SIZES = [0, 1, 55, 56, 63, 64, 65, 119, 120, 4095, 4096, 4097, 32767, 32768, 32769, 100000]


def tree_root(content, chunk):
    """The root of the chunk tree, written from its description alone."""
    def block(text):
        return text.encode().ljust(64, b"\0")

    def sha(*parts):
        return hashlib.sha256(b"".join(parts)).digest()

    pieces = [content[i:i + chunk] for i in range(0, len(content), chunk)] or [b""]
    level = [sha(block("assay.chunk-tree.leaf/1"), piece) for piece in pieces]
    while len(level) > 1:
        pairs = [level[i:i + 2] for i in range(0, len(level), 2)]
        level = [sha(block("assay.chunk-tree.node/1"), *pair) if len(pair) == 2 else pair[0]
                 for pair in pairs]
    bound = struct.pack("<QQ", len(content), chunk)
    return sha(block("assay.chunk-tree.root/1"), bound, level[0]).hex()


class LikeSha256sum(CliTest):
    def test_names_of_every_kind(self):
        for i, name in enumerate(ODD_NAMES):
            self.write(name, b"%d" % i)
        peer = self.run_any("sha256sum", "--", *ODD_NAMES)
        self.assertEqual(peer.returncode, 0)
        ours = self.expect(CLEAN, "hash", "--", *ODD_NAMES)
        self.assertEqual(ours.stdout, peer.stdout)
        self.assertEqual(ours.stderr, b"")

    def test_names_of_every_kind_found_on_a_walk(self):
        for name in ODD_NAMES:
            self.write(b"store/" + name, name)
        paths = [b"store/" + name for name in sorted(ODD_NAMES)]
        peer = self.run_any("sha256sum", "--", *paths)
        self.assertEqual(self.expect(CLEAN, "hash", "store").stdout, peer.stdout)

    def test_sizes_around_every_border(self):
        names = [f"{size:06}" for size in SIZES]
        for name, size in zip(names, SIZES):
            self.write(name, noise(size, size))
        peer = self.run_any("sha256sum", *names)
        self.assertEqual(self.expect(CLEAN, "hash", *names).stdout, peer.stdout)

    def test_standard_input(self):
        for content in (b"", b"abc", noise(300_000)):
            peer = self.run_any("sha256sum", "-", input=content)
            self.assertEqual(self.expect(CLEAN, "hash", "-", input=content).stdout, peer.stdout)
            self.assertEqual(self.expect(CLEAN, "hash", input=content).stdout, peer.stdout)

    def test_a_pipe_that_is_handed_over(self):
        script = '"$0" hash <(printf abc) | cut -c1-64'
        done = self.run_any("bash", "-c", script, os.environ["ASSAY"])
        self.assertEqual(done.stdout.decode().strip(), hashlib.sha256(b"abc").hexdigest())

    def test_the_order_is_that_of_the_command_line(self):
        for name in "cab":
            self.write(name, name.encode())
        order = ["c", "a", "b", "a"]
        peer = self.run_any("sha256sum", *order)
        self.assertEqual(self.expect(CLEAN, "hash", *order).stdout, peer.stdout)

    def test_folders_are_walked_in_bytewise_order_of_whole_paths(self):
        paths = ["m/a.b", "m/a/z", "m/a/b/c", "m/a-b", "m/a0", "m/A", "m/\u00e9", "m/b/1", "m/a/b.c"]
        for path in paths:
            self.write(path, path.encode())
        found = self.expect(CLEAN, "hash", "m").stdout.decode().splitlines()
        self.assertEqual([line[66:] for line in found],
                         sorted(paths, key=lambda path: path.encode()))

    def test_a_trailing_slash_is_not_doubled(self):
        self.write("m/x", b"1")
        self.assertIn(b"  m/x\n", self.expect(CLEAN, "hash", "m/").stdout)

    def test_other_kinds_like_their_tools(self):
        self.write("x", noise(70_000))
        self.write("odd\nname", b"1")
        tools = {"sha512": "sha512sum", "blake2b": "b2sum", "sha1": "sha1sum", "md5": "md5sum"}
        for kind, tool in tools.items():
            peer = self.run_any(tool, "x", "odd\nname")
            ours = self.expect(CLEAN, "hash", "--digest", kind, "x", "odd\nname")
            self.assertEqual(ours.stdout, peer.stdout, kind)

    def test_git_blobs(self):
        content = noise(5000)
        self.write("x", content)
        wanted = hashlib.sha1(b"blob 5000\0" + content).hexdigest()
        done = self.expect(CLEAN, "hash", "--digest", "git-sha1", "x")
        self.assertEqual(done.stdout.decode(), f"{wanted}  x\n")

    def test_several_kinds_are_tagged(self):
        self.write("x", b"abc")
        self.write("odd\nname", b"abc")
        done = self.expect(CLEAN, "hash", "--digest", "sha256,md5", "x", "odd\nname")
        expected = b""
        for name in ("x", "odd\nname"):
            for tool in ("sha256sum", "md5sum"):
                expected += self.run_any(tool, "--tag", name).stdout
        self.assertEqual(done.stdout, expected)


class Chunks(CliTest):
    def test_root_and_side_file(self):
        chunk = 4096
        for size in (0, 1, 4095, 4096, 4097, 3 * 4096, 5 * 4096 + 17, 1_000_003):
            content = noise(size, size)
            self.write("x", content)
            done = self.expect(CLEAN, "hash", "--chunks", "--chunk-size", "4K", "x")
            root = tree_root(content, chunk)
            self.assertIn(f"ASSAY-TREE-4096 (x) = {root}\n", done.stdout.decode())
            side = (self.dir / "x.chunks").read_bytes()
            self.assertEqual(side[-32:].hex(), root, "the side file ends with its root")
            self.assertEqual(os.listdir(self.dir).count("x.chunks"), 1)

    def test_the_default_size_and_one_file_over_all_threads(self):
        content = noise(33 * 1024 * 1024 + 5)
        self.write("x", content)
        root = tree_root(content, 4 << 20)
        for threads in ("1", "2", "5"):
            for digest in ("none", "sha256"):
                done = self.expect(CLEAN, "hash", "--chunks", "--digest", digest, "--threads",
                                   threads, "x")
                self.assertIn(f"ASSAY-TREE-4194304 (x) = {root}\n", done.stdout.decode())

    def test_side_files_in_a_folder_of_their_own(self):
        self.write("m/a/x", b"1")
        self.expect(CLEAN, "hash", "--chunks", "--chunks-dir", "sides", "m")
        self.assertTrue((self.dir / "sides" / "a" / "x.chunks").is_file())
        self.assertEqual(os.listdir(self.dir / "m" / "a"), ["x"])

    def test_sizes_that_are_none(self):
        self.write("x", b"1")
        for size in ("5K", "0", "2G", "1K", "many"):
            done = self.expect(USAGE, "hash", "--chunks", "--chunk-size", size, "x")
            self.assertTrue(done.stderr.startswith(b"assay: "), done.stderr)
            self.assertFalse((self.dir / "x.chunks").exists())


class Reports(CliTest):
    def setUp(self):
        super().setUp()
        self.names = [name for name in ODD_NAMES if len(name) < 200]  # with room for ".chunks"
        for i, name in enumerate(self.names):
            self.write(b"m/" + name, noise(i * 997, i))
        os.symlink("plain", self.dir / "m" / "link")
        os.symlink("nowhere", self.dir / "m" / "dangling")

    def test_json_fits_the_schema(self):
        report = self.report("hash", "m", "--digest", "sha256,sha512,blake2b,sha1,md5,git-sha1",
                             "--chunks", "--chunks-dir", "sides")
        jsonschema.Draft202012Validator(schema()).validate(report)
        self.assertEqual(report["summary"]["files"], len(self.names))
        record = next(r for r in report["records"] if r["path"] == "uni\u00e9")
        content = (self.dir / "m" / "uni\u00e9").read_bytes()
        for kind in ("sha256", "sha512", "blake2b", "sha1", "md5"):
            self.assertEqual(record["digests"][kind], hashlib.new(
                "blake2b" if kind == "blake2b" else kind, content).hexdigest())

    def test_jsonl_holds_the_same(self):
        report = self.report("hash", "m")
        lines = self.expect(CLEAN, "hash", "m", "-o", "jsonl").stdout.splitlines()
        line_schema = {**schema(), "$ref": "#/$defs/line"}
        for key in ("type", "required", "properties"):
            line_schema.pop(key)
        validator = jsonschema.Draft202012Validator(line_schema)
        parsed = [json.loads(line) for line in lines]
        for line in parsed:
            validator.validate(line)
        self.assertEqual(len(parsed), len(report["records"]) + 2)
        self.assertIn(report["records"][0]["digests"]["sha256"], lines[1].decode() + lines[3].decode())

    def test_several_outputs_of_one_run(self):
        done = self.expect(CLEAN, "hash", "m", "-o", "sums", "-o", "json=r.json", "-o",
                           "jsonl=r.jsonl")
        self.assertEqual(done.stdout, self.expect(CLEAN, "hash", "m").stdout)
        self.assertEqual((self.dir / "r.json").read_bytes(),
                         self.expect(CLEAN, "hash", "m", "-o", "json").stdout)
        self.assertEqual(sorted(os.listdir(self.dir)), ["m", "r.json", "r.jsonl"])


class SameWhatever(CliTest):
    """Nothing that is about the machine changes a byte of the output."""

    def setUp(self):
        super().setUp()
        for i, size in enumerate([0, 1, 64, 4096, 70_000, 1 << 20, (1 << 20) + 1, 9 << 20] * 5):
            self.write(f"m/{i:02}", noise(size, i))

    def test_variations(self):
        args = ["hash", "m", "-o", "json", "--digest", "sha256,md5", "--chunks", "--chunk-size",
                "64K", "--chunks-dir", "sides"]
        expected = self.expect(CLEAN, *args).stdout
        for variation in (
                ["--threads", "1"], ["--threads", "3"], ["--threads", "8"],
                ["--engine", "lanes"], ["--engine", "openssl"],
                ["--memory", "32M"], ["--memory", "64M"], ["--memory", "1G"],
                ["--block", "4096"], ["--block", "1M", "--memory", "1G"], ["--block", "12345"],
                ["--block", "64", "--threads", "1"],
                ["--direct"], ["--direct", "--block", "64K"], ["--direct", "--threads", "1"],
                ["--engine", "lanes", "--memory", "32M", "--threads", "2", "--block", "4097"]):
            with self.subTest(variation=variation):
                self.assertEqual(self.expect(CLEAN, *args, *variation).stdout, expected)

    def test_direct_says_what_became_of_it(self):
        done = self.expect(CLEAN, "hash", "m", "--direct", "--stats")
        line = next(l for l in done.stderr.decode().splitlines() if l.startswith("direct"))
        self.assertRegex(line, r"^direct +\d+ files; \d+ where the filesystem refuses it$")
        counts = [int(word) for word in line.split() if word.isdigit()]
        self.assertEqual(sum(counts), 40)


class OnATerminal(CliTest):
    """Progress goes to standard error alone; colour only to a terminal that wants it."""

    def read_terminal(self, descriptor):
        text = b""
        while True:
            try:
                part = os.read(descriptor, 65536)
            except OSError:  # the other side is closed
                break
            if not part:
                break
            text += part
        os.close(descriptor)
        return text

    def test_progress_is_never_on_standard_output(self):
        ours, theirs = pty.openpty()
        process = self.start("hash", "-", stderr=theirs)
        os.close(theirs)
        process.stdin.write(b"a" * 1000)
        process.stdin.flush()
        time.sleep(0.5)
        process.stdin.close()
        process.stdin = None
        wait_until(lambda: process.poll() is not None, "the command ended")
        shown = self.read_terminal(ours)
        self.assertEqual(process.stdout.read().decode(),
                         hashlib.sha256(b"a" * 1000).hexdigest() + "  -\n")
        self.assertIn(b"files", shown)
        self.assertTrue(shown.endswith(b"\r\x1b[K"), "the bar is wiped at the end")

    def test_quiet_shows_none(self):
        ours, theirs = pty.openpty()
        process = self.start("hash", "-q", "-", stderr=theirs)
        os.close(theirs)
        time.sleep(0.4)
        process.stdin.close()
        process.stdin = None
        wait_until(lambda: process.poll() is not None, "the command ended")
        self.assertEqual(self.read_terminal(ours), b"")

    def scan_on_terminal(self, *args, **environment):
        ours, theirs = pty.openpty()
        self.write("empty")
        process = self.start("scan", "-q", "empty", *args, stdout=theirs,
                             stdin=subprocess.DEVNULL, env=self.env(**environment))
        os.close(theirs)
        wait_until(lambda: process.poll() is not None, "the command ended")
        return self.read_terminal(ours)

    def test_colour(self):
        self.assertIn(b"\x1b[", self.scan_on_terminal())
        self.assertNotIn(b"\x1b[", self.scan_on_terminal(NO_COLOR="1"))
        self.assertNotIn(b"\x1b[", self.scan_on_terminal("--color", "never"))
        self.assertIn(b"\x1b[", self.scan_on_terminal("--color", "always", NO_COLOR="1"))
        self.assertNotIn(b"\x1b[", self.expect(CLEAN, "scan", "empty").stdout)


class CommandLine(CliTest):
    def test_help_names_every_command_and_fits_a_terminal(self):
        text = self.expect(CLEAN, "--help").stdout.decode()
        for command in ("hash", "scan", "rules", "doctor", "bench", "version"):
            self.assertIn(f"\n  {command} ", text)
            text += self.expect(CLEAN, command, "--help").stdout.decode()
        for line in text.splitlines():
            self.assertLessEqual(len(line), 80, line)

    def test_what_is_wrong_is_said_on_standard_error(self):
        self.write("x", b"1")
        for args in ([], ["bogus"], ["hash", "--bogus"], ["hash", "--engine", "magic", "x"],
                     ["hash", "--digest", "sha257", "x"], ["hash", "-o", "xml", "x"],
                     ["hash", "--threads", "0", "x"], ["hash", "--threads", "-1", "x"],
                     ["hash", "-o", "json", "-o", "sums", "x"], ["hash", "-o", "json=", "x"],
                     ["hash", "--digest", "none", "x"], ["hash", "--strict", "x"],
                     ["hash", "--block", "0", "x"], ["scan"], ["scan", "--fail-on", "dire", "x"]):
            with self.subTest(args=args):
                done = self.expect(USAGE, *args)
                self.assertEqual(done.stdout, b"")
                self.assertTrue(done.stderr.startswith(b"assay: "), done.stderr)

    def test_nothing_to_hash(self):
        os.mkdir(self.dir / "void")
        self.assertEqual(self.expect(NOTHING, "hash", "void").stdout, b"")

    def test_what_is_missing_does_not_stop_the_rest(self):
        self.write("x", b"abc")
        done = self.expect(INCOMPLETE, "hash", "missing", "x")
        self.assertEqual(done.stdout.decode(), hashlib.sha256(b"abc").hexdigest() + "  x\n")
        self.assertIn(b"assay: missing: ", done.stderr)


class OtherCommands(CliTest):
    def test_rules(self):
        listed = self.expect(CLEAN, "rules").stdout.decode()
        rules = json.loads(self.expect(CLEAN, "rules", "--json").stdout)
        ids = [rule["id"] for rule in rules["rules"]]
        self.assertEqual([line.split()[0] for line in listed.splitlines()], ids)
        self.assertEqual(ids, sorted(ids))
        self.assertRegex(rules["digest"], "^sha256:[0-9a-f]{64}$")
        for rule in rules["rules"]:
            text = self.expect(CLEAN, "rules", rule["id"]).stdout.decode()
            flat = " ".join(text.split())
            for key in ("id", "severity", "message", "why", "action"):
                self.assertIn(rule[key], flat)
            for reference in rule["references"]:
                self.assertIn(reference["id"], text)
                self.assertIn(reference["link"], text)

    def test_links_of_references(self):
        text = self.expect(CLEAN, "rules", "engine.io.changed_during_scan").stdout.decode()
        self.assertIn("https://cwe.mitre.org/data/definitions/367.html", text)
        text = self.expect(CLEAN, "rules", "file.embedded.executable").stdout.decode()
        self.assertRegex(text, r"https://atlas\.mitre\.org/techniques/AML\.T\d{4}")

    def test_rules_that_are_none(self):
        done = self.expect(USAGE, "rules", "file.ext.mismach")
        self.assertIn(b"did you mean file.ext.mismatch?", done.stderr)
        self.assertEqual(done.stdout, b"")
        self.assertNotIn(b"did you mean", self.expect(USAGE, "rules", "q" * 300).stderr)

    def test_version(self):
        version = json.loads(self.expect(CLEAN, "version", "--json").stdout)
        text = self.expect(CLEAN, "version").stdout.decode()
        self.assertTrue(text.startswith(f"assay {version['version']}\n"))
        self.assertIn(version["rules"], text)
        self.assertEqual(version["rules"],
                         json.loads(self.expect(CLEAN, "rules", "--json").stdout)["digest"])
        self.assertEqual(self.expect(CLEAN, "--version").stdout.decode().strip(),
                         f"assay {version['version']}")

    def test_doctor(self):
        self.write("x", noise(1 << 20))
        start = time.monotonic()
        found = json.loads(self.expect(CLEAN, "doctor", "--json", ".").stdout)
        self.assertLess(time.monotonic() - start, 10, "meant to take less than two seconds")
        self.assertGreater(found["sha256"]["openssl_bytes_per_second"], 0)
        self.assertGreater(found["sha256"]["lanes_bytes_per_second"], 0)
        self.assertGreaterEqual(found["sha256"]["crossover_streams"], 1)
        self.assertEqual(found["cpus"], len(os.sched_getaffinity(0)))
        self.assertEqual(found["storage"]["sampled_bytes"], 1 << 20)
        text = self.expect(CLEAN, "doctor", ".").stdout.decode()
        for word in ("CPU", "SHA-256", "used:", "Threads", "Memory", "Libraries", "O_DIRECT"):
            self.assertIn(word, text)
        self.assertIn(b"missing", self.expect(INCOMPLETE, "doctor", "missing").stderr)

    def test_bench(self):
        for i in range(3):
            self.write(f"m/{i}", noise(2 << 20, i))
        done = self.expect(CLEAN, "bench", "m", "--json", "--repeat", "1", "-q", "--svg", "p.svg")
        found = json.loads(done.stdout)
        self.assertEqual(done.stderr, b"")
        self.assertEqual((found["files"], found["bytes"]), (3, 6 << 20))
        for stage in found["stages"]:
            self.assertGreater(stage["median_bytes_per_second"], 0, stage["name"])
        yardstick = next(s for s in found["stages"] if s["name"] == "OpenSSL in memory")
        self.assertAlmostEqual(yardstick["ratio_to_openssl"], 1)
        plot = (self.dir / "p.svg").read_text()
        self.assertEqual(plot.count("<rect"), 1 + 4 + len(found["stages"]))
        self.run_any("/usr/bin/python3", "-c",
                     "import xml.dom.minidom as x; x.parse('p.svg')", check=True)
        self.expect(USAGE, "bench", "void")


if __name__ == "__main__":
    main()
