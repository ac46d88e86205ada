"""Model signatures beside model_signing, the reference: theirs verified by us and ours by them, with keys of
every curve and with certificates. Skipped where `make peers` has not installed it.
"""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ASSAY, SOURCE = os.environ["ASSAY"], os.environ["ASSAY_SOURCE"]
THEIRS = os.path.join(SOURCE, "build/peers/bin/model_signing")
sys.path.insert(0, os.path.join(SOURCE, "tests/cli"))
FILES = {"config.json": b"{}", "a-b": b"one", "a.b": b"two", "a/b": b"three", "ä/ö": b"four", "empty": b"",
         "weights/w.bin": bytes(range(256)) * 500, ".gitignore": b"x"}


class ModelSigning(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="assay-oms-")
        self.addCleanup(holder.cleanup)
        self.dir = Path(holder.name).resolve()
        self.write_model("model")

    def write_model(self, name):
        for path, content in FILES.items():
            target = self.dir / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

    def run_in(self, *command):
        return subprocess.run(command, cwd=self.dir, capture_output=True, timeout=300)

    def expect(self, code, *command):
        done = self.run_in(*command)
        self.assertEqual(done.returncode != 0, code != 0, (command, done))
        return done

    def keys(self, curve):
        from _oms import Signer, private_pem, public_pem
        signer = Signer(curve)
        (self.dir / "key").write_bytes(private_pem(signer.key))
        (self.dir / "pub").write_bytes(public_pem(signer.key))
        return signer

    def certificates(self, curve):
        from _oms import Authority
        signer = self.keys(curve)
        authority = Authority()
        for name, content in authority.files(signer.key).items():
            (self.dir / name).write_bytes(content)

    def test_theirs_with_keys(self):
        for curve in ("p256", "p384", "p521"):
            with self.subTest(curve):
                self.keys(curve)
                self.expect(0, THEIRS, "sign", "key", "model", "--private_key", "key", "--signature", "sig")
                self.expect(0, ASSAY, "verify", "model", "--key", "pub", "-s", "sig")
                (self.dir / "model/config.json").write_bytes(b"[]")
                self.expect(1, ASSAY, "verify", "model", "--key", "pub", "-s", "sig")
                (self.dir / "model/config.json").write_bytes(b"{}")

    def test_ours_with_keys(self):
        for curve in ("p256", "p384", "p521"):
            for extra in ((), ("--chunks",), ("--oms-compat", "python")):
                with self.subTest((curve, extra)):
                    self.keys(curve)
                    self.expect(0, ASSAY, "sign", "model", "--key", "key", "-s", "sig", *extra)
                    verify = (THEIRS, "verify", "key", "model", "--public_key", "pub", "--signature", "sig")
                    self.expect(0, *verify)
                    (self.dir / "model/a-b").write_bytes(b"other")
                    self.expect(1, *verify)
                    (self.dir / "model/a-b").write_bytes(FILES["a-b"])

    def test_a_signature_inside_the_model_and_ignored_files(self):
        self.keys("p256")
        (self.dir / "model/notes").write_bytes(b"mine")
        self.expect(0, ASSAY, "sign", "model", "--key", "key", "-s", "model/model.sig", "--ignore", "model/notes")
        self.expect(0, THEIRS, "verify", "key", "model", "--public_key", "pub", "--signature", "model/model.sig")
        self.expect(0, THEIRS, "sign", "key", "model", "--private_key", "key", "--signature", "model/model.sig",
                    "--ignore-paths", "model/notes")
        self.expect(0, ASSAY, "verify", "model", "--key", "pub", "-s", "model/model.sig")

    def test_single_files(self):
        self.keys("p256")
        (self.dir / "one.bin").write_bytes(b"alone")
        self.expect(0, THEIRS, "sign", "key", "one.bin", "--private_key", "key", "--signature", "sig")
        self.expect(0, ASSAY, "verify", "one.bin", "--key", "pub", "-s", "sig")
        self.expect(0, ASSAY, "sign", "one.bin", "--key", "key", "-s", "sig", "--oms-compat", "python")
        self.expect(0, THEIRS, "verify", "key", "one.bin", "--public_key", "pub", "--signature", "sig")

    def test_links(self):
        self.keys("p256")
        os.symlink("config.json", self.dir / "model/link")
        self.expect(1, THEIRS, "sign", "key", "model", "--private_key", "key", "--signature", "sig")
        self.expect(0, THEIRS, "sign", "key", "model", "--private_key", "key", "--signature", "sig",
                    "--allow_symlinks")
        self.expect(0, ASSAY, "verify", "model", "--key", "pub", "-s", "sig")
        self.expect(0, ASSAY, "sign", "model", "--key", "key", "-s", "sig", "--allow-symlinks")
        verify = (THEIRS, "verify", "key", "model", "--public_key", "pub", "--signature", "sig")
        done = self.run_in(*verify, "--allow_symlinks")
        self.assertIn(0, (done.returncode, self.run_in(*verify).returncode), done)

    def test_links_to_folders(self):
        """They sign nothing behind one, and accept whatever is there; with it left out both agree."""
        self.keys("p256")
        outside = self.dir / "outside"
        outside.mkdir()
        (outside / "file").write_bytes(b"x")
        os.symlink("../outside", self.dir / "model/far")
        os.symlink("../outside/file", self.dir / "model/near")
        verify = (THEIRS, "verify", "key", "model", "--public_key", "pub", "--signature", "sig", "--allow_symlinks")
        ours = (ASSAY, "verify", "model", "--key", "pub", "-s", "sig")
        self.expect(0, THEIRS, "sign", "key", "model", "--private_key", "key", "--signature", "sig",
                    "--allow_symlinks")
        self.expect(0, *verify)
        self.assertIn(b"far/file: not signed", self.expect(1, *ours).stdout)
        self.expect(0, *ours, "--ignore", "far")
        self.expect(1, ASSAY, "sign", "model", "--key", "key", "-s", "sig", "--allow-symlinks")
        self.expect(0, ASSAY, "sign", "model", "--key", "key", "-s", "sig", "--allow-symlinks", "--ignore", "far")
        self.expect(0, *ours)
        self.expect(0, *verify)
        (outside / "file").write_bytes(b"y")
        self.assertIn(b"near: changed", self.expect(1, *ours).stdout)
        self.expect(1, *verify)

    def test_certificates(self):
        for curve in ("p256", "p384", "p521"):
            with self.subTest(curve):
                self.certificates(curve)
                self.expect(0, THEIRS, "sign", "certificate", "model", "--private_key", "key", "--signature", "sig",
                            "--signing_certificate", "leaf.pem", "--certificate_chain", "between.pem")
                ours = (ASSAY, "verify", "model", "--roots", "root.pem", "-s", "sig")
                theirs = (THEIRS, "verify", "certificate", "model", "--signature", "sig",
                          "--certificate_chain", "root.pem")
                self.expect(0, *ours)
                self.expect(1, ASSAY, "verify", "model", "--key", "pub", "-s", "sig")
                self.expect(0, ASSAY, "sign", "model", "--key", "key", "-s", "sig", "--cert", "leaf.pem", "--chain",
                            "between.pem")
                self.expect(0, *ours)
                self.expect(0, *theirs)


if __name__ == "__main__":
    if not os.access(THEIRS, os.X_OK):
        print("SKIPPED: no model_signing in build/peers; `make peers` installs it")
        sys.exit(77)
    unittest.main(verbosity=2)
