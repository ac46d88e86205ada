#!/usr/bin/env python3
"""Stores that the real tools made: sound ones are clean, and each blob that is damaged afterwards is found and blamed.

Git LFS, umoci and skopeo come from Debian; huggingface_hub and DVC are peers (`make peers`). The hub is a server of
ours on loopback that speaks as much of its interface as a download needs.
"""
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
ASSAY = os.environ["ASSAY"]
SOURCE = os.environ["ASSAY_SOURCE"]
sys.path.insert(0, os.path.join(SOURCE, "testdata"))
from store_parts import COMMIT, git_sha1, model, sha256  # noqa: E402

PEERS = os.path.join(SOURCE, "build", "peers")
FILES = {"config.json": b'{"model_type": "bert"}', "model.safetensors": model(1, 100_000), "onnx/model.bin": model(2, 5000)}


class Skip(Exception):
    pass


def need(*commands):
    for command in commands:
        if not shutil.which(command):
            raise Skip(f"{command} is not installed")


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, timeout=120, **options)
    assert done.returncode == 0, (command, done.stderr[-1000:])
    return done.stdout


def verify(path, code):
    done = subprocess.run([ASSAY, "verify-store", "--json", path], capture_output=True, timeout=120)
    assert done.returncode == code, (path, done.returncode, done.stdout[-2000:], done.stderr)
    return json.loads(done.stdout)["stores"]


def damage(path):
    """Changes one byte of a blob; what led to its name still does."""
    os.chmod(path, 0o644)
    with open(path, "r+b") as file:
        file.seek(os.path.getsize(path) // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))


def check(store, blobs):
    """The store is clean; then each of its blobs in turn is damaged, found, and mended."""
    (sound,) = verify(store, 0)
    assert sound["blobs"]["ok"] == len(blobs) and not sound["bad"], sound
    for blob in blobs:
        with open(blob, "rb") as file:
            content = file.read()
        damage(blob)
        (broken,) = verify(store, 1)
        assert broken["blobs"]["corrupt"] == 1, broken
        assert os.path.basename(broken["bad"][0]["path"]) == os.path.basename(blob), broken
        with open(blob, "wb") as file:
            file.write(content)
    return sound


def files_below(folder, *parts):
    return sorted(os.path.join(base, name) for base, _, names in os.walk(os.path.join(folder, *parts)) for name in names)


# ------------------------------------------------------------------------------------------------

def git_lfs(folder):
    need("git", "git-lfs")
    env = {**os.environ, "HOME": folder, "GIT_CONFIG_NOSYSTEM": "1"}
    here = {"cwd": folder, "env": env}
    run("git", "init", "-q", ".", **here)
    run("git", "lfs", "install", "--local", **here)
    run("git", "lfs", "track", "*.bin", **here)
    for i in range(3):
        with open(os.path.join(folder, f"{i}.bin"), "wb") as out:
            out.write(model(i, 1000))
    run("git", "add", ".", **here)
    run("git", "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "x", **here)
    check(folder, files_below(folder, ".git/lfs/objects"))
    for version in ("2", "4"):
        run("git", "update-index", "--index-version", version, **here)
        for blob in files_below(folder, ".git/lfs/objects"):
            with open(blob, "rb") as file:
                content = file.read()
            for harm in (damage, lambda path: os.truncate(path, 10)):
                harm(blob)
                said = subprocess.run(["git", "lfs", "fsck", "--objects", "--dry-run"], capture_output=True, **here).stdout
                (broken,) = verify(folder, 1)
                (breaks,) = broken["bad"][0]["breaks"]
                assert f" {breaks} (".encode() in said, (breaks, said)
                with open(blob, "wb") as file:
                    file.write(content)


def image_layout(folder):
    need("umoci", "skopeo")
    layout = os.path.join(folder, "image")
    with open(os.path.join(folder, "model.safetensors"), "wb") as out:
        out.write(model(1, 1000))
    run("umoci", "init", "--layout", layout)
    run("umoci", "new", "--image", layout + ":v1")
    run("umoci", "insert", "--rootless", "--image", layout + ":v1", os.path.join(folder, "model.safetensors"),
        "/models/model.safetensors")
    run("skopeo", "copy", f"oci:{layout}:v1", f"oci:{folder}/copy:v2")
    check(os.path.join(folder, "copy"), files_below(folder, "copy/blobs"))


class Hub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.answer(False)

    def do_GET(self):
        self.answer(True)

    def answer(self, whole):
        name = self.path.split(f"/resolve/{COMMIT}/")[-1].split("/resolve/main/")[-1]
        if self.path.startswith("/api/models/org/name"):
            body = json.dumps({"id": "org/name", "modelId": "org/name", "sha": COMMIT, "private": False, "tags": [],
                               "siblings": [{"rfilename": name} for name in FILES]}).encode()
            return self.send(200, body, {"Content-Type": "application/json"}, whole)
        if name not in FILES:
            return self.send(404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT}, whole)
        body = FILES[name]
        large = not name.endswith(".json")
        tag = sha256(body) if large else git_sha1(body)
        headers = {"X-Repo-Commit": COMMIT, "ETag": f'"{tag}"'}
        if large:
            headers.update({"X-Linked-Etag": f'"{tag}"', "X-Linked-Size": str(len(body))})
        return self.send(200, body, headers, whole)

    def send(self, code, body, headers, whole):
        self.send_response(code)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if whole:
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def hub_cache(folder):
    python = os.environ.get("HUB_PYTHON", os.path.join(PEERS, "python/bin/python3"))
    if not os.access(python, os.X_OK) or subprocess.run([python, "-c", "import huggingface_hub"], capture_output=True).returncode:
        raise Skip("huggingface_hub is not installed: `make peers`")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    env = {**os.environ, "HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}", "HF_HOME": folder, "HF_HUB_DISABLE_XET": "1",
           "HF_HUB_DISABLE_TELEMETRY": "1", "NO_PROXY": "127.0.0.1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    try:
        for name in FILES:
            run(python, "-c", f"import huggingface_hub as h; h.hf_hub_download('org/name', '{name}')", env=env)
    finally:
        server.shutdown()
    hub = os.path.join(folder, "hub")
    sound = check(hub, files_below(hub, "models--org--name/blobs"))
    assert sound["models"] == [{"name": f"org/name@{COMMIT}", "state": "intact", "parts": 3, "damaged_parts": 0}], sound


def dvc_cache(folder):
    dvc = os.environ.get("DVC", os.path.join(PEERS, "bin/dvc"))
    if not os.access(dvc, os.X_OK):
        raise Skip("dvc is not installed: `make peers`")
    here = {"cwd": folder, "env": {**os.environ, "DVC_NO_ANALYTICS": "1", "HOME": folder}}
    run(dvc, "init", "--no-scm", "-q", **here)
    os.makedirs(os.path.join(folder, "data/sub"))
    for name, content in (("model.bin", model(1, 1000)), ("data/a.txt", b"a\r\nb\n"), ("data/sub/b.bin", model(2))):
        with open(os.path.join(folder, name), "wb") as out:
            out.write(content)
    run(dvc, "add", "-q", "model.bin", "data", **here)
    sound = check(folder, files_below(folder, ".dvc/cache/files"))
    assert {model["name"]: model["parts"] for model in sound["models"]} == {"model.bin": 1, "data": 1}, sound


def main():
    skipped, tests = [], (git_lfs, image_layout, hub_cache, dvc_cache)
    for test in tests:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            try:
                test(os.path.realpath(folder))
                print(f"{test.__name__}: ok")
            except Skip as why:
                skipped.append(test.__name__)
                print(f"SKIP {test.__name__}: {why}")
    return 77 if len(skipped) == len(tests) else 0


if __name__ == "__main__":
    sys.exit(main())
