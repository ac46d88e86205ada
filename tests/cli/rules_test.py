"""Every rule that assay knows is provoked somewhere: by a case, or by a test that names it. Those that no case can hold,
since they take a pipe, a loop, or more files than anybody wants to keep, are provoked here."""
import json
import lzma
import os
import re
import subprocess
import tarfile
import unittest

from _helpers import FINDINGS, INCOMPLETE, SOURCE, CliTest, is_sanitized, main


def rules_of(report):
    return {finding["rule"] for record in report["records"] for finding in record["findings"]}


class Completeness(CliTest):
    def test_every_rule_has_a_case_or_a_test(self):
        known = {rule["id"] for rule in json.loads(self.assay("rules", "--json").stdout)["rules"]}
        seen = set()
        for path in SOURCE.glob("testdata/*/*/expect.json"):
            seen |= rules_of(json.loads(path.read_text()))
        tests = "".join(path.read_text() for kind in ("py", "cpp") for path in SOURCE.glob(f"tests/**/*_test.{kind}"))
        self.assertGreater(len(known & seen), 600)
        named = set(re.findall(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+", tests))
        self.assertEqual(sorted(known - seen - named), [])


class Provoked(CliTest):
    def found(self, *arguments):
        done = self.assay("scan", "-q", "-o", "json", *arguments)
        self.assertIn(done.returncode, (0, FINDINGS, INCOMPLETE), done.stderr)
        return rules_of(json.loads(done.stdout))

    def test_a_pipe(self):
        os.mkfifo(self.dir / "pipe")
        self.assertIn("file.type.special", self.found(str(self.dir)))

    def test_a_folder_that_leads_back(self):
        os.makedirs(self.dir / "a/b")
        os.symlink("..", self.dir / "a/b/c")
        self.assertIn("engine.walk.loop", self.found("--follow", str(self.dir)))

    def test_folders_in_folders(self):
        folder = os.open(str(self.dir), os.O_RDONLY)
        for _ in range(1200):
            os.mkdir("d", dir_fd=folder)
            inner = os.open("d", os.O_RDONLY, dir_fd=folder)
            os.close(folder)
            folder = inner
        os.close(folder)
        self.addCleanup(subprocess.run, ["rm", "-rf", str(self.dir / "d")])
        self.assertIn("engine.limit.walk_depth", self.found(str(self.dir)))

    def test_a_folder_of_very_many_names(self):
        for i in range(60_000):
            os.close(os.open(self.dir / f"{i:0200}", os.O_CREAT))
        self.assertIn("engine.limit.folder", self.found("--memory", "32M", str(self.dir)))

    def test_an_archive_of_very_many_members(self):
        header = tarfile.TarInfo("a").tobuf(tarfile.USTAR_FORMAT)
        (self.dir / "a.tar").write_bytes(header * 200_001 + bytes(1024))
        self.assertIn("tar.count.excess", self.found(self.dir / "a.tar"))

    def test_zeros_behind_a_stream(self):
        packed = lzma.compress(b"some text\n", format=lzma.FORMAT_ALONE)
        (self.dir / "a.lzma").write_bytes(packed + bytes(512))
        self.assertIn("compress.trailing.zeros", self.found(self.dir / "a.lzma"))

    def test_a_pointer_without_its_object(self):
        os.makedirs(self.dir / ".git/lfs/objects/cd")
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'ab' * 32}\nsize 12\n"
        (self.dir / "weights.bin").write_text(pointer)
        self.assertIn("lfs.object.missing", self.found(str(self.dir)))

    @unittest.skipIf(is_sanitized(), "sixteen thousand folders take too long")
    def test_very_many_stores(self):
        for i in range(16_385):
            os.makedirs(self.dir / str(i) / ".git/lfs/objects/ab")
        self.assertIn("engine.limit.stores", self.found(str(self.dir)))


if __name__ == "__main__":
    main()
