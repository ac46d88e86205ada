"""The registry's client (registry_driver) against Debian's docker-registry, with skopeo beside it:
what one pushes the other reads, with and without a password, and through a restart."""
import hashlib
import json
import os
import pathlib
import random
import subprocess
import tempfile
import threading
import time
import unittest

from _servers import PASSWORD, USER, Registry, need, skopeo

DRIVER = os.environ["REGISTRY_DRIVER"]
MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
EMPTY = b"{}"


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def manifest_of(layer, **more):
    return json.dumps({
        "schemaVersion": 2, "mediaType": MANIFEST_TYPE,
        "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": digest(EMPTY),
                   "size": len(EMPTY)},
        "layers": [{"mediaType": "application/octet-stream", "digest": digest(layer),
                    "size": len(layer)}], **more}).encode()


def layout(folder, layer):
    """An OCI layout with one manifest, tagged latest."""
    at = pathlib.Path(folder)
    (at / "blobs/sha256").mkdir(parents=True)
    manifest = manifest_of(layer)
    for blob in (EMPTY, layer, manifest):
        (at / "blobs/sha256" / digest(blob)[7:]).write_bytes(blob)
    (at / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (at / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [
        {"mediaType": MANIFEST_TYPE, "digest": digest(manifest), "size": len(manifest),
         "annotations": {"org.opencontainers.image.ref.name": "latest"}}]}))
    return manifest


class Tests:
    CLOSED = False
    LOGIN = ()

    @classmethod
    def setUpClass(cls):
        cls.registry = Registry(password=cls.CLOSED)
        cls.addClassCleanup(cls.registry.remove)
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)

    def drive(self, *words, login=None):
        run = subprocess.run([DRIVER, *(self.LOGIN if login is None else login), *words],
                             capture_output=True, text=True, timeout=120)
        self.assertNotIn(PASSWORD, run.stdout + run.stderr)
        return run.returncode, run.stdout

    def comes(self, *words, **how):
        status, said = self.drive(*words, **how)
        self.assertEqual(status, 0, said)
        return said

    def file(self, data):
        path = pathlib.Path(self.folder.name, digest(data)[7:])
        path.write_bytes(data)
        return str(path)

    def push(self, name, layer):
        """By our own client: blobs, then the manifest under a tag."""
        repo = f"{self.registry.place}/{name}"
        for blob in (EMPTY, layer):
            self.comes("push-blob", repo, self.file(blob))
        manifest = manifest_of(layer)
        self.comes("push-manifest", repo, MANIFEST_TYPE, self.file(manifest))
        return manifest

    def test_what_skopeo_pushes_is_read(self):
        layer = random.Random(1).randbytes(3_000_000)
        with tempfile.TemporaryDirectory() as folder:
            manifest = layout(folder, layer)
            skopeo("copy", f"oci:{folder}:latest", f"docker://{self.registry.place}/org/model:v1",
                   registry=self.registry)
        repo = f"{self.registry.place}/org/model"
        self.assertEqual(self.comes("manifest", repo + ":v1").splitlines()[:2],
                         [digest(manifest), MANIFEST_TYPE])
        self.comes("manifest", f"{repo}@{digest(manifest)}")
        self.assertEqual(self.comes("blob", repo, digest(layer), str(len(layer))).strip(),
                         digest(layer))
        self.assertEqual(self.comes("small", repo, digest(EMPTY), "2"), "{}\n")
        self.assertEqual(self.comes("has", repo, digest(layer)), "yes\n")
        self.assertEqual(self.comes("has", repo, digest(b"no")), "no\n")
        status, said = self.drive("blob", repo, digest(layer), str(len(layer) + 1))
        self.assertIn("another size", said)

    def test_what_is_not_there(self):
        repo = f"{self.registry.place}/nobody/here"
        status, said = self.drive("manifest", repo)
        self.assertIn("404 MANIFEST_UNKNOWN: manifest unknown", said)
        status, said = self.drive("blob", repo, digest(b"no"), "2")
        self.assertIn("status: 404", said)

    def test_what_is_pushed_skopeo_reads(self):
        layer = random.Random(2).randbytes(3_500_000)  # four pieces of the driver's
        repo = f"{self.registry.place}/pushed"
        path = self.file(layer)
        self.comes("push-pieces", repo, path, digest(layer))
        self.comes("push-pieces", repo, path, digest(layer))  # nothing left to do
        manifest = self.push("pushed", layer)
        raw = skopeo("inspect", "--raw", f"docker://{repo}:latest", registry=self.registry)
        self.assertEqual(raw.encode(), manifest)
        self.assertEqual(self.comes("blob", repo, digest(layer), str(len(layer))).strip(),
                         digest(layer))

    def test_a_blob_of_another_digest_is_refused(self):
        path = self.file(b"some bytes")
        status, said = self.drive("push-pieces", f"{self.registry.place}/wrong", path,
                                  digest(b"others"))
        self.assertEqual(status, 1)
        self.assertIn("DIGEST_INVALID", said)

    def test_referrers_by_their_tag(self):
        repo = f"{self.registry.place}/attached"
        subject = self.push("attached", b"a layer")
        described = {"mediaType": MANIFEST_TYPE, "digest": digest(subject), "size": len(subject)}
        self.assertEqual(self.comes("referrers", repo, digest(subject)), "")
        attached = []
        for text in (b"one", b"two"):
            self.comes("push-blob", repo, self.file(text))
            attached.append(manifest_of(text, artifactType=BUNDLE_TYPE, subject=described))
            for _ in range(2):  # the second time it is in the list already
                self.comes("attach", repo, digest(subject), BUNDLE_TYPE, self.file(attached[-1]))
        listed = self.comes("referrers", repo, digest(subject)).splitlines()
        self.assertEqual(listed, [f"{MANIFEST_TYPE} {digest(one)} {len(one)} {BUNDLE_TYPE}"
                                  for one in attached])
        self.assertEqual(self.comes("referrers", repo, digest(subject), "application/x"), "")
        index = json.loads(skopeo("inspect", "--raw", f"docker://{repo}:" +
                                  digest(subject).replace(":", "-"), registry=self.registry))
        self.assertEqual([one["digest"] for one in index["manifests"]],
                         [digest(one) for one in attached])
        self.assertEqual(index["manifests"][0]["annotations"], {"note": 'a "test"'})

    def test_many_attach_at_once(self):
        repo = f"{self.registry.place}/crowd"
        subject = self.push("crowd", b"a layer")
        described = {"mediaType": MANIFEST_TYPE, "digest": digest(subject), "size": len(subject)}
        files = []
        for number in range(4):
            manifest = manifest_of(b"a layer", annotations={"n": str(number)}, subject=described)
            files.append(self.file(manifest))
        done = []
        threads = [threading.Thread(target=lambda f=file: done.append(
            self.drive("attach", repo, digest(subject), "application/x", f))) for file in files]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # docker-registry knows no If-Match: who verifies before another overwrites can be lost.
        # The list is one that somebody wrote whole, and whoever attaches again is in it.
        for file in files:
            self.comes("attach", repo, digest(subject), "application/x", file)
        self.assertEqual(len(self.comes("referrers", repo, digest(subject)).splitlines()), 4)

    def test_a_restart_in_the_middle_of_a_blob(self):
        layer = random.Random(3).randbytes(40_000_000)
        repo = f"{self.registry.place}/restarted"
        self.comes("push-blob", repo, self.file(layer))
        words = [DRIVER, *self.LOGIN, "blob", repo, digest(layer), str(len(layer)), "30"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as reader:
            time.sleep(0.4)
            self.assertIsNone(reader.poll())
            self.registry.kill()
            time.sleep(0.2)
            self.registry.start()
            said, _ = reader.communicate(timeout=60)
        self.assertEqual(said.strip(), digest(layer))

    def test_an_end_in_the_middle_of_a_blob(self):
        layer = random.Random(4).randbytes(40_000_000)
        repo = f"{self.registry.place}/ended"
        self.comes("push-blob", repo, self.file(layer))
        words = [DRIVER, *self.LOGIN, "blob", repo, digest(layer), str(len(layer)), "30"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as reader:
            time.sleep(0.4)
            self.registry.kill()
            said, _ = reader.communicate(timeout=60)
        self.registry.start()
        self.assertEqual(reader.returncode, 1)
        self.assertIn("cannot be reached", said)


class Open(Tests, unittest.TestCase):
    def test_anybody_may_write(self):
        self.assertEqual(self.comes("probe", f"{self.registry.place}/org/model"), "may write\n")
        left = list(pathlib.Path(self.registry.folder).rglob("_uploads/*/startedat"))
        self.assertEqual(left, [])


class WithPassword(Tests, unittest.TestCase):
    CLOSED = True
    LOGIN = ("--user", USER, "--password", PASSWORD)

    def test_who_is_let_in(self):
        repo = f"{self.registry.place}/org/model"
        status, said = self.drive("manifest", repo, login=())
        self.assertIn("401 UNAUTHORIZED: authentication required (nothing is known", said)
        status, said = self.drive("manifest", repo, login=("--user", USER, "--password", "x" * 9))
        self.assertIn("is not taken", said)
        self.assertEqual(self.comes("probe", repo), "refused\n")


if __name__ == "__main__":
    need("docker-registry", "skopeo", "htpasswd", "setpriv")
    unittest.main()
