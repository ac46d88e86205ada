"""Signatures and attestations of images in a registry, beside cosign where it is installed."""
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ASSAY, SOURCE = os.environ["ASSAY"], os.environ["ASSAY_SOURCE"]
COSIGN = os.path.join(SOURCE, "build/peers/bin/cosign")
sys.path[:0] = [os.path.join(SOURCE, "tests", folder) for folder in ("cli", "registry")]

import _servers  # noqa: E402
import _sigstore  # noqa: E402


class Registry(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.registry = _servers.Registry()
        cls.addClassCleanup(cls.registry.remove)

    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="assay-images-")
        self.addCleanup(holder.cleanup)
        self.dir = Path(holder.name)
        self.image = f"{self.registry.place}/{self.id().split('.')[-1].lower()}:v1"
        self.push()
        self.run_tool(ASSAY, "keygen", "k")
        self.run_tool(ASSAY, "keygen", "other")

    def push(self):
        layout = self.dir / "layout"
        os.makedirs(layout / "blobs/sha256")
        def blob(content, media_type):
            digest = hashlib.sha256(content).hexdigest()
            (layout / "blobs/sha256" / digest).write_bytes(content)
            return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)}

        config = blob(json.dumps({"architecture": "amd64", "os": "linux", "config": {},
                                  "name": self.image,
                                  "rootfs": {"type": "layers", "diff_ids": []}}).encode(),
                      "application/vnd.oci.image.config.v1+json")
        manifest = blob(json.dumps({
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": config, "layers": []}).encode(),
            "application/vnd.oci.image.manifest.v1+json")
        (layout / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
        (layout / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [
            {**manifest, "annotations": {"org.opencontainers.image.ref.name": "v1"}}]}))
        _servers.skopeo("copy", f"oci:{layout}:v1", f"docker://{self.image}", registry=self.registry)

    def run_tool(self, *command, right=True):
        env = {**os.environ, "COSIGN_PASSWORD": "hello", "HOME": str(self.dir)}
        done = subprocess.run(command, cwd=self.dir, env=env, capture_output=True, timeout=120)
        self.assertEqual(done.returncode == 0, right, (command, done.stdout, done.stderr[-2000:]))
        return done

    def assay(self, command, *args, right=True):
        return self.run_tool(ASSAY, command, f"docker://{self.image}", *args, right=right)

    def cosign(self, *args, right=True):
        if not os.path.exists(COSIGN):
            self.skipTest("SKIP: there is no cosign; `make peers` installs it where Go is")
        return self.run_tool(COSIGN, *args, right=right)

    def test_there_and_back(self):
        self.assay("verify-image", "--key", "k.pub", right=False)
        for form in ((), ("--simple-signing",)):
            self.assay("sign-image", "--key", "k.key", *form)
            self.assay("verify-image", "--key", "k.pub")
            self.assay("verify-image", "--key", "other.pub", right=False)

    def test_attestations(self):
        (self.dir / "p.json").write_text("{}")
        self.assay("attest", "--key", "k.key", "--predicate", "p.json", "--type", "custom")
        self.assay("verify-attestation", "--key", "k.pub", "--type", "custom")
        self.assay("verify-attestation", "--key", "other.pub", right=False)
        self.assay("verify-attestation", "--key", "k.pub", "--type", "cyclonedx", right=False)

    def test_simple_signing_of_ours_there(self):
        self.assay("sign-image", "--key", "k.key", "--simple-signing")
        self.cosign("verify", "--key", "k.pub", "--insecure-ignore-tlog", "--allow-http-registry",
                    self.image)
        self.cosign("verify", "--key", "other.pub", "--insecure-ignore-tlog",
                    "--allow-http-registry", self.image, right=False)

    def test_simple_signing_of_theirs_here(self):
        self.cosign("sign", "--key", "k.key", "--tlog-upload=false", "--allow-http-registry", "-y",
                    self.image)
        self.assay("verify-image", "--key", "k.pub")
        self.assay("verify-image", "--key", "other.pub", right=False)
        self.assay("sign-image", "--key", "other.key", "--simple-signing")
        self.assay("verify-image", "--key", "k.pub")
        self.assay("verify-image", "--key", "other.pub")

    def bundles(self, *args, right=True, key="k.pub"):
        root = self.dir / "root.json"
        root.write_text(json.dumps(_sigstore.Sigstore().trusted_root()))
        self.cosign(*args, "--key", key, "--new-bundle-format", "--trusted-root", str(root),
                    "--insecure-ignore-tlog", "--allow-http-registry", self.image, right=right)

    def test_bundles_of_ours_there(self):
        self.assay("sign-image", "--key", "k.key")
        self.bundles("verify")
        self.bundles("verify", key="other.pub", right=False)

    def test_attestations_of_ours_there(self):
        (self.dir / "p.json").write_text("{}")
        self.assay("attest", "--key", "k.key", "--predicate", "p.json", "--type", "custom")
        self.bundles("verify-attestation", "--type", "custom")
        self.bundles("verify-attestation", "--type", "custom", key="other.pub", right=False)

    def test_attestations_of_theirs_here(self):
        (self.dir / "p.json").write_text("{}")
        self.cosign("attest", "--key", "k.key", "--predicate", "p.json", "--type", "custom",
                    "--new-bundle-format", "--tlog-upload=false", "--allow-http-registry", "-y",
                    self.image)
        self.assay("verify-attestation", "--key", "k.pub", "--type", "custom")
        self.assay("verify-attestation", "--key", "other.pub", right=False)


    def test_attestations_of_theirs_under_a_tag(self):
        """As cosign 1 and 2 do it: several layers of envelopes under sha256-HEX.att."""
        (self.dir / "p.json").write_text("{}")
        for key, kind in (("other", "vuln"), ("k", "custom")):
            self.cosign("attest", "--key", f"{key}.key", "--predicate", "p.json", "--type",
                        "custom" if kind == "custom" else "https://example.com/other",
                        "--tlog-upload=false", "--allow-http-registry", "-y", self.image)
        self.assay("verify-attestation", "--key", "k.pub", "--type", "custom")
        self.assay("verify-attestation", "--key", "k.pub")
        self.assay("verify-attestation", "--key", "other.pub", "--type", "https://example.com/other")
        self.assay("verify-attestation", "--key", "other.pub", "--type", "custom", right=False)
        self.assay("verify-attestation", "--key", "k.pub", "--type", "https://example.com/other",
                   right=False)
        self.assay("verify-attestation", "--key", "k.pub", "--type", "slsaprovenance1", right=False)

    def test_signatures_of_theirs_that_refer(self):
        """Their experiment: simple signing's payload in a manifest with a subject, and no tag."""
        os.environ["COSIGN_EXPERIMENTAL"] = "1"
        self.addCleanup(os.environ.pop, "COSIGN_EXPERIMENTAL")
        self.cosign("sign", "--key", "k.key", "--tlog-upload=false", "--allow-http-registry", "-y",
                    "--registry-referrers-mode", "oci-1-1", self.image)
        self.assay("verify-image", "--key", "k.pub")
        self.assay("verify-image", "--key", "other.pub", right=False)


if __name__ == "__main__":
    _servers.need("docker-registry", "skopeo")
    unittest.main(verbosity=2)
