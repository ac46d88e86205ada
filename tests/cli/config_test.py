"""--config: what a file says counts as if it had been typed, and nothing else does."""
import os
import pickle
import unittest

from _helpers import CLEAN, FINDINGS, INCOMPLETE, USAGE, CliTest, main

# A function of somebody's package that is called: high unless it is allowed.
CALLS = pickle.GLOBAL + b"somewhere\nmake\n)R."


class ConfigTest(CliTest):
    def setUp(self):
        super().setUp()
        self.write("model.pkl", CALLS)
        self.write("notes.txt", b"text\n")

    def config(self, text):
        self.write("assay.conf", text if isinstance(text, bytes) else text.encode())
        return "--config", "assay.conf"

    def refuses(self, text, *complaint, command="scan"):
        done = self.expect(USAGE, command, "notes.txt", *self.config(text))
        self.assertEqual(done.stdout, b"")
        for part in complaint:
            self.assertIn(part, done.stderr)


class Meaning(ConfigTest):
    def test_names_are_allowed_and_named_in_the_report(self):
        self.expect(FINDINGS, "scan", "model.pkl")
        report = self.report("scan", "model.pkl", *self.config("allow = somewhere.make\n"))
        self.assertEqual(report["allowed"], ["somewhere.make"])

    def test_repeatable_options_add_up(self):
        self.write("names", b"# reviewed\nsomewhere.make  # by hand\n\n")
        config = self.config("allow = a.B\nallow = c.D\nallow-from = names\n")
        report = self.report("scan", "model.pkl", "--allow", "e.F", *config)
        self.assertEqual(report["allowed"], ["e.F", "a.B", "c.D", "somewhere.make"])

    def test_the_command_line_wins(self):
        self.write("empty.txt")
        config = self.config("fail-on = low\n")
        self.expect(FINDINGS, "scan", "empty.txt", *config)
        self.expect(CLEAN, "scan", "empty.txt", *config, "--fail-on", "high")

    def test_comments_blanks_and_line_ends(self):
        config = self.config("# ours\r\n\r\n   fail-on   =\tlow  \r\n#strict = true\r\n")
        self.write("empty.txt")
        self.expect(FINDINGS, "scan", "empty.txt", *config)

    def test_flags(self):
        self.assertEqual(self.report("scan", "notes.txt", *self.config("strict = true"))["modes"], ["strict"])
        self.assertNotIn("modes", self.report("scan", "notes.txt", *self.config("strict = false")))

    def test_a_value_is_all_that_stands_behind_the_first_equals_sign(self):
        self.expect(CLEAN, "scan", "notes.txt", *self.config("output = sums=a, b = c#d.txt\n"))
        self.assertIn(b"notes.txt", (self.dir / "a, b = c#d.txt").read_bytes())

    def test_what_excludes_each_other_does_so_from_a_file_too(self):
        self.expect(USAGE, "scan", "notes.txt", "--no-digest", *self.config("tensors = true\n"))

    def test_hash_and_inspect(self):
        done = self.expect(CLEAN, "hash", "notes.txt", *self.config("digest = md5\n"))
        self.assertEqual(len(done.stdout.split()[0]), 32)
        self.expect(FINDINGS, "inspect", "model.pkl")
        self.expect(CLEAN, "inspect", "model.pkl", *self.config("allow = somewhere.make\n"))

    def test_nothing_is_read_unless_it_is_named(self):
        for name in ("assay.conf", ".assay", "assay.ini", "config.ini", ".config/assay/config"):
            self.write(name, b"allow = somewhere.make\n")
        env = self.env(HOME=str(self.dir), XDG_CONFIG_HOME=str(self.dir), ASSAY_CONFIG="assay.conf")
        self.expect(FINDINGS, "scan", "model.pkl", env=env)


class Refusals(ConfigTest):
    def test_what_is_no_option(self):
        self.refuses("fail-on = low\nfail-off = low\n", b"assay.conf:2: fail-off = low: no such option")
        for key in ("PATH", "--strict", "-q", "q", "", "help=", "[scan]", "Strict", "fail-on.x", "::"):
            self.refuses(key + " = true\n", b"no such option" if key != "help=" else b"")

    def test_options_of_other_commands(self):
        self.refuses("strict = true\nfail-on = low\n", b":2: ", b"no such option", command="inspect")

    def test_options_for_the_command_line_alone(self):
        self.refuses("config = other.conf\n", b"command line alone")
        self.refuses("check = SUMS\n", b"command line alone", command="hash")
        self.refuses("help = true\n", b"command line alone")

    def test_lines_that_say_nothing(self):
        self.refuses("strict\n", b":1: strict: not NAME = VALUE")
        self.refuses("[scan]\n", b"not NAME = VALUE")
        self.refuses("fail-on =\n", b"no value")
        self.refuses("strict = yes\n", b"neither true nor false")
        self.refuses("strict = \n", b"no value")

    def test_values_are_checked_as_if_typed(self):
        self.refuses("fail-on = sometimes\n", b"--fail-on")
        self.refuses("threads = 0\n", b"--threads")
        self.refuses("memory = much\n", b"much")
        self.refuses("output = poem\n", b"poem")

    def test_one_option_twice(self):
        self.refuses("fail-on = low\nfail-on = high\n", b":2: ", b"given twice")
        self.refuses("strict = true\nstrict = false\n", b":2: ", b"given twice")

    def test_files_that_cannot_be_read(self):
        for name in ("missing", "."):
            self.expect(USAGE, "scan", "notes.txt", "--config", name)
        self.expect(USAGE, "scan", "notes.txt", "--config", "/dev/zero")
        self.expect(USAGE, "scan", "notes.txt", "--config")
        self.expect(USAGE, "scan", "notes.txt", *self.config(""), "--config", "assay.conf")

    def test_hostile_bytes(self):
        self.refuses(b"\x1b[2Jstrict = true\n", b"%1B[2J")
        self.refuses(b"strict\0 = true\n", b"no such option")
        self.refuses(b"\x80\x04K\x01.\n", b"not NAME")
        self.refuses(b"a = " + b"b" * (2 << 20), b"too large")
        self.refuses(b"\xef\xbb\xbfstrict = true\n", b"no such option")


if __name__ == "__main__":
    main()
