"""assay scan docker://…: images pushed by skopeo to Debian's docker-registry, scanned from it; tags
that somebody moves, registries that end in the middle of a blob, and one that lies."""
import json
import os
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SOURCE = os.environ["ASSAY_SOURCE"]
ASSAY = os.environ["ASSAY"]
for folder in ("testdata", "tests/registry", "tests/cli"):
    sys.path.insert(0, os.path.join(SOURCE, folder))

import lying_registry as lying  # noqa: E402
from _helpers import is_sanitized  # noqa: E402
from _servers import PASSWORD, USER, Registry, need, skopeo  # noqa: E402
from oci_parts import *  # noqa: E402,F403

EVIL = b"cposix\nsystem\n(S'id'\ntR."
PLAIN = {key: value for key, value in os.environ.items()
         if not key.startswith(("ASSAY_REGISTRY", "DOCKER_CONFIG", "REGISTRY_AUTH"))}
PLAIN["HOME"] = "/nonexistent"
PLAIN.pop("XDG_RUNTIME_DIR", None)


def image(*members):
    """A layout of one image with one layer of these members, not packed, tagged latest."""
    at = tempfile.mkdtemp(prefix="assay-layout-")
    layout, content = Layout(), tar(*members)
    manifest = layout.manifest(layout.blob(config(content), CONFIG), [layout.layer(content, LAYER)])
    layout.write(at, [named(manifest)])
    return at


class Relay:
    """Stands before a registry, and ends it after `most` bytes of answers; a new one may follow."""

    def __init__(self, registry, most, restart):
        self.registry, self.left, self.restart = registry, most, restart
        self.lock, self.over, self.done = threading.Lock(), threading.Event(), threading.Event()
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(16)
        self.place = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()
        threading.Thread(target=self.end_registry, daemon=True).start()

    def end_registry(self):
        """In a thread that stays: the registry ends with the one that started it."""
        self.over.wait()
        self.registry.kill()
        if self.restart:
            self.registry.start()
        else:
            self.listener.close()
        self.done.set()
        threading.Event().wait()

    def is_over(self, n):
        with self.lock:
            if self.left is None:
                return False
            self.left -= n
            if self.left >= 0:
                return False
            self.left = None
            return True

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.registry.port), 5)
            except OSError:
                client.close()
                continue
            threading.Thread(target=self.pump, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self.pump, args=(server, client, True), daemon=True).start()

    def pump(self, source, to, counted):
        try:
            while data := source.recv(65536):
                if counted and self.is_over(len(data)):
                    self.over.set()
                    self.done.wait()
                    break
                to.sendall(data)
        except OSError:
            pass
        for one in (source, to):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Scans(unittest.TestCase):
    def scan(self, *words, env=()):
        run = subprocess.run([ASSAY, "scan", "-o", "json", *words], capture_output=True,
                             text=True, timeout=300, env={**PLAIN, **dict(env)})
        self.assertNotIn(PASSWORD, run.stdout + run.stderr)
        return run.returncode, json.loads(run.stdout or "{}"), run.stderr

    def found(self, report):
        return sorted((record["path"], finding["rule"]) for record in report["records"]
                      for finding in record["findings"])

    def digests(self, report):
        return {record["path"]: record["digests"].get("sha256")
                for record in report["records"] if record["path"].startswith("blobs/")}

    def start(self, **how):
        registry = Registry(**how)
        self.addCleanup(registry.remove)
        return registry

    def push(self, registry, layout, name):
        skopeo("copy", "--preserve-digests", f"oci:{layout}:latest",
               f"docker://{registry.place}/{name}", registry=registry)
        self.addCleanup(shutil.rmtree, layout, ignore_errors=True)

    def test_the_same_as_in_a_layout(self):
        layout = image(file("models/evil.pkl", EVIL),
                       file("models/good.safetensors", safetensors(1)))
        registry = self.start()
        self.push(registry, layout, "org/model:v1")
        _, there, _ = self.scan(f"oci:{layout}:latest")
        code, here, _ = self.scan(f"docker://{registry.place}/org/model:v1")
        self.assertEqual(code, 1)
        self.assertEqual(self.digests(here), self.digests(there))
        self.assertEqual(self.found(here), self.found(there))
        self.assertIn("pickle.", " ".join(rule for _, rule in self.found(here)))
        reports = [self.scan("--threads", n, f"docker://{registry.place}/org/model:v1")[1]
                   for n in ("1", "4")]
        self.assertEqual(reports[0], reports[1])

    def test_who_is_let_in(self):
        layout = image(file("a.safetensors", safetensors(1)))
        registry = self.start(password=True)
        self.push(registry, layout, "closed")
        target = f"docker://{registry.place}/closed"
        code, report, _ = self.scan(target)
        self.assertEqual(code, 2)
        self.assertIn("401 UNAUTHORIZED: authentication required (nothing is known to log in",
                      report["records"][0]["reason"])
        login = {"ASSAY_REGISTRY_USER": USER, "ASSAY_REGISTRY_PASSWORD": PASSWORD}
        self.assertEqual(self.scan(target, env=login)[0], 0)
        wrong = {**login, "ASSAY_REGISTRY_PASSWORD": "another"}
        self.assertEqual(self.scan(target, env=wrong)[0], 2)
        with tempfile.TemporaryDirectory() as folder:
            logins = pathlib.Path(folder, "config.json")
            logins.write_text(json.dumps({"auths": {registry.place: {
                "auth": lying.basic_of(USER, PASSWORD)}}}))
            self.assertEqual(self.scan("--registry-config", str(logins), target)[0], 0)
            self.assertEqual(self.scan(target, env={"DOCKER_CONFIG": folder})[0], 0)
            self.assertEqual(self.scan(target, env={"REGISTRY_AUTH_FILE": str(logins)})[0], 0)
            logins.write_text("{")
            code, _, said = self.scan("--registry-config", str(logins), target)
            self.assertEqual(code, 4)
            self.assertIn(str(logins), said)

    def test_a_tag_that_moves(self):
        registry = self.start()
        target = f"docker://{registry.place}/moved:v1"
        self.push(registry, image(file("a.safetensors", safetensors(1))), "moved:v1")
        with tempfile.TemporaryDirectory() as folder:
            lock = os.path.join(folder, "lock.json")
            self.assertEqual(self.scan("--write-lock", lock, target)[0], 0)
            self.assertEqual(self.scan("--lock", lock, target)[0], 0)
            self.push(registry, image(file("a.safetensors", safetensors(2))), "moved:v1")
            code, report, _ = self.scan("--lock", lock, target)
        self.assertEqual(code, 1)
        self.assertIn("oci.ref.mutated", [rule for _, rule in self.found(report)])

    def test_whether_anybody_may_write(self):
        layout = image(file("a.safetensors", safetensors(1)))
        for password, rules in ((False, ["oci.registry.anonymous_write"]), (True, [])):
            registry = self.start(password=password)
            self.push(registry, layout, "repo")
            login = {"ASSAY_REGISTRY_USER": USER, "ASSAY_REGISTRY_PASSWORD": PASSWORD}
            target = f"docker://{registry.place}/repo"
            code, report, _ = self.scan("--probe-write", target, env=login)
            self.assertEqual([rule for _, rule in self.found(report)], rules)
            self.assertEqual(code, 1 if rules else 0)
            self.assertEqual(self.found(self.scan(target, env=login)[1]), [])

    def broken(self, restart):
        layer = random.Random(7).randbytes(20_000_000)
        layout = image(file("weights.bin", layer))
        registry = self.start()
        self.push(registry, layout, "big")
        relay = Relay(registry, 9_000_000, restart)
        return layout, self.scan(f"docker://{relay.place}/big")

    def test_a_registry_that_comes_back(self):
        layout, (code, report, said) = self.broken(restart=True)
        self.assertEqual(code, 0, said)
        self.assertEqual(self.digests(report), self.digests(self.scan(f"oci:{layout}:latest")[1]))

    def test_a_registry_that_does_not(self):
        _, (code, report, said) = self.broken(restart=False)
        self.assertEqual(code, 2)
        self.assertIn("cannot be reached", said)
        self.assertGreater(report["summary"]["coverage"]["unreadable"], 0)
        self.assertEqual(report["summary"]["verdict"], "incomplete")

    def test_a_registry_that_lies(self):
        server = lying.Server()
        self.addCleanup(server.server_close)
        for name, rule, said in (
                ("too-long", "engine.io.unreadable", "another size"),
                ("broken", "engine.io.unreadable", "500"),
                ("other-bytes", "oci.blob.digest_mismatch", "")):
            lie = lying.LIES[name]
            lying.LIES[name] = lambda h, lie=lie: (lie if h.kind == "blobs" and h.path.endswith(
                lying.BLOB_DIGEST) else self.honest)(h)
            self.addCleanup(lying.LIES.__setitem__, name, lie)
            with self.subTest(name):
                code, report, told = self.scan(f"docker://{server.place}/{name}")
                self.assertNotEqual(code, 0)
                rules = [rule for _, rule in self.found(report)]
                self.assertTrue(any(rule in one for one in rules), (rules, told))
                self.assertIn(said, told)

    @staticmethod
    def honest(h):
        if h.path.endswith(lying.digest(b"{}")):
            return h.answer(200, b"{}")
        return lying.honest(h)

    def test_an_interrupt_is_heard(self):
        server = lying.Server()
        self.addCleanup(server.server_close)
        for name in ("hang", "manifest-hang"):
            with subprocess.Popen([ASSAY, "scan", f"docker://{server.place}/{name}"], env=PLAIN,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
                time.sleep(0.7)
                start = time.monotonic()
                run.send_signal(2)
                self.assertEqual(run.wait(20), 75)
                self.assertLess(time.monotonic() - start, 2)

    @staticmethod
    def peak_of(pid):
        try:
            text = pathlib.Path(f"/proc/{pid}/status").read_text()
        except OSError:
            return 0
        return next((int(line.split()[1]) for line in text.splitlines()
                     if line.startswith("VmHWM")), 0)

    @unittest.skipIf(is_sanitized(), "a sanitizer's own memory counts, too")
    def test_memory(self):
        """A layer that is many times what is allowed, from a registry straight through."""
        data = random.Random(8).randbytes(1 << 20)
        layout = image(file("weights.bin", data * 400))
        registry = self.start()
        self.push(registry, layout, "large")
        peaks = []
        for target in (f"oci:{layout}:latest", f"docker://{registry.place}/large"):
            process = subprocess.Popen([ASSAY, "scan", "--memory", "64MiB", "-q", target],
                                       env=PLAIN, stdout=subprocess.DEVNULL)
            peak = 0
            while process.poll() is None:
                peak = self.peak_of(process.pid) or peak
                time.sleep(0.01)
            self.assertEqual(process.returncode, 0)
            peaks.append(peak)
        self.assertGreater(min(peaks), 0)
        self.assertLess(peaks[1], 64 << 10, peaks)


if __name__ == "__main__":
    need("docker-registry", "skopeo", "htpasswd", "setpriv")
    unittest.main()
