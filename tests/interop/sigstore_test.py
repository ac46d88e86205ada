"""Identities beside sigstore-python: what it refuses of one defect we must refuse, and what it takes we
take. Skipped where `make peers` has not installed model_signing, which brings it."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ASSAY, SOURCE = os.environ["ASSAY"], os.environ["ASSAY_SOURCE"]
PYTHON = os.path.join(SOURCE, "build/peers/venv/model_signing/bin/python3")
sys.path.insert(0, os.path.join(SOURCE, "tests/cli"))

import _sigstore as sigstore  # noqa: E402
from _sigstore import IDENTITY, ISSUER, MINUTE, START, b64, changed, seconds  # noqa: E402

CONTENT = b"the model card\n"
READER = """
import json, os, sys
from sigstore.models import Bundle, TrustedRoot
from sigstore.verify import Verifier, policy
verifier = Verifier(trusted_root=TrustedRoot.from_file("root.json"))
who = policy.Identity(identity=sys.argv[1], issuer=sys.argv[2])
content = open("blob", "rb").read()
verdicts = {}
for name in os.listdir("bundles"):
    try:
        bundle = Bundle.from_json(open("bundles/" + name).read())
        verifier.verify_artifact(content, bundle, who)
        verdicts[name] = ""
    except Exception as fault:
        verdicts[name] = repr(fault)
json.dump(verdicts, sys.stdout)
"""


def bundles(store):
    entry = ("verificationMaterial", "tlogEntries", 0)
    proof = (*entry, "inclusionProof")
    good = store.blob_bundle(CONTENT)
    key = sigstore.new_key()
    zero = b64(bytes(32))
    other_ct = sigstore.Log("ct.example.com")

    def of(certificate):
        return store.blob_bundle(CONTENT, key, certificate)

    return {
        "good": good,
        "another file": store.blob_bundle(CONTENT, signed=b"another"),
        "another time": changed(good, (*entry, "integratedTime"),
                                str(seconds(START + 3 * MINUTE))),
        "another root": changed(good, (*proof, "rootHash"), zero),
        "another hash": changed(good, (*proof, "hashes", 0), zero),
        "another place": changed(good, (*proof, "logIndex"), "1"),
        "another log": store.blob_bundle(CONTENT, log=sigstore.Log()),
        "expired": store.blob_bundle(CONTENT, time=START + 11 * MINUTE),
        "no promise": changed(good, (*entry, "inclusionPromise"), None),
        "another authority": of(sigstore.Sigstore().issue(key)),
        "in no certificate log": of(store.issue(key, sct=False)),
        "in another certificate log": of(store.issue(
            key, sct=lambda c: store.timestamp_of_certificate(c, log=other_ct))),
        "another identity": of(store.issue(key, "bob@example.com")),
        "unknown field": changed(good, ("foo",), 1),
        "unknown field of the entry": changed(good, (*entry, "foo"), 1),
        "another issuer": of(store.issue(key, issuer="https://other.example.com")),
    }


class Beside(unittest.TestCase):
    def test_one_defect_each(self):
        store = sigstore.Sigstore()
        with tempfile.TemporaryDirectory(prefix="assay-sigstore-") as folder:
            at = Path(folder)
            (at / "bundles").mkdir()
            (at / "blob").write_bytes(CONTENT)
            (at / "root.json").write_text(json.dumps(store.trusted_root()))
            made = bundles(store)
            for name, bundle in made.items():
                (at / "bundles" / name).write_text(json.dumps(bundle))
            done = subprocess.run([PYTHON, "-c", READER, IDENTITY, ISSUER], cwd=at, check=True,
                                  capture_output=True, timeout=120)
            theirs = json.loads(done.stdout)
            self.assertEqual(len(theirs), len(made))
            for name in made:
                ours = subprocess.run(
                    [ASSAY, "verify-blob", "blob", "--bundle", f"bundles/{name}", "--trusted-root",
                     "root.json", "--certificate-identity", IDENTITY, "--certificate-oidc-issuer",
                     ISSUER], cwd=at, capture_output=True, timeout=60)
                with self.subTest(name):
                    self.assertEqual(theirs[name] == "", name == "good", theirs[name])
                    code = 0 if name == "good" else 4 if "field" in name else 1
                    self.assertEqual(ours.returncode, code, ours.stderr)


if __name__ == "__main__":
    if not os.path.exists(PYTHON):
        print("SKIP: there is no sigstore-python; `make peers` installs it", file=sys.stderr)
        sys.exit(77)
    unittest.main(verbosity=2)
