"""Peak memory stays below the number that the user gave, whatever the input."""
import os
import unittest

from _helpers import CLEAN, CliTest, is_sanitized, main, noise

BUDGETS = {"256 MiB": (256, []), "64 MiB": (64, ["--memory", "64M"])}


@unittest.skipIf(is_sanitized(), "a sanitizer's own memory counts, too")
class Memory(CliTest):
    def check(self, *args):
        for title, (limit, options) in BUDGETS.items():
            with self.subTest(budget=title):
                code, peak = self.peak_memory(*args, *options)
                self.assertEqual(code, CLEAN)
                self.assertLess(peak, limit)
                self.assertGreater(peak, 1, "nothing was measured")

    def test_many_small_files(self):
        for i in range(5000):
            self.write(f"m/{i // 500}/{i}.txt", b"content %d\n" % i)
        self.check("hash", "m")
        self.check("scan", "m", "-o", "json", "--threads", "8")

    def test_one_large_file_with_its_tree(self):
        path = self.write("large", noise(32 << 20))
        with open(path, "r+b") as file:
            file.truncate(512 << 20)
            file.seek((512 << 20) - (8 << 20))
            file.write(noise(8 << 20, 2))
        self.check("hash", "--chunks", "--chunks-dir", "sides", "large")
        self.check("hash", "--chunks", "--chunks-dir", "sides", "--digest", "none", "large")
        self.check("scan", "large")

    def test_large_files_side_by_side(self):
        for i in range(40):
            path = self.write(f"m/{i:02}", noise(1 << 20, i))
            os.truncate(path, 12 << 20)
        self.check("hash", "m", "--threads", "4")
        self.check("hash", "m", "--direct")

    def test_a_wide_folder(self):
        os.mkdir(self.dir / "m")
        for i in range(20_000):
            os.close(os.open(self.dir / "m" / f"{i:06}-{'x' * 100}", os.O_CREAT | os.O_WRONLY))
        self.check("hash", "m")

    def test_a_deep_folder(self):
        here = os.open(self.dir, os.O_RDONLY)
        for _ in range(400):
            os.mkdir("d", dir_fd=here)
            below = os.open("d", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
            os.close(os.open("f", os.O_CREAT | os.O_WRONLY, dir_fd=here))
        os.close(here)
        self.check("hash", "d")
        listed = self.expect(CLEAN, "hash", "d").stdout.splitlines()
        self.assertEqual(len(listed), 400)

    def test_a_long_list_to_check(self):
        self.write("x", b"1")
        line = self.run_any("sha256sum", "x").stdout
        self.write("LIST", line * 50_000)
        self.check("hash", "--check", "LIST")


if __name__ == "__main__":
    main()
