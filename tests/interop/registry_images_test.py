#!/usr/bin/env python3
"""Images scanned straight from a registry: docker-registry, and one that lies."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(HERE, "..", "..", "testdata"), os.path.join(HERE, "..", "registry"),
             os.path.join(HERE, "..", "cli")]
from _helpers import is_sanitized  # noqa: E402
from oci_parts import *  # noqa: E402,F403
import _servers  # noqa: E402
import lying_registry  # noqa: E402

ASSAY = os.environ["ASSAY"]
_servers.need("docker-registry", "skopeo", "htpasswd")
EMPTY_CONFIG = "blobs/sha256/44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"  # the server has none
ROOT = tar(folder("etc"), file("etc/passwd"), file("models/a.safetensors", safetensors(1)),
           file("models/weights.bin", bytes(range(256)) * 20_000))
NEXT = tar(folder("models"), file("models/.wh.a.safetensors", b""), file("models/b.safetensors", safetensors(2)))


def scan(*arguments, **environment):
    done = subprocess.run([ASSAY, "scan", "-q", "-o", "json", *arguments], capture_output=True, timeout=120,
                          env={**os.environ, "HOME": "/nonexistent", **environment})
    report = json.loads(done.stdout) if done.stdout else None
    return done.returncode, report, done.stderr.decode()


class Registries(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.registry = _servers.Registry(password=True)
        cls.login = {"ASSAY_REGISTRY_USER": _servers.USER, "ASSAY_REGISTRY_PASSWORD": _servers.PASSWORD}
        cls.push("one", ROOT, NEXT)

    @classmethod
    def tearDownClass(cls):
        cls.registry.kill()
        cls.registry.remove()

    @classmethod
    def push(cls, name, *tars, registry=None):
        registry = registry or cls.registry
        where = os.path.join(cls.folder, name)
        layout = Layout()
        layout.write(where, [named(layout.image(*tars))])
        subprocess.run(["skopeo", "copy", "-q", "--insecure-policy", "--dest-tls-verify=false",
                        *(["--dest-creds", f"{_servers.USER}:{_servers.PASSWORD}"] if registry.password else []),
                        f"oci:{where}:latest", f"docker://{registry.place}/team/model:latest"], check=True, timeout=60)
        return where

    @property
    def target(self):
        return f"docker://{self.registry.place}/team/model:latest"

    def test_the_same_as_from_the_folder(self):
        code, remote, complaint = scan(self.target, **self.login)
        self.assertEqual(code, 0, complaint)
        _, local, _ = scan(f"oci:{os.path.join(self.folder, 'one')}:latest")
        image, copy = remote["images"][0], local["images"][0]
        self.assertEqual(image["reference"], f"{self.registry.place}/team/model:latest")
        for key in ("digest", "platform", "layers", "models", "verdict"):
            self.assertEqual(image[key], copy[key], key)
        self.assertEqual({model["path"]: model["state"] for model in image["models"]},
                         {"models/a.safetensors": "removed", "models/b.safetensors": "present"})
        self.assertEqual(scan(self.target, "--threads", "1", **self.login)[1], remote)

    def test_refusals_are_incomplete_and_tell_no_secret(self):
        for environment in ({}, {"ASSAY_REGISTRY_USER": "x", "ASSAY_REGISTRY_PASSWORD": "hunter2-secret"}):
            code, report, complaint = scan(self.target, **environment)
            text = complaint + json.dumps(report)
            self.assertEqual(code, 2, text)
            self.assertIn("401", text)
            self.assertNotIn("hunter2", text)
        code, report, _ = scan(f"docker://{self.registry.place}/team/other:latest", **self.login)
        self.assertEqual(code, 2)
        self.assertIn("404", json.dumps(report))
        code, report, _ = scan("docker://127.0.0.1:1/team/other:latest")
        self.assertEqual(code, 2)

    def test_logins_of_docker(self):
        import base64
        put(os.path.join(self.folder, "docker", "config.json"), json.dumps({"auths": {self.registry.place: {
            "auth": base64.b64encode(f"{_servers.USER}:{_servers.PASSWORD}".encode()).decode()}}}).encode())
        self.assertEqual(scan(self.target, DOCKER_CONFIG=os.path.join(self.folder, "docker"))[0], 0)

    def test_tag_that_is_overwritten(self):
        lock = os.path.join(self.folder, "lock.json")
        target = f"docker://{self.registry.place}/team/model:latest"
        code, _, complaint = scan(target, "--write-lock", lock, **self.login)
        self.assertEqual(code, 0, complaint)
        self.assertEqual(scan(target, "--lock", lock, **self.login)[0], 0)
        self.push("two", tar(file("etc/passwd"), file("models/a.safetensors", safetensors(7))))
        try:
            code, report, _ = scan(target, "--lock", lock, **self.login)
        finally:
            self.push("one", ROOT, NEXT)
        rules = [finding["rule"] for record in report["records"] for finding in record["findings"]]
        self.assertEqual((code, rules), (1, ["oci.ref.mutated"]))

    def test_anybody_may_write(self):
        self.assertNotIn("anonymous_write", json.dumps(scan(self.target, "--probe-write", **self.login)[1]))
        open_registry = _servers.Registry()
        try:
            self.push("open", ROOT, registry=open_registry)
            target = f"docker://{open_registry.place}/team/model:latest"
            self.assertEqual(scan(target)[0], 0)
            code, report, _ = scan(target, "--probe-write")
            self.assertEqual(code, 1)
            self.assertIn("oci.registry.anonymous_write", json.dumps(report))
        finally:
            open_registry.kill()
            open_registry.remove()

    @unittest.skipIf(is_sanitized(), "a sanitizer's own memory counts, too")
    def test_memory(self):
        layers = [tar(file(f"models/{i}.bin", os.urandom(1 << 20) * 200)) for i in range(3)]
        self.push("large", *layers)
        done = subprocess.run(["/usr/bin/env", "python3", "-c", """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
""", ASSAY, "scan", "-q", "--memory", "64M", self.target], capture_output=True, text=True, timeout=300,
                              env={**os.environ, **self.login})
        self.push("one", ROOT, NEXT)
        code, peak = map(int, done.stdout.split())
        self.assertEqual(code, 0, done.stderr)
        self.assertLess(peak, 64 * 1024)

    def test_lies(self):
        """Of those that end soon: about the manifest, and about the blob that an honest manifest names."""
        def of_blob(lie):
            return lambda h: (lie if h.path.endswith(lying_registry.BLOB_DIGEST) else lying_registry.honest)(h)

        server = lying_registry.Server()
        for name in ("too-long", "too-short", "two-lengths", "other-bytes", "endless", "gzip-bomb", "circle", "to-file",
                     "to-plain", "resume-other", "resume-other-unmarked", "garbage", "long-header"):
            lying_registry.LIES["blob-" + name] = of_blob(lying_registry.LIES[name])
            for repository in (name, "blob-" + name):
                with self.subTest(repository):
                    self.lied_to(server, repository)
        for name in ("manifest-other-digest", "manifest-huge"):
            self.lied_to(server, name)

    def lied_to(self, server, repository):
        code, report, complaint = scan(f"docker://{server.place}/{repository}:latest")
        text = complaint + json.dumps(report)
        self.assertNotIn(lying_registry.PASSWORD, text)
        self.assertIn(code, (1, 2), text)
        # The server has no configuration, so that alone is no answer.
        partial = [record["path"] for record in report["records"]
                   if record["coverage"] != "full" and record["path"] != EMPTY_CONFIG]
        if repository in ("blob-other-bytes", "blob-resume-other-unmarked"):
            self.assertIn("oci.blob.digest_mismatch", text)
        else:
            self.assertTrue(len(partial) == 1 or "neither a manifest" in text, text)


if __name__ == "__main__":
    unittest.main()
