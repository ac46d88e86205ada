"""Makes image layouts and archives of which every document may lie.

A Layout collects blobs; index() writes it as a folder, or archive() as a tar. Documents are given as
Python values, or as bytes to stand there as they are.
"""
import gzip
import hashlib
import json
import os

import tar_parts

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"
EMPTY = "application/vnd.oci.empty.v1+json"
REF = "org.opencontainers.image.ref.name"


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def text(document):
    return document if isinstance(document, bytes) else json.dumps(document, separators=(",", ":")).encode()


def tar(*parts):
    return tar_parts.archive(*parts)


def file(name, data=b"text\n", **fields):
    return tar_parts.member(name.encode(), data, **fields)


def folder(name):
    return tar_parts.header(name.encode() + b"/", kind=b"5", mode=0o755)


def packed(data):
    return gzip.compress(data, mtime=0)


def safetensors(value=0):
    head = b'{"w":{"dtype":"F32","shape":[64],"data_offsets":[0,256]}}'
    head += b" " * (-len(head) % 8)
    return len(head).to_bytes(8, "little") + head + bytes([value]) * 256


def config(*tars, **more):
    """The configuration of an image with these layers, unpacked."""
    return {"architecture": "amd64", "os": "linux", "config": {"Cmd": ["/bin/sh"]},
            "rootfs": {"type": "layers", "diff_ids": [sha256(one) for one in tars]},
            "history": [{"created_by": "test"} for _ in tars], **more}


class Layout:
    def __init__(self):
        self.blobs = {}

    def blob(self, data, media, name=None, **more):
        """Keeps a blob and describes it. `name`: it lies under another digest."""
        data = text(data)
        digest = name or sha256(data)
        self.blobs[digest] = data
        return {"mediaType": media, "digest": digest, "size": len(data), **more}

    def layer(self, content, media=None):
        """A tar, packed unless `media` says otherwise."""
        return self.blob(packed(content) if media is None else content, media or LAYER + "+gzip")

    def manifest(self, config, layers, **more):
        return self.blob({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers, **more},
                         MANIFEST)

    def image(self, *tars, **more):
        """An ordinary image."""
        return self.manifest(self.blob(config(*tars), CONFIG), [self.layer(one) for one in tars], **more)

    def files(self, index, layout=None):
        yield "oci-layout", text(layout or {"imageLayoutVersion": "1.0.0"})
        yield "index.json", text(index if isinstance(index, (bytes, dict)) else
                                 {"schemaVersion": 2, "mediaType": INDEX, "manifests": list(index)})
        for digest, data in self.blobs.items():
            yield "blobs/" + digest.replace(":", "/"), data

    def write(self, where, index, layout=None, without=()):
        for name, data in self.files(index, layout):
            if name in without:
                continue
            path = os.path.join(where, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as out:
                out.write(data)

    def archive(self, name, index, *more):
        parts = [tar_parts.member(path.encode(), data) for path, data in self.files(index)]
        put(name, tar(*parts, *more))


def named(descriptor, ref="latest"):
    return {**descriptor, "annotations": {REF: ref}}


def put(name, data):
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    with open(name, "wb") as out:
        out.write(data)


def docker_save(images, files, links=()):
    """An archive as `docker save` wrote them: `files` are (name, data), `images` the list."""
    parts = [tar_parts.member(name.encode(), data) for name, data in files]
    parts += [tar_parts.header(name.encode(), kind=b"2", link=to.encode()) for name, to in links]
    return tar(*parts, tar_parts.member(b"manifest.json", text(images)))


DOCKER_AI = "application/vnd.docker.ai."
CONFIG_OF_A_MODEL = {"descriptor": {"created": "2026-01-31T12:00:00Z"},
                     "config": {"format": "gguf", "quantization": "F32", "parameters": "64", "size": "256 B"}}


def docker_model(name, *layers, of=CONFIG_OF_A_MODEL):
    """A layout as Docker Model Runner stores one: files are layers as they are, and the config says what they make."""
    layout = Layout()
    blobs = [layout.blob(data, DOCKER_AI + kind) for kind, data in layers]
    made = dict(of, rootfs={"type": "rootfs", "diff_ids": [blob["digest"] for blob in blobs]})
    document = {"schemaVersion": 2, "mediaType": MANIFEST, "layers": blobs,
                "config": layout.blob(text(made), DOCKER_AI + "model.config.v0.1+json")}
    layout.write(name, [named(layout.blob(text(document), MANIFEST))])
