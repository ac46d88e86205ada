"""How long a user waits for the first byte of output on a small file, and what the start consists of."""
import os
import statistics
import subprocess
import time
import unittest

from _helpers import CLEAN, CliTest, is_sanitized, main, noise

LIMIT = 0.015  # seconds
# What is loaded before main(): each library is 0.2 ms, of the 4 that a start takes. What is needed
# for one command alone is loaded by it (dlopen), what only computes is linked in where the system has
# an archive of it (of ISA-L and fmt it has none); see HACKING.md.
LIBRARIES = {"libfmt", "libtbb", "libcrypto", "libblake3", "libisal", "libstdc++", "libm", "libgcc_s", "libc"}


class Startup(CliTest):
    def first_output(self, *args):
        start = time.perf_counter()
        process = self.start(*args, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, bufsize=0)
        first = process.stdout.read(1)
        took = time.perf_counter() - start
        self.assertEqual(len(first), 1, args)
        process.stdout.read()
        self.assertEqual(process.wait(), CLEAN)
        process.stdout.close()
        return took

    def median(self, *args):
        """The best of a few medians: a machine that is busy with other things proves nothing."""
        best = float("inf")
        for _ in range(5):
            best = min(best, statistics.median(self.first_output(*args) for _ in range(15)))
            if best < LIMIT:
                break
            time.sleep(0.5)
        print(f"{best * 1000:.1f} ms ", end="", flush=True)
        return best

    @unittest.skipIf(is_sanitized(), "a sanitizer makes it slower")
    def test_a_small_file(self):
        self.write("x.txt", b"small\n")
        self.assertLess(self.median("hash", "x.txt"), LIMIT)
        self.assertLess(self.median("scan", "x.txt"), LIMIT)

    @unittest.skipIf(is_sanitized(), "a sanitizer brings its own")
    def test_no_other_library_is_loaded_at_the_start(self):
        done = self.assay("version", env=self.env(LD_TRACE_LOADED_OBJECTS="1"))
        loaded = [line.split()[0].decode() for line in done.stdout.splitlines() if b".so" in line]
        names = {os.path.basename(name).split(".so")[0] for name in loaded} - {"linux-vdso", "ld-linux-x86-64"}
        self.assertIn("libc", names)
        self.assertEqual(names - LIBRARIES, set())

    def test_one_file_of_which_only_the_structure_is_read_starts_no_threads(self):
        """oneTBB's first thread takes longer than the work."""
        self.write("large.bin", noise(2 << 20))
        for args, starts in [(("--no-digest",), False), ((), True)]:
            done = self.assay("scan", *args, "large.bin", env=self.env(LD_DEBUG="files"))
            self.assertEqual(b"libtbbmalloc" in done.stderr, starts, args)

    def test_it_works_at_all(self):
        self.write("x.txt", b"small\n")
        self.assertGreater(self.first_output("hash", "x.txt"), 0)


if __name__ == "__main__":
    main()
