"""What the tests of the command share: running it, temporary folders, the report's schema."""
import fcntl
import json
import os
import random
import struct
import subprocess
import tempfile
import termios
import time
import unittest
from pathlib import Path

ASSAY = os.environ["ASSAY"]
SOURCE = Path(os.environ["ASSAY_SOURCE"])

CLEAN, FINDINGS, INCOMPLETE, NOTHING, USAGE, INTERRUPTED = 0, 1, 2, 3, 4, 75

LAUNCHER = """
import os, sys
silent = os.open(os.devnull, os.O_WRONLY)
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[
    (os.POSIX_SPAWN_DUP2, silent, 1), (os.POSIX_SPAWN_DUP2, silent, 2)])
_, status, usage = os.wait4(pid, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss, file=sys.stderr)
"""


def is_sanitized():
    """Whether the command was built with a sanitizer, which changes its speed and its memory."""
    with open(ASSAY, "rb") as binary:
        content = binary.read()
    return b"__asan_init" in content or b"__tsan_init" in content


def noise(size, seed=1):
    return random.Random(seed).randbytes(size)


def schema():
    return json.loads((SOURCE / "docs" / "report.schema.json").read_text())


def wait_until(condition, what, seconds=20):
    """Waits for a state that must come; the test fails when it does not."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain until {what}")
        time.sleep(0.01)


def waiting_bytes(pipe):
    """How much was written to a pipe and not read yet."""
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0]


class CliTest(unittest.TestCase):
    """A test with a folder of its own, in which the command runs."""

    maxDiff = None

    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="assay-cli-", ignore_cleanup_errors=True)
        self.addCleanup(holder.cleanup)
        self.dir = Path(holder.name).resolve()

    def write(self, name, content=b""):
        path = os.path.join(os.fsencode(self.dir), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def env(self, **more):
        kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "LS_COLORS")}
        return {**kept, "LC_ALL": "C", **more}

    def run_any(self, *command, **options):
        options.setdefault("cwd", self.dir)
        options.setdefault("env", self.env())
        options.setdefault("timeout", 120)
        if "input" not in options:
            options.setdefault("stdin", subprocess.DEVNULL)
        for stream in ("stdout", "stderr"):
            options.setdefault(stream, subprocess.PIPE)
        return subprocess.run(command, **options)

    def assay(self, *args, **options):
        return self.run_any(ASSAY, *args, **options)

    def start(self, *args, **options):
        """Starts the command; it is killed at the end of the test where it still runs."""
        options.setdefault("cwd", self.dir)
        options.setdefault("env", self.env())
        for stream in ("stdin", "stdout", "stderr"):
            options.setdefault(stream, subprocess.PIPE)
        process = subprocess.Popen([ASSAY, *args], **options)

        def end():
            if process.poll() is None:
                process.kill()
                process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream:
                    stream.close()

        self.addCleanup(end)
        return process

    def expect(self, code, *args, **options):
        """Runs the command, which must exit with this code."""
        done = self.assay(*args, **options)
        shown = [(text or b"")[-2000:] for text in (done.stdout, done.stderr)]
        self.assertEqual(done.returncode, code, (args, *shown))
        return done

    def report(self, *args, code=CLEAN):
        return json.loads(self.expect(code, *args, "-o", "json").stdout)

    def peak_memory(self, *args):
        """Exit code and peak resident memory in MiB of a run of the command. It is started by a
        small process: what a parent holds counts until its child has become another program."""
        done = self.run_any("/usr/bin/python3", "-S", "-c", LAUNCHER, ASSAY, *args)
        code, peak = done.stderr.split()[-2:]
        return int(code), int(peak) / 1024


def main():
    unittest.main(verbosity=2)
