"""Parts of content-addressed stores: small models, and blobs under the names that their stores give them."""
import hashlib
import json
import os
import struct

COMMIT = "0123456789abcdef0123456789abcdef01234567"
OTHER = "fedcba9876543210fedcba9876543210fedcba98"


def model(seed=0, size=64):
    """A safetensors file with one tensor."""
    data = bytes((i * 7 + seed) % 251 for i in range(size))
    header = json.dumps({"w": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}).encode()
    header += b" " * (-len(header) % 8)
    return struct.pack("<Q", len(header)) + header + data


def write(path, content):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as out:
        out.write(content if isinstance(content, bytes) else content.encode())


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def md5(content):
    return hashlib.md5(content).hexdigest()


def git_sha1(content):
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def link(path, to):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.symlink(to, path)


class Repository:
    """A repository in the cache of the Hugging Face hub."""

    def __init__(self, name="models--org--name", hub=""):
        self.path = os.path.join(hub, name)

    def blob(self, content, named=None, large=True):
        name = named or (sha256(content) if large else git_sha1(content))
        write(f"{self.path}/blobs/{name}", content)
        return name

    def file(self, name, content, commit=COMMIT, **options):
        blob = self.blob(content, **options)
        self.link(name, "../" * (name.count("/") + 2) + "blobs/" + blob, commit)
        return blob

    def link(self, name, to, commit=COMMIT):
        link(f"{self.path}/snapshots/{commit}/{name}", to)

    def ref(self, name="main", content=COMMIT):
        write(f"{self.path}/refs/{name}", content)


class Ollama:
    def __init__(self, root="models"):
        self.root = root

    def blob(self, content, name=None):
        name = name or "sha256-" + sha256(content)
        write(f"{self.root}/blobs/{name}", content)
        return name.replace("sha256-", "sha256:", 1)

    @staticmethod
    def layer(digest, size, kind="model"):
        return {"mediaType": f"application/vnd.ollama.image.{kind}", "digest": digest, "size": size}

    def manifest(self, name, layers, raw=None):
        config = b'{"model_format":"gguf"}'
        document = {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
                    "config": {"mediaType": "application/vnd.docker.container.image.v1+json",
                               "digest": self.blob(config), "size": len(config)}, "layers": layers}
        text = json.dumps(document)
        write(f"{self.root}/manifests/registry.ollama.ai/library/{name}", raw(text) if raw else text)
