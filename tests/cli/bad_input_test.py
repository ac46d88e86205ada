"""What goes wrong on real machines: each has a message that names the file, the run goes on, the
exit code says so, and no half-written output stands under its final name."""
import fcntl
import hashlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import unittest

from _helpers import (ASSAY, CLEAN, FINDINGS, INCOMPLETE, INTERRUPTED, NOTHING, USAGE, CliTest,
                      is_sanitized, main, noise, wait_until, waiting_bytes)

NOBODY = 65534


def sum_line(content, name):
    return f"{hashlib.sha256(content).hexdigest()}  {name}\n"


class BadTest(CliTest):
    def setUp(self):
        super().setUp()
        self.write("m/a.txt", b"first\n")
        self.write("m/z.txt", b"last\n")
        self.rest = sum_line(b"first\n", "m/a.txt") + sum_line(b"last\n", "m/z.txt")

    def hash_with_complaint(self, *complaint, code=INCOMPLETE, args=("hash", "m"), **options):
        """The rest is hashed all the same, and one message holds all of these texts."""
        done = self.expect(code, *args, **options)
        self.assertEqual(done.stdout.decode(), self.rest)
        lines = done.stderr.decode(errors="surrogateescape").splitlines()
        self.assertEqual(len(lines), 1, lines)
        self.assertTrue(lines[0].startswith("assay: "))
        for text in complaint:
            self.assertIn(text, lines[0])


class Files(BadTest):
    def unprivileged(self, *args):
        """Runs the command as an account that permissions bind."""
        if os.geteuid() != 0:
            return self.assay(*args)
        for path, folders, files in os.walk(self.dir):
            for name in folders + files + ["."]:
                os.chown(os.path.join(path, name), NOBODY, NOBODY, follow_symlinks=False)
        drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        probe = self.run_any(*drop, ASSAY, "--version")
        if probe.returncode != 0:
            print("SKIPPED: cannot run the command without privileges", file=sys.stderr)
            self.skipTest(f"cannot drop privileges: {probe.stderr.decode()}")
        return self.run_any(*drop, ASSAY, *args)

    def test_unreadable_file_and_folder(self):
        self.write("m/locked.txt", b"secret")
        self.write("m/shut/inside.txt", b"secret")
        os.chmod(self.dir / "m" / "locked.txt", 0)
        os.chmod(self.dir / "m" / "shut", 0)
        self.addCleanup(os.chmod, self.dir / "m" / "shut", 0o700)
        done = self.unprivileged("hash", "m")
        self.assertEqual(done.stdout.decode(), self.rest, done.stderr)
        self.assertEqual(done.returncode, INCOMPLETE)
        self.assertIn(b"assay: m/locked.txt: cannot open: Permission denied\n", done.stderr)
        self.assertIn(b"assay: m/shut: cannot open the folder: Permission denied\n", done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 2)
        done = self.unprivileged("scan", "m", "-o", "json", "--fail-on", "critical")
        self.assertEqual(done.returncode, INCOMPLETE, done.stderr)
        records = {r["path"]: r for r in json.loads(done.stdout)["records"]}
        for path in ("locked.txt", "shut"):
            self.assertEqual(records[path]["coverage"], "unreadable")
            self.assertEqual(records[path]["digests"], {})
        self.assertEqual(records["z.txt"]["coverage"], "full")

    def test_folder_loop(self):
        os.symlink("..", self.dir / "m" / "loop")
        done = self.expect(INCOMPLETE, "hash", "--follow", "m")
        self.assertIn(b"assay: m/loop/m: leads back to a folder above it\n", done.stderr)
        self.assertEqual(done.stdout.decode(), self.rest)
        os.remove(self.dir / "m" / "loop")
        os.symlink(".", self.dir / "m" / "loop")
        self.hash_with_complaint("m/loop", "leads back", args=("hash", "--follow", "m"))
        os.remove(self.dir / "m" / "loop")
        os.symlink("loop", self.dir / "m" / "loop")
        self.hash_with_complaint("m/loop", "Too many levels of symbolic links",
                                 args=("hash", "--follow", "m"))

    def test_dangling_link(self):
        os.symlink("nowhere", self.dir / "m" / "link")
        self.hash_with_complaint("m/link", "link to nowhere", code=CLEAN)
        self.hash_with_complaint("m/link", "No such file", args=("hash", "--follow", "m"))
        self.assertIn(b"assay: m/link: cannot open",
                      self.expect(INCOMPLETE, "hash", "m/link").stderr)

    def test_link_that_leads_out(self):
        os.symlink("../elsewhere", self.dir / "m" / "link")
        self.write("elsewhere", b"x")
        self.hash_with_complaint("m/link", "out of the target", "../elsewhere")

    def test_fifo(self):
        os.mkfifo(self.dir / "m" / "pipe")
        self.hash_with_complaint("m/pipe", "named pipe", timeout=10)
        self.assertIn(b"m/pipe", self.expect(INCOMPLETE, "hash", "m/pipe", timeout=10).stderr)

    def test_socket(self):
        with socket.socket(socket.AF_UNIX) as listener:
            here = os.getcwd()
            os.chdir(self.dir)  # the name of a socket has little room
            try:
                listener.bind("m/socket")
            finally:
                os.chdir(here)
            self.hash_with_complaint("m/socket", "a socket", timeout=10)

    def test_device(self):
        done = self.expect(INCOMPLETE, "hash", "/dev/zero", "m", timeout=10)
        self.assertEqual(done.stdout.decode(), self.rest)
        self.assertEqual(done.stderr, b"assay: /dev/zero: not read, it is a device\n")

    def test_names_in_messages_stay_on_their_line(self):
        done = self.expect(INCOMPLETE, "hash", "no\nsuch\rfile\\", "m")
        self.assertEqual(done.stdout.decode(), self.rest)
        self.assertIn(b"assay: no\\nsuch\\rfile\\\\: cannot open", done.stderr)
        self.assertEqual(done.stderr.count(b"\n"), 1)

    def test_names_that_are_not_utf8(self):
        os.mkfifo(os.fsencode(self.dir) + b"/m/\xff\xfe")
        self.hash_with_complaint("m/%FF%FE", "named pipe")
        record = self.report("hash", "m", code=INCOMPLETE)["records"][-1]
        self.assertEqual(record["path"], "%FF%FE")

    def test_empty_file(self):
        self.write("m/empty")
        self.assertIn(sum_line(b"", "m/empty"), self.expect(CLEAN, "hash", "m").stdout.decode())

    def test_file_deleted_between_walk_and_open(self):
        # The walk runs ahead of the reading: when the only worker has taken the first bytes of
        # standard input, the folder is listed, and nothing in it is opened before a block is full.
        self.write("m/gone.txt", b"soon gone\n")
        process = self.start("hash", "-", "m", "--threads", "1")
        process.stdin.write(b"a few bytes")
        process.stdin.flush()
        wait_until(lambda: waiting_bytes(process.stdin) == 0, "the first bytes are read")
        os.remove(self.dir / "m" / "gone.txt")
        out, err = process.communicate(timeout=60)
        self.assertEqual(out.decode(), sum_line(b"a few bytes", "-") + self.rest)
        self.assertEqual(err, b"assay: m/gone.txt: cannot open: No such file or directory\n")
        self.assertEqual(process.returncode, INCOMPLETE)


class Changing(BadTest):
    """A file that is written to while it is read."""

    def change_while_read(self, change):
        path = self.write("m/b.bin", noise(1000))
        os.truncate(path, 64 << 30)
        process = self.start("hash", "m/b.bin", "m/a.txt", "--digest", "md5")
        def has_read():
            with open(f"/proc/{process.pid}/io") as counters:
                read = dict(line.split(": ") for line in counters)["rchar"]
            return int(read) > 16 << 20
        wait_until(has_read, "the file is being read")
        change(path)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, INCOMPLETE, err)
        self.assertEqual(out.decode(), f"{hashlib.md5(b'first' + bytes([10])).hexdigest()}  m/a.txt\n")
        return err.decode()

    def test_file_that_shrinks(self):
        err = self.change_while_read(lambda path: os.truncate(path, 4096))
        self.assertIn("assay: m/b.bin: the file shrank while it was read", err)


class Outputs(BadTest):
    def leftovers(self):
        return sorted(name for name in os.listdir(self.dir) if name != "m")

    def test_closed_pipe(self):
        for command in ("hash", "scan"):
            reader, writer = os.pipe()
            os.close(reader)
            done = self.expect(INCOMPLETE, command, "m", stdout=writer)
            os.close(writer)
            self.assertIn(b"assay: standard output: cannot write the output: Broken pipe\n",
                          done.stderr)

    def test_closed_standard_output(self):
        done = self.run_any("sh", "-c", '"$0" hash m >&-', ASSAY)
        self.assertEqual(done.returncode, INCOMPLETE)
        self.assertIn(b"assay: standard output: ", done.stderr)

    def test_full_disk_at_standard_output(self):
        for command in (["hash", "m"], ["scan", "m"], ["rules"], ["version"], ["doctor"],
                        ["--version"], ["--help"], ["hash", "--help"]):
            with open("/dev/full", "wb") as full:
                done = self.expect(INCOMPLETE, *command, stdout=full)
            self.assertIn(b"assay: standard output: cannot write the output: No space left",
                          done.stderr, command)

    def test_full_device_spares_other_outputs(self):
        done = self.expect(INCOMPLETE, "hash", "m", "-o", "json=/dev/full", "-o", "sums")
        self.assertEqual(done.stdout.decode(), self.rest)
        self.assertIn(b"assay: /dev/full: ", done.stderr)

    def test_full_disk(self):
        os.mkdir(self.dir / "tiny")
        mounted = self.run_any("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "tiny")
        if mounted.returncode != 0:
            print("SKIPPED: cannot mount a small file system", file=sys.stderr)
            self.skipTest(mounted.stderr.decode())
        self.addCleanup(self.run_any, "umount", self.dir / "tiny")
        for i in range(1000):
            self.write(f"many/{i:04}", b"%d" % i)
        (self.dir / "tiny" / "old.json").write_text("as it was")
        for name in ("new.json", "old.json"):
            done = self.expect(INCOMPLETE, "hash", "many", "-o", f"json=tiny/{name}", "-o", "sums")
            self.assertEqual(done.stdout.count(b"\n"), 1000, "the other output is whole")
            self.assertIn(f"assay: tiny/{name}: ".encode(), done.stderr)
            self.assertIn(b"No space left on device", done.stderr)
        self.assertEqual(os.listdir(self.dir / "tiny"), ["old.json"])
        self.assertEqual((self.dir / "tiny" / "old.json").read_text(), "as it was")

    def test_files_that_may_not_grow(self):
        """A limit on the size of files is a full disk, and ends nothing else."""
        for i in range(1000):
            self.write(f"many/{i:04}", b"%d" % i)
        self.expect(CLEAN, "keygen", "k", "--plain")
        os.mkdir(self.dir / "out")
        self.expect(CLEAN, "sign", "m", "--key", "k.key", "-s", "out/model.sig")
        before = (self.dir / "out/model.sig").read_bytes()
        limited = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))}
        for command in (("sign", "many", "--key", "k.key", "-s", "out/model.sig"),
                        ("hash", "many", "-o", "json=out/new.json")):
            done = self.expect(INCOMPLETE, *command, **limited)
            self.assertIn(b"File too large", done.stderr)
        self.assertEqual(os.listdir(self.dir / "out"), ["model.sig"])
        self.assertEqual((self.dir / "out/model.sig").read_bytes(), before)

    def test_output_that_cannot_be_made(self):
        for target in ("nowhere/out.json", "m", "m/a.txt/out.json"):
            done = self.expect(USAGE, "hash", "m", "-o", f"json={target}")
            self.assertEqual(done.stdout, b"")
            self.assertTrue(done.stderr.startswith(f"assay: {target}: ".encode()), done.stderr)
        self.assertEqual(self.leftovers(), [])

    def test_side_file_that_cannot_be_made(self):
        self.write("blocked", b"a file, no folder")
        done = self.expect(INCOMPLETE, "hash", "--chunks", "--chunks-dir", "blocked", "m")
        self.assertEqual(done.stderr.count(b"assay: m/"), 2)
        self.assertEqual(self.leftovers(), ["blocked"])

    def interrupt(self, number):
        os.truncate(self.write("m/endless"), 1 << 42)
        process = self.start("hash", "m", "-o", "json=out.json", "-o", "sums=out.sums",
                             stdin=subprocess.DEVNULL)

        def is_ready():
            with open(f"/proc/{process.pid}/status") as status:
                blocked = next(line for line in status if line.startswith("SigBlk"))
            return bool(int(blocked.split()[1], 16) & (1 << (number - 1)))
        wait_until(is_ready, "the command handles signals")
        wait_until(lambda: len(self.leftovers()) == 2, "both are being written, under other names")
        self.assertNotIn("out.json", self.leftovers())
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED, err)
        self.assertIn(b"assay: interrupted\n", err)
        self.assertEqual(self.leftovers(), [])

    def test_interrupted(self):
        self.interrupt(signal.SIGINT)

    def test_terminated(self):
        self.interrupt(signal.SIGTERM)

    def test_interrupted_twice(self):
        """Once the run waits for a pipe that nobody reads, only the second interrupt ends it."""
        for i in range(2000):
            self.write(f"m/{i:0100}")
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        room = fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
        process = self.start("hash", "m", "-o", "json=out.json", "-o", "sums", "--chunks",
                             "--chunks-dir", "sides", stdin=subprocess.DEVNULL, stdout=writer)
        os.close(writer)
        wait_until(lambda: waiting_bytes(reader) == room, "the pipe is full")
        self.assertTrue(any(name.endswith(".tmp") for name in self.leftovers()))
        process.send_signal(signal.SIGINT)
        with self.assertRaises(subprocess.TimeoutExpired):
            process.wait(timeout=1)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED)
        self.assertEqual(self.leftovers(), ["sides"])
        sides = [name for _, _, names in os.walk(self.dir / "sides") for name in names]
        self.assertEqual([name for name in sides if name.endswith(".tmp")], [])

    def test_two_outputs_for_one_file(self):
        self.write("there.json", b"as it was")
        os.symlink("m", self.dir / "link")
        for one, other in (("new", "new"), ("new", "./new"), ("m/new", "link/new"),
                           ("there.json", f"{self.dir}/there.json")):
            done = self.expect(USAGE, "hash", "m", "-o", f"json={one}", "-o", f"sums={other}")
            self.assertIn(b"two outputs for one file", done.stderr)
        self.assertEqual((self.dir / "there.json").read_bytes(), b"as it was")
        self.expect(CLEAN, "hash", "m", "-o", "json=/dev/null", "-o", "sums=/dev/null")
        self.expect(CLEAN, "hash", "m", "-o", "json=m/new", "-o", "sums=new")

    def test_an_old_output_stays_when_the_run_fails(self):
        self.write("out.json", b"as it was")
        process = self.start("hash", "-", "-o", "json=out.json")
        process.stdin.write(b"x")
        process.stdin.flush()
        wait_until(lambda: waiting_bytes(process.stdin) == 0, "the first byte is read")
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)  # with standard input still open: the run cannot end by itself
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED)
        self.assertEqual((self.dir / "out.json").read_bytes(), b"as it was")
        self.assertEqual(self.leftovers(), ["out.json"])


class OutputsInTheTarget(BadTest):
    """What a run writes is no part of what it reads, the second time as little as the first."""

    def named(self, *args, code=CLEAN, **options):
        return {line.split("  ", 1)[1] for line in
                self.expect(code, "hash", *args, **options).stdout.decode().splitlines()}

    def test_a_report_does_not_hold_itself(self):
        for command in ("hash", "scan"):
            before = None
            for _ in range(2):
                self.expect(CLEAN, command, "m", "-o", "json=m/report.json", "-q")
                report = (self.dir / "m" / "report.json").read_bytes()
                self.assertEqual([r["path"] for r in json.loads(report)["records"]],
                                 ["a.txt", "z.txt"])
                self.assertIn(before, (None, report))
                before = report
            os.remove(self.dir / "m" / "report.json")

    def test_nor_does_standard_output(self):
        with open(self.dir / "m" / "list", "wb") as out:
            self.expect(CLEAN, "hash", "m", stdout=out)
        self.assertEqual((self.dir / "m" / "list").read_text(), self.rest)

    def test_a_folder_with_nothing_but_the_report(self):
        os.mkdir(self.dir / "empty")
        for _ in range(2):
            self.expect(NOTHING, "hash", "empty", "-o", "json=empty/report.json")

    def test_other_reports_are_files_like_any_other(self):
        self.write("m/other.json", b"{}")
        self.assertEqual(self.named("m", "-o", "json=m/report.json", "-o", "sums"),
                         {"m/a.txt", "m/z.txt", "m/other.json"})

    def test_what_is_named_is_read(self):
        self.write("m/old.json", b"{}")
        self.assertEqual(self.named("m/old.json", "-o", "json=m/old.json", "-o", "sums"),
                         {"m/old.json"})

    def test_what_keeps_another_name_is_read(self):
        self.write("m/old.json", b"{}")
        os.link(self.dir / "m" / "old.json", self.dir / "m" / "kept.json")
        names = self.named("m", "-o", "json=m/old.json", "-o", "sums")
        self.assertEqual(names, {"m/a.txt", "m/z.txt", "m/old.json", "m/kept.json"})


class Descriptors(BadTest):
    """Few descriptors cost time, and nothing is left out."""

    def run_with(self, descriptors, *args, code=CLEAN):
        both = (descriptors, descriptors)
        return self.expect(code, *args, preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_NOFILE, both))

    def same_as_with_many(self, *args, code=CLEAN):
        wanted = self.expect(code, *args)
        for descriptors in (256, 32):
            done = self.run_with(descriptors, *args, code=code)
            self.assertEqual((done.stdout, done.stderr), (wanted.stdout, wanted.stderr))
            self.assertNotIn(b"Too many open files", done.stderr)

    def test_many_folders_of_one_file_each(self):
        for i in range(2000):
            self.write(f"wide/{i:04}/file", b"%d" % i)
        for threads in ("1", "8"):
            self.same_as_with_many("hash", "wide", "--threads", threads)

    def test_many_files_side_by_side(self):
        for i in range(400):
            self.write(f"flat/{i:03}", noise(40_000, i))
        self.same_as_with_many("hash", "flat", "--threads", "8")
        self.same_as_with_many("hash", "flat", "--threads", "40")
        self.run_with(64, "hash", "flat", "--threads", "16", "--chunks", "--chunks-dir", "sides")

    def test_folders_deeper_than_descriptors(self):
        path = "deep" + "/d" * 400
        self.write(path + "/file", b"x")
        for i in range(0, 400, 50):
            self.write("deep" + "/d" * i + "/z", b"%d" % i)
        self.same_as_with_many("hash", "deep")

    def test_a_path_longer_than_the_system_takes(self):
        here = os.open(self.dir, os.O_RDONLY)
        for i in range(100):
            os.mkdir("d" * 100, dir_fd=here)
            below = os.open("d" * 100, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
            for name in ("a", "z"):
                os.close(os.open(name, os.O_CREAT | os.O_WRONLY, dir_fd=here))
        os.close(here)
        self.addCleanup(self.run_any, "rm", "-rf", "d" * 100)
        self.same_as_with_many("hash", "d" * 100)

    def test_links_are_told_apart_all_the_same(self):
        for i in range(100):
            self.write(f"links/{i:03}/file", b"%d" % i)
        for i in range(100):
            os.symlink(f"../{i:03}/file", self.dir / "links" / f"{(i * 7 + 1) % 100:03}" / "link")
            os.symlink(f"../{i:03}", self.dir / "links" / f"{(i * 3 + 1) % 100:03}" / "folder")
        self.same_as_with_many("hash", "links", "--follow", "-o", "jsonl", code=INCOMPLETE)

    def hash_beside(self, kept, limit):
        """Runs with `kept` descriptors in use that somebody left open."""
        reader, writer = os.pipe()
        handed_on = [os.dup(reader) for _ in range(kept)]
        try:
            return self.assay("hash", "m", "--threads", "4", pass_fds=handed_on, timeout=60,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE,
                                                                    (limit, limit)))
        finally:
            for fd in (reader, writer, *handed_on):
                os.close(fd)

    def test_most_are_in_use_already(self):
        for i in range(300):
            self.write(f"m/b/{i:03}/file", noise(1000))
        wanted = self.expect(CLEAN, "hash", "m").stdout
        done = self.hash_beside(48, 64)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (CLEAN, wanted, b""))

    def hash_while_the_limit_falls(self, limit, threads):
        process = self.start("hash", "-", "wide", "--threads", threads)
        process.stdin.write(b"x")
        process.stdin.flush()
        wait_until(lambda: waiting_bytes(process.stdin) == 0, "standard input is being read")
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (limit, limit))
        out, err = process.communicate(timeout=60)
        return process.returncode, out.split(b"\n", 1)[1], err

    def test_the_limit_falls_while_it_runs(self):
        """What was planned does not hold any more: folders are closed, files wait."""
        if is_sanitized():  # it probes memory through a pipe, which takes descriptors, too
            print("SKIPPED: the sanitizer needs descriptors of its own", file=sys.stderr)
            self.skipTest("the sanitizer needs descriptors of its own")
        for i in range(600):
            self.write(f"wide/{i:03}/file", noise(1000, i))
        wanted = self.expect(CLEAN, "hash", "wide").stdout
        for threads in ("1", "2"):
            self.assertEqual(self.hash_while_the_limit_falls(12, threads), (CLEAN, wanted, b""))
        code, out, err = self.hash_while_the_limit_falls(3, "1")
        self.assertEqual(code, INCOMPLETE)
        self.assertIn(b"Too many open files", err)
        self.assertTrue(set(out.splitlines()) < set(wanted.splitlines()))


class Budgets(BadTest):
    def test_impossible_memory(self):
        for memory in ("1M", "0", "31M", "lots", "", "-5", "99999999999999999999G"):
            done = self.expect(USAGE, "hash", f"--memory={memory}", "m")
            self.assertEqual(done.stdout, b"")
            self.assertTrue(done.stderr.startswith(b"assay: "), done.stderr)
        done = self.expect(USAGE, "hash", "--memory", "32M", "--threads", "1000", "m")
        self.assertIn(b"too little memory for that many threads", done.stderr)

    def test_blocks_past_the_page_cache_are_whole_units(self):
        self.write("m/b.bin", noise(300_000))
        wanted = self.expect(CLEAN, "hash", "m").stdout
        for block in ("1", "4095", "4097"):
            done = self.expect(CLEAN, "hash", "m", "--direct", "--block", block, "--stats")
            self.assertEqual(done.stdout, wanted)
            unit = b"8.0 KiB" if block == "4097" else b"4.0 KiB"
            self.assertIn(b"blocks         " + unit + b" each", done.stderr)

    def test_blocks_that_do_not_fit(self):
        done = self.expect(USAGE, "hash", "--memory", "32M", "--block", "64M", "m")
        self.assertTrue(done.stderr.startswith(b"assay: "), done.stderr)

    def test_findings_win_over_what_could_not_be_read(self):
        self.write("LIST", b"0" * 64 + b"  m/a.txt\n" + b"0" * 64 + b"  missing\n")
        self.expect(FINDINGS, "hash", "--check", "LIST")


if __name__ == "__main__":
    main()
