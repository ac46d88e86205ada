"""Debian's docker-registry on loopback, in a folder of its own, and skopeo to push with."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time



USER, PASSWORD = "reader", "a-long-password"


def need(*programs):
    """Leaves the test, loudly, where a program is missing."""
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        print(f"SKIP: not installed: {' '.join(missing)} (scripts/setup test installs them)")
        sys.exit(77)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Registry:
    """Ends by itself with the test: kill(), and the kernel sends it a signal when we die."""

    def __init__(self, password=False, port=None, folder=None, tls=None):
        self.folder = folder or tempfile.mkdtemp(prefix="assay-registry-")
        self.port = port or free_port()
        self.place = f"127.0.0.1:{self.port}"
        self.password = password
        self.tls = tls
        self._configure()
        self.start()

    def _configure(self):
        at = pathlib.Path(self.folder)
        text = f"""version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage:
  filesystem: {{rootdirectory: {at / "data"}}}
  delete: {{enabled: true}}
http:
  addr: {self.place}
"""
        if self.tls:
            text += f"  tls: {{certificate: {self.tls[0]}, key: {self.tls[1]}}}\n"
        if self.password:
            words = subprocess.run(["htpasswd", "-Bbn", USER, PASSWORD], check=True,
                                   capture_output=True).stdout
            (at / "htpasswd").write_bytes(words)
            text += f"auth:\n  htpasswd: {{realm: test, path: {at / 'htpasswd'}}}\n"
        (at / "config.yml").write_text(text)

    def start(self):
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "docker-registry", "serve",
             f"{self.folder}/config.yml"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("docker-registry does not start")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def remove(self):
        if self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def skopeo(*words, registry=None):
    """Runs skopeo with a policy of its own; with the registry's credentials where it has any."""
    more = []
    if registry is not None:
        more = ["--dest-tls-verify=false"] if words[0] == "copy" else ["--tls-verify=false"]
        if registry.password:
            more.append(("--dest-creds" if words[0] == "copy" else "--creds") +
                        f"={USER}:{PASSWORD}")
    run = subprocess.run(["skopeo", "--insecure-policy", words[0], *more, *words[1:]],
                         capture_output=True, text=True, timeout=120,
                         env={**os.environ, "REGISTRY_AUTH_FILE": "/nonexistent/auth.json"})
    if run.returncode != 0:
        raise RuntimeError(run.stderr)
    return run.stdout


def push_layout(registry, folder, name):
    skopeo("copy", f"oci:{folder}", f"docker://{registry.place}/{name}", registry=registry)
