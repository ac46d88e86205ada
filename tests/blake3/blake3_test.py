"""BLAKE3 where the system has libblake3; elsewhere of the command with a small one, against b3sum."""
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "cli"))
from _helpers import CLEAN, FINDINGS, CliTest, main, noise  # noqa: E402

SIZES = (0, 1, 64, 1024, 1025, 2048, 3073, 70_000, (3 << 20) + 5)


class Blake3(CliTest):
    def setUp(self):
        super().setUp()
        for size in SIZES:
            self.write(f"files/{size}", noise(size))

    def b3sum(self, *names):
        done = self.run_any("b3sum", *names)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def names(self):
        return sorted(f"files/{size}" for size in SIZES)

    def test_is_b3sums(self):
        for options in ((), ("--threads", "1"), ("--threads", "4", "--block", "4096")):
            done = self.expect(CLEAN, "hash", "--digest", "blake3", *options, "files")
            self.assertEqual(done.stdout, self.b3sum(*self.names()))
        self.assertTrue(json.loads(self.expect(CLEAN, "version", "--json").stdout)["blake3"])
        self.assertIn("blake3", json.loads(self.expect(CLEAN, "oms-adapter", "capabilities").stdout)["hash_algorithms"])

    def test_beside_others(self):
        done = self.expect(CLEAN, "hash", "--digest", "sha256,blake3,md5", "-o", "json", "files")
        told = {record["path"]: record["digests"] for record in json.loads(done.stdout)["records"]}
        for line in self.b3sum(*self.names()).decode().splitlines():
            digest, name = line.split("  ")
            self.assertEqual(told[os.path.basename(name)]["blake3"], digest)
            self.assertEqual(set(told[os.path.basename(name)]), {"sha256", "blake3", "md5"})

    def test_lists_of_b3sum(self):
        self.write("LIST", self.b3sum(*self.names()))
        self.expect(CLEAN, "hash", "--check", "LIST", "--digest", "blake3")
        self.write("files/1024", noise(1024, 2))
        done = self.expect(FINDINGS, "hash", "--check", "LIST", "--digest", "blake3")
        self.assertIn(b"files/1024: FAILED\n", done.stdout)
        self.assertEqual(done.stdout.count(b"FAILED"), 1)


if __name__ == "__main__":
    main()
