"""What hostile surroundings may try: names in the way of side files, broken standard streams, paths that multiply."""
import os
import subprocess
import time
import unittest

from _helpers import ASSAY, CLEAN, INCOMPLETE, CliTest


class SideFiles(CliTest):
    def setUp(self):
        super().setUp()
        self.write("m/a", b"content")

    def refused(self, *args):
        done = self.assay("hash", "--chunks", *args, "m", timeout=20)
        self.assertEqual(done.returncode, INCOMPLETE, done.stderr)
        self.assertIn(b"its side file would replace", done.stderr)

    def test_a_link_is_not_written_through(self):
        victim = self.write("victim", b"precious")
        os.symlink(victim, self.dir / "m" / "a.chunks")
        self.refused()
        self.assertEqual((self.dir / "victim").read_bytes(), b"precious")

    def test_somebody_elses_file_stays(self):
        self.write("m/a.chunks", b"precious")
        self.refused()
        self.assertEqual((self.dir / "m" / "a.chunks").read_bytes(), b"precious")

    def test_a_pipe_does_not_hang(self):
        os.mkfifo(self.dir / "m" / "a.chunks")
        self.refused()

    def test_an_older_side_file_is_replaced_and_has_none_itself(self):
        for _ in range(3):
            done = self.expect(CLEAN, "hash", "--chunks", "m")
            self.assertNotIn(b".chunks", done.stdout, "what is replaced is not described")
        self.assertEqual(sorted(os.listdir(self.dir / "m")), ["a", "a.chunks"])

    def test_two_targets_do_not_share_one(self):
        self.write("n/a", b"other")
        done = self.assay("hash", "--chunks", "--chunks-dir", "sides", "m", "n")
        self.assertEqual(done.returncode, INCOMPLETE)
        self.assertIn(b"another one of this run", done.stderr)


class Streams(CliTest):
    def test_standard_error_that_cannot_be_written(self):
        self.write("a", b"x")
        with open("/dev/full", "wb") as full:
            done = self.assay("hash", "missing", "a", "--stats", stderr=full)
        self.assertEqual(done.returncode, INCOMPLETE)
        self.assertTrue(done.stdout.endswith(b"  a\n"))

    def test_a_file_does_not_become_standard_output(self):
        self.write("m/a", b"x")
        command = f"{ASSAY} hash m -o sums -o json=o.json >&- <&-"
        done = subprocess.run(command, shell=True, cwd=self.dir, stderr=subprocess.PIPE, timeout=20)
        self.assertEqual(done.returncode, INCOMPLETE, done.stderr)
        self.assertTrue((self.dir / "o.json").read_text().startswith('{"schema"'))

    def test_names_cannot_drive_the_terminal(self):
        os.mkfifo(self.dir / "x\x1b[31mRED")
        done = self.assay("hash", ".")
        self.assertNotIn(b"\x1b", done.stderr)
        self.assertIn(b"%1B[31mRED", done.stderr)

    def test_standard_input_twice(self):
        done = self.assay("hash", "-", "-", input=b"abc")
        self.assertEqual(done.returncode, INCOMPLETE)
        self.assertIn(b"standard input was read before", done.stderr)


class Paths(CliTest):
    def test_output_option_before_the_path(self):
        self.write("m/a", b"x")
        for command in ("hash", "scan"):
            done = self.assay(command, "-o", "json=r.json", "-o", "jsonl", "m")
            self.assertEqual(done.returncode, CLEAN, done.stderr)
            self.assertTrue((self.dir / "r.json").exists())
            os.remove(self.dir / "r.json")

    def test_folders_that_multiply_by_links(self):
        for i in range(24):
            os.makedirs(self.dir / "m" / f"d{i:02}")
            for name in "ab":
                os.symlink(f"../d{i + 1:02}", self.dir / "m" / f"d{i:02}" / name)
        self.write("m/d24/leaf", b"x")
        start = time.monotonic()
        done = self.assay("hash", "--follow", "m", timeout=60)
        self.assertEqual(done.returncode, CLEAN, done.stderr)
        self.assertLess(time.monotonic() - start, 30)
        self.assertIn(b"  m/d24/leaf\n", done.stdout)

    def test_a_folder_with_more_names_than_memory(self):
        os.mkdir(self.dir / "m")
        for i in range(20000):
            os.close(os.open(f"{self.dir}/m/{i:0240}", os.O_CREAT | os.O_WRONLY))
        self.write("n/a", b"x")
        done = self.assay("hash", "--memory", "32M", "m", "n")
        self.assertEqual(done.returncode, INCOMPLETE)
        self.assertIn(b"more names than the memory budget has room for", done.stderr)
        self.assertEqual(done.stdout.count(b"\n"), 1, "the rest goes on, and nothing of m is half done")

    def test_a_link_that_promises_more_than_what_it_leads_to(self):
        self.write("m/x", bytes([0xFF, 0, 0x13, 0x37] * 8))
        os.symlink("x", self.dir / "m" / "model.pkl")
        self.assertEqual(self.assay("scan", "m").returncode, INCOMPLETE)


if __name__ == "__main__":
    unittest.main()
