"""Signatures of models by versions of model_signing that are still about, which wrote other bundles than today's:
the key itself in place of its hint, no ignored paths, and, before 0.3, another statement under another signature.
Skipped where `make peers` has not installed them.
"""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ASSAY, SOURCE = os.environ["ASSAY"], os.environ["ASSAY_SOURCE"]
sys.path.insert(0, os.path.join(SOURCE, "tests/cli"))
FILES = {"config.json": b"{}", "a-b": b"one", "a.b": b"two", "a/b": b"three", "\u00e4/\u00f6": b"four", "empty": b"",
         "weights/w.bin": bytes(range(256)) * 500}

# Signers of identities ask for their root when they are made, which a configuration does in any case.
SIGN = """
import pathlib, sys
import model_signing._signing.sign_sigstore as identities
identities.Signer = lambda *given, **named: None
import model_signing
key, model, signature = map(pathlib.Path, sys.argv[1:])
model_signing.signing.Config().use_elliptic_key_signer(private_key=key).sign(model, signature)
"""
SIGN_0_2 = """
import pathlib, sys
from model_signing import api
from model_signing.signature import key as keys
from model_signing.signing import in_toto, in_toto_signature
key, model, signature = map(pathlib.Path, sys.argv[1:])
payload = in_toto.DigestsIntotoPayload.from_manifest(api.hash(model))
in_toto_signature.IntotoSigner(keys.ECKeySigner.from_path(key)).sign(payload).write(signature)
"""


def python(version):
    return os.path.join(SOURCE, f"build/peers/venv/model-signing-{version}/bin/python3")


class Older(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="assay-old-oms-")
        self.addCleanup(holder.cleanup)
        self.dir = Path(holder.name).resolve()
        for path, content in FILES.items():
            target = self.dir / "model" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

    def sign(self, version, script, curve):
        from _oms import Signer, private_pem, public_pem
        if not os.path.exists(python(version)):
            self.skipTest(f"SKIP: no model_signing {version} in build/peers; `make peers` installs it")
        signer = Signer(curve)
        (self.dir / "key").write_bytes(private_pem(signer.key))
        (self.dir / "pub").write_bytes(public_pem(signer.key))
        subprocess.run([python(version), "-c", script, "key", "model", "sig"], cwd=self.dir, check=True, timeout=120)

    def verify(self, code, *args, says=""):
        done = subprocess.run([ASSAY, "verify", "model", "--key", "pub", "-s", "sig", *args], cwd=self.dir,
                              capture_output=True, timeout=60)
        self.assertEqual(done.returncode, code, done)
        self.assertIn(says.encode(), done.stdout + done.stderr)

    def check(self, *args):
        self.verify(0, *args, says="7 files")
        (self.dir / "model/config.json").write_bytes(b"[]")
        self.verify(1, *args, says="config.json: changed")
        (self.dir / "model/config.json").write_bytes(FILES["config.json"])
        (self.dir / "model/more").write_bytes(b"x")
        self.verify(1, *args, says="more: not signed")
        os.unlink(self.dir / "model/more")

    def test_versions_that_wrote_the_key_itself(self):
        for version in ("0.3.1", "1.0.1"):
            for curve in ("p256", "p384", "p521"):
                with self.subTest((version, curve)):
                    self.sign(version, SIGN, curve)
                    self.check()

    def test_version_0_2(self):
        """By SHA-256 whatever the curve; and it signs what is git's, too."""
        self.sign("0.2.0", SIGN_0_2, "p256")
        self.verify(1, says="does not match")
        self.check("--allow-legacy-v02")
        (self.dir / "model/.gitignore").write_bytes(b"x")
        self.sign("0.2.0", SIGN_0_2, "p384")
        self.verify(0, "--allow-legacy-v02", says="8 files")
        (self.dir / "model/.gitignore").write_bytes(b"y")
        self.verify(1, "--allow-legacy-v02", says=".gitignore: changed")


if __name__ == "__main__":
    if not any(os.path.exists(python(version)) for version in ("0.2.0", "0.3.1", "1.0.1")):
        print("SKIPPED: no older model_signing in build/peers; `make peers` installs them")
        sys.exit(77)
    unittest.main(verbosity=2)
