"""`assay hash --check`, beside `sha256sum --check`: same lines, same warnings."""
import hashlib
import json
import os
import signal
import unittest

from _helpers import (CLEAN, FINDINGS, INCOMPLETE, INTERRUPTED, NOTHING, USAGE, CliTest, main,
                      noise, wait_until, waiting_bytes)

ODD_NAMES = [b"two words", b"new\nline", b"back\\slash", b"cr\r", b"\xff\xfe", b" blank", b"*star"]
GONE = "0" * 64 + "  gone\n"


class CheckTest(CliTest):
    def setUp(self):
        super().setUp()
        self.write("good", b"good")
        self.write("bad", b"bad")
        self.good = self.line("good")
        self.bad = "f" * 64 + "  bad\n"

    def line(self, name, tool="sha256sum"):
        return self.run_any(tool, name).stdout.decode()

    def same(self, codes, *args, **options):
        """Both tools print the same, their names aside; `codes` are theirs and ours."""
        peer = self.run_any("sha256sum", "--check", *args, **options)
        ours = self.assay("hash", "--digest", "sha256", "--check", *args, **options)
        self.assertEqual(ours.stdout, peer.stdout)
        self.assertEqual(self.messages(ours.stderr, b"assay: "),
                         self.messages(peer.stderr, b"sha256sum: "))
        self.assertEqual((peer.returncode, ours.returncode), codes)

    @staticmethod
    def messages(stderr, name):
        """Warnings in their order, and the rest once each: we read the whole list first, open
        each file once, say what could not be done ("cannot open") and quote fewer names."""
        lines = [line.removeprefix(name) for line in stderr.splitlines()]
        for extra in (b"cannot open: ", b"cannot open the list: ", b"'"):
            lines = [line.replace(extra, b"") for line in lines]
        warnings = [line for line in lines if line.startswith(b"WARNING: ")]
        return warnings, sorted(set(lines) - set(warnings))


class LikeSha256sum(CheckTest):
    def lists(self):
        plain = self.good + self.bad + GONE
        return {
            "all well": (self.good, 0, CLEAN),
            "twice": (self.good + self.good, 0, CLEAN),
            "a mismatch": (self.good + self.bad, 1, FINDINGS),
            "a missing one": (self.good + GONE, 1, INCOMPLETE),
            "both": (plain, 1, FINDINGS),
            "many of each": (plain + plain + "junk\n" + "junk\n" + self.good, 1, FINDINGS),
            "one bad line": ("junk\n" + self.good, 0, CLEAN),
            "comments": ("# x\n\n\r\n" + self.good, 0, CLEAN),
            "no last newline": (self.good.rstrip("\n"), 0, CLEAN),
            "carriage returns": (self.good.replace("\n", "\r\n"), 0, CLEAN),
            "binary marks": (self.good.replace("  ", " *"), 0, CLEAN),
            "leading blanks": (" \t" + self.good, 0, CLEAN),
            "capitals": (self.good[:64].upper() + self.good[64:], 0, CLEAN),
            "a folder": (self.good + "0" * 64 + "  .\n", 1, INCOMPLETE),
            "a folder in place of a file": ("0" * 64 + "  good/\n", 1, INCOMPLETE),
            "reversed": (self.good.replace("  ", " "), 0, CLEAN),
            "mixed spacing": (self.good + self.good.replace("  ", " "), 0, CLEAN),
            "reversed first": (self.good.replace("  ", " ") + self.good, 1, INCOMPLETE),
            "tagged": (self.run_any("sha256sum", "--tag", "good", "bad").stdout.decode(), 0, CLEAN),
            "wrong length": (self.good[1:] + self.good, 0, CLEAN),
            "no hex": ("g" + self.good[1:] + self.good, 0, CLEAN),
            "bad escape": ("\\" + self.good[:66] + "a\\tb\n" + self.good, 0, CLEAN),
        }

    def test_lists_and_options(self):
        for title, (text, peer_code, our_code) in self.lists().items():
            self.write("LIST", text.encode())
            for option in ([], ["--warn"], ["--quiet"], ["--status"]):
                with self.subTest(title=title, option=option):
                    self.same((peer_code, our_code), *option, "LIST")
                with self.subTest(title=title, option=option, by="standard input"):
                    self.same((peer_code, our_code), *option, input=text.encode())

    def test_strict(self):
        self.write("LIST", ("junk\n" + self.good).encode())
        self.same((1, INCOMPLETE), "--strict", "LIST")
        self.same((1, INCOMPLETE), "--strict", "--warn", "LIST")
        self.write("LIST", ("junk\n" + self.bad).encode())
        self.same((1, FINDINGS), "--strict", "LIST")
        self.write("LIST", self.good.encode())
        self.same((0, CLEAN), "--strict", "LIST")

    def test_ignore_missing(self):
        for text, codes in ((self.good + GONE, (0, CLEAN)), (GONE, (1, NOTHING)),
                            (self.bad + GONE, (1, FINDINGS))):
            self.write("LIST", text.encode())
            for option in ([], ["--quiet"], ["--status"]):
                with self.subTest(text=text, option=option):
                    self.same(codes, "--ignore-missing", *option, "LIST")

    def test_lists_that_are_none(self):
        for content in (b"", b"junk\n", b"# only this\n", noise(100_000), b"x" * 200_000):
            self.write("LIST", content)
            with self.subTest(content=content[:20]):
                self.same((1, USAGE), "LIST")
        self.same((1, USAGE), "missing-list")
        done = self.expect(USAGE, "hash", "--check", ".")
        self.assertIn(b"Is a directory", done.stderr)

    def test_odd_names(self):
        """Newer coreutils escape names with a backslash or a carriage return, too; so do we."""
        for name in ODD_NAMES:
            self.write(name, name)
        for arguments in ((), ("--tag",)):
            self.write("LIST", self.run_any("sha256sum", *arguments, "--", *ODD_NAMES).stdout)
            peer = self.run_any("sha256sum", "--check", "LIST").stdout
            peer = peer.replace(b"\nback\\slash:", b"\n\\back\\\\slash:")
            peer = peer.replace(b"\ncr\r:", b"\n\\cr\\r:")
            self.assertEqual(self.expect(CLEAN, "hash", "--check", "LIST").stdout, peer)
        os.remove(os.path.join(os.fsencode(self.dir), ODD_NAMES[1]))
        done = self.expect(INCOMPLETE, "hash", "--check", "LIST")
        self.assertIn(b"\n\\new\\nline: FAILED open or read\n", done.stdout)

    def test_standard_input_as_a_file(self):
        wanted = hashlib.sha256(b"abc").hexdigest()
        self.write("LIST", f"{wanted}  -\n".encode())
        self.same((0, CLEAN), "LIST", input=b"abc")
        self.same((1, FINDINGS), "LIST", input=b"abd")
        self.same((1, USAGE), input=f"{wanted}  -\n".encode())

    def test_results_come_in_the_order_of_the_list(self):
        names = [f"{i * 7919 % 300:03}" for i in range(300)]
        for i, name in enumerate(names):
            self.write(name, noise(i * 400, i))
        lines = self.run_any("sha256sum", *names).stdout.decode().splitlines(keepends=True)
        for i in range(0, 300, 7):
            lines[i] = "0" * 64 + lines[i][64:]
        for i in range(3, 300, 31):
            lines[i] = lines[i].replace("  ", "  gone-")
        self.write("LIST", "".join(lines).encode())
        self.same((1, FINDINGS), "LIST")
        for threads in ("1", "8"):
            ours = self.assay("hash", "-c", "LIST", "--threads", threads)
            self.assertEqual(ours.stdout, self.run_any("sha256sum", "-c", "LIST").stdout)


class OtherLists(CheckTest):
    def test_every_tool_s_own_list(self):
        for tool in ("md5sum", "sha1sum", "sha256sum", "sha512sum", "b2sum"):
            for arguments in ((), ("--tag",)):
                listed = self.run_any(tool, *arguments, "good", "bad").stdout
                self.write("LIST", listed)
                done = self.expect(CLEAN, "hash", "-c", "LIST")
                self.assertEqual(done.stdout, b"good: OK\nbad: OK\n", tool)
                self.write("good", b"changed")
                done = self.expect(FINDINGS, "hash", "-c", "LIST")
                self.assertEqual(done.stdout, b"good: FAILED\nbad: OK\n", tool)
                self.write("good", b"good")

    def test_a_list_of_many_kinds_keeps_its_order(self):
        text = "".join(self.line(name, tool) for tool in ("sha1sum", "sha256sum", "b2sum", "md5sum")
                       for name in ("good", "bad"))
        text += self.run_any("sha512sum", "--tag", "good").stdout.decode() + GONE
        self.write("LIST", text.encode())
        done = self.expect(INCOMPLETE, "hash", "-c", "LIST")
        self.assertEqual(done.stdout, b"good: OK\nbad: OK\n" * 4 +
                         b"good: OK\ngone: FAILED open or read\n")

    def test_what_assay_itself_prints(self):
        self.write("big", noise(100_000))
        args = ["--digest", "sha256,sha512,blake2b,sha1,md5,git-sha1", "--chunks", "--chunk-size",
                "4K", "--chunks-dir", "sides"]
        listed = self.expect(CLEAN, "hash", *args, "good", "bad", "big").stdout
        listed += self.expect(CLEAN, "hash", "--chunks", "--chunk-size", "8K", "--chunks-dir",
                              "sides", "big").stdout
        self.write("LIST", listed)
        before = sorted(os.listdir(self.dir))
        done = self.expect(CLEAN, "hash", "-c", "LIST")
        self.assertEqual(done.stdout.count(b": OK\n"), 3 * 7 + 2)
        self.assertEqual(sorted(os.listdir(self.dir)), before, "checking writes no side file")
        self.write("big", noise(100_001))
        done = self.expect(FINDINGS, "hash", "-c", "LIST")
        self.assertEqual(done.stdout.count(b"big: FAILED\n"), 7 + 2)

    def test_the_kind_can_be_fixed(self):
        self.write("LIST", self.line("good", "sha512sum").encode())
        self.expect(CLEAN, "hash", "-c", "LIST", "--digest", "sha512")
        self.expect(FINDINGS, "hash", "-c", "LIST", "--digest", "blake2b")
        self.expect(USAGE, "hash", "-c", "LIST", "--digest", "sha256")
        self.expect(USAGE, "hash", "-c", "LIST", "--digest", "sha512,blake2b")

    def test_short_blake2b_is_refused_clearly(self):
        listed = self.run_any("b2sum", "--tag", "-l", "256", "good").stdout
        self.write("LIST", listed + self.good.encode())
        done = self.expect(INCOMPLETE, "hash", "-c", "LIST")
        self.assertEqual(done.stdout, b"good: FAILED not supported\ngood: OK\n")
        self.assertIn(b"assay: LIST: 1: BLAKE2b is only supported with its full 512 bits\n",
                      done.stderr)

    def test_what_is_not_supported_is_said_of_every_line(self):
        short = self.run_any("b2sum", "--tag", "-l", "256", "good", "bad").stdout.decode()
        self.write("LIST", (short + self.good + "BLAKE2b-256 (gone) = 00\n").encode())
        done = self.expect(INCOMPLETE, "hash", "-c", "LIST")
        self.assertEqual(done.stdout, b"good: FAILED not supported\nbad: FAILED not supported\n"
                                      b"good: OK\ngone: FAILED not supported\n")
        said = [line.split(b": ")[2] for line in done.stderr.splitlines() if b"LIST" in line]
        self.assertEqual(said, [b"1", b"2", b"4"])
        self.assertIn(b"WARNING: 3 listed digests are not supported\n", done.stderr)
        done = self.expect(INCOMPLETE, "hash", "-c", "--status", "LIST")
        self.assertEqual((done.stdout, done.stderr), (b"", b""))
        self.expect(INCOMPLETE, "hash", "-c", "--quiet", "LIST")
        self.write("LIST", (short + self.bad).encode())
        self.expect(FINDINGS, "hash", "-c", "LIST")
        self.write("LIST", short.encode())
        self.expect(INCOMPLETE, "hash", "-c", "LIST")

    def test_a_digest_that_this_build_lacks_spares_the_others(self):
        has_it = json.loads(self.expect(CLEAN, "version", "--json").stdout)["blake3"]
        self.write("LIST", (f"BLAKE3 (good) = {'0' * 64}\n" + self.good).encode())
        done = self.expect(FINDINGS if has_it else INCOMPLETE, "hash", "-c", "LIST")
        said = b"FAILED" if has_it else b"FAILED not supported"
        self.assertEqual(done.stdout, b"good: " + said + b"\ngood: OK\n")
        if not has_it:
            self.assertIn(b"assay: LIST: 1: this build has no libblake3", done.stderr)
            self.expect(USAGE, "hash", "-c", "LIST", "--digest", "blake3")

    def test_what_was_found_before_an_interruption_is_printed(self):
        # Kinds are computed one after the other: all of SHA-256 is done when MD5 starts.
        self.write("LIST", f"{self.good}{'0' * 32}  -\n".encode())
        process = self.start("hash", "-c", "LIST")
        process.stdin.write(b"x")
        process.stdin.flush()
        wait_until(lambda: waiting_bytes(process.stdin) == 0, "standard input is being read")
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        out, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED)
        self.assertEqual(out, b"good: OK\n")

    def test_several_lists(self):
        self.write("A", self.good.encode())
        self.write("B", self.bad.encode())
        self.write("C", GONE.encode())
        done = self.expect(FINDINGS, "hash", "-c", "A", "C", "B")
        self.assertEqual(done.stdout, b"good: OK\ngone: FAILED open or read\nbad: FAILED\n")
        self.expect(INCOMPLETE, "hash", "-c", "A", "C")

    def test_a_closed_or_full_output_is_no_success(self):
        self.write("LIST", self.good.encode())
        with open("/dev/full", "wb") as full:
            done = self.expect(INCOMPLETE, "hash", "-c", "LIST", stdout=full)
        self.assertIn(b"standard output", done.stderr)


if __name__ == "__main__":
    main()
