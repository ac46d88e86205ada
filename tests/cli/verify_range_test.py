"""`assay hash --verify-range`: one range of a file against its chunk tree."""
import unittest

from _helpers import CLEAN, FINDINGS, INCOMPLETE, USAGE, CliTest, main, noise

CHUNK = 4096
SIZE = 10 * CHUNK + 100


class VerifyRange(CliTest):
    def setUp(self):
        super().setUp()
        self.content = bytearray(noise(SIZE))
        self.write("x", self.content)
        done = self.expect(CLEAN, "hash", "--digest", "none", "--chunks", "--chunk-size", "4K", "x")
        self.root = done.stdout.decode().split(" = ")[1].strip()

    def verify(self, code, offset, length, *args, file="x"):
        return self.expect(code, "hash", "--verify-range", "x.chunks", file, str(offset),
                           str(length), *args)

    def damage(self, *offsets):
        for offset in offsets:
            self.content[offset] ^= 1
        self.write("x", self.content)

    def test_what_was_verified_is_said(self):
        done = self.verify(CLEAN, 5000, 4000, "--root", self.root)
        self.assertEqual(done.stdout.decode(),
                         f"x: chunks 1 to 2, bytes 4096 to 12287: OK\n"
                         f"root {self.root}, 11 chunks of 4.0 KiB\n")
        self.assertEqual(done.stderr, b"")

    def test_sizes_may_have_units(self):
        text = self.verify(CLEAN, "8K", "4KiB", "--root", self.root).stdout.decode()
        self.assertIn("x: chunk 2, bytes 8192 to 12287: OK", text)

    def test_the_last_chunk_is_short(self):
        text = self.verify(CLEAN, SIZE - 1, 1).stdout.decode()
        self.assertIn(f"chunk 10, bytes 40960 to {SIZE - 1}: OK", text)

    def test_the_whole_file_and_nothing_of_it(self):
        self.assertIn("chunks 0 to 10", self.verify(CLEAN, 0, SIZE).stdout.decode())
        self.assertIn("no chunk", self.verify(CLEAN, 17, 0).stdout.decode())

    def test_damage_inside_is_found_and_outside_is_not_read(self):
        self.damage(3 * CHUNK + 7)
        self.assertIn("x: chunk 3, bytes 12288 to 16383: FAILED",
                      self.verify(FINDINGS, 3 * CHUNK, 1).stdout.decode())
        self.verify(CLEAN, 0, 3 * CHUNK)
        self.verify(CLEAN, 4 * CHUNK, SIZE - 4 * CHUNK)

    def test_neighbouring_bad_chunks_are_one_line(self):
        self.damage(2 * CHUNK, 3 * CHUNK, 6 * CHUNK)
        lines = self.verify(FINDINGS, 0, SIZE).stdout.decode().splitlines()
        self.assertEqual(lines[:3], ["x: chunks 2 to 3, bytes 8192 to 16383: FAILED",
                                     "x: chunk 6, bytes 24576 to 28671: FAILED",
                                     "x: 3 of 11 chunks read differ from the tree"])

    def test_the_root_has_to_be_the_trusted_one(self):
        other = self.root[:-1] + ("0" if self.root[-1] != "0" else "1")
        done = self.verify(FINDINGS, 0, 1, "--root", other)
        self.assertEqual(done.stdout, b"")
        self.assertIn(self.root.encode(), done.stderr)
        self.assertIn(b"--root", self.verify(CLEAN, 0, 1).stderr, "a note where none is given")
        self.assertEqual(self.verify(CLEAN, 0, 1, "-q").stderr, b"")
        self.verify(USAGE, 0, 1, "--root", "abc")

    def test_a_forged_tree_proves_nothing(self):
        whole = (self.dir / "x.chunks").read_bytes()
        leaves = len(whole) - (11 + 6 + 3 + 2 + 1 + 1) * 32
        # Of the leaves the last has no neighbour, so that it is computed and never read.
        for position in [*range(leaves, leaves + 10 * 32, 32), len(whole) - 1]:
            forged = bytearray(whole)
            forged[position] ^= 1
            self.write("x.chunks", forged)
            done = self.assay("hash", "--verify-range", "x.chunks", "x", "0", str(SIZE))
            self.assertIn(done.returncode, (FINDINGS, USAGE), position)
            self.assertNotIn(b"OK", done.stdout)

    def test_a_file_of_another_size(self):
        self.write("x", self.content + b"1")
        self.assertIn(b"x: the file has not the size", self.verify(FINDINGS, 0, 1).stderr)

    def test_files_that_cannot_be_had(self):
        self.assertIn(b"missing", self.verify(INCOMPLETE, 0, 1, file="missing").stderr)
        self.verify(INCOMPLETE, 0, 1, file=".")
        self.expect(USAGE, "hash", "--verify-range", "missing", "x", "0", "1")

    def test_side_files_that_are_none(self):
        whole = (self.dir / "x.chunks").read_bytes()
        for content in (b"", b"junk", noise(500), whole[:-1], whole + b"1", whole[:40]):
            self.write("x.chunks", content)
            done = self.verify(USAGE, 0, 1)
            self.assertTrue(done.stderr.startswith(b"assay: x.chunks: "), done.stderr)

    def test_ranges_that_are_none(self):
        for offset, length in ((SIZE, 1), (0, SIZE + 1), ("x", 1), (0, ""), ("-1", 1),
                               (2**64, 1), (2**63, 2**63)):
            with self.subTest(offset=offset, length=length):
                done = self.expect(USAGE, "hash", "--verify-range", "x.chunks", "--", "x",
                                   str(offset), str(length))
                self.assertEqual(done.stdout, b"")
        self.expect(USAGE, "hash", "--verify-range", "x.chunks", "x", "0")


if __name__ == "__main__":
    main()
