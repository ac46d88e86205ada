"""How long a user waits for the first byte of output on a small file, and what the start consists of."""
import os
import shutil
import statistics
import subprocess
import time
import unittest

from _helpers import ASSAY, CLEAN, INCOMPLETE, CliTest, is_sanitized, main, noise

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

    def test_onetbb_is_started_for_what_all_threads_read_together_alone(self):
        """Its first thread takes as long as fifty small files."""
        self.write("large.bin", noise(9 << 20))
        for i in range(40):
            self.write(f"small/{i}.bin", noise(2000, i))
        for args, starts in [(("--no-digest", "large.bin"), False), (("small",), False), (("large.bin",), True)]:
            done = self.assay("scan", "--threads", "2", *args, env=self.env(LD_DEBUG="files"))
            self.assertEqual(b"libtbbmalloc" in done.stderr, starts, args)

    @unittest.skipUnless(shutil.which("strace"), "no strace here")
    @unittest.skipIf(is_sanitized(), "a search for leaks does not work under strace")
    @unittest.skipIf(len(os.sched_getaffinity(0)) < 2, "there is one CPU")
    def test_several_workers_are_sent_to_cpus_of_their_own(self):
        """A single one stays where the system has it."""
        for i in range(40):
            self.write(f"small/{i}.bin", noise(2000, i))
        for threads, sent in (("1", False), ("2", True)):
            self.run_any("strace", "-f", "-e", "trace=sched_setaffinity", "-o", "trace",
                         ASSAY, "scan", "-q", "--threads", threads, "small")
            self.assertEqual("sched_setaffinity" in (self.dir / "trace").read_text(), sent, threads)

    @unittest.skipUnless(os.geteuid() == 0, "only root may become somebody who has no processes yet")
    @unittest.skipIf(is_sanitized(), "a sanitizer starts threads of its own")
    def test_threads_that_are_not_to_be_had(self):
        """One is for signals; with that one alone all is done by the first thread. Without it nothing is."""
        os.chmod(self.dir, 0o755)
        command = shutil.copy(ASSAY, self.dir)  # its own folder may be nobody else's
        for i in range(40):
            self.write(f"small/{i}.bin", noise(2000, i))
        nobody = ["setpriv", "--reuid", "4000000", "--clear-groups", "prlimit"]
        for most, code in ((2, CLEAN), (1, INCOMPLETE)):
            done = self.run_any(*nobody, f"--nproc={most}", command, "scan", "-q", "--threads", "8", "small")
            self.assertEqual(done.returncode, code, done.stderr)
        self.assertIn(b"assay: cannot go on: ", done.stderr)

    def test_it_works_at_all(self):
        self.write("x.txt", b"small\n")
        self.assertGreater(self.first_output("hash", "x.txt"), 0)


if __name__ == "__main__":
    main()
