"""Layers that are made to be fetched in parts: each file in a gzip member of its own, an index as the last file, and a
footer that says where the index is. Readers of gzip and tar see an ordinary layer."""
import gzip
import hashlib
import io
import json
import struct
import tarfile

FILES = {"app/config.json": b"{}\n", "app/weights.bin": bytes(range(256)) * 300, "app/empty": b""}


def entries(*members):
    """Each member's blocks of a tar, apart, and what ends it."""
    out = []
    for name, data in members:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        out.append(entry.tobuf(tarfile.USTAR_FORMAT) + data + bytes(-len(data) % 512))
    return out, bytes(1024)


def footer(offset):
    extra = b"SG" + struct.pack("<H", 22) + b"%016xSTARGZ" % offset
    return (b"\x1f\x8b\x08\x04" + bytes(4) + b"\x00\xff" + struct.pack("<H", len(extra)) + extra +
            b"\x01\x00\x00\xff\xff" + bytes(8))


def layer(name, files, landmark=True, change=lambda toc: toc):
    listed = ([(".no.prefetch.landmark", b"\x0f")] if landmark else []) + list(files.items())
    out = io.BytesIO()
    toc = {"version": 1, "entries": []}
    blocks, end = entries(*listed)
    for (path, data), block in zip(listed, blocks):
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        toc["entries"].append({"name": path, "type": "reg", "size": len(data), "offset": out.tell(),
                               "digest": digest, "chunkDigest": digest})
        out.write(gzip.compress(block, 6, mtime=0))
    at = out.tell()
    index, end = entries(("stargz.index.json", json.dumps(change(toc)).encode()))
    out.write(gzip.compress(index[0] + end, 6, mtime=0) + footer(at))
    with open(name, "wb") as file:
        file.write(out.getvalue())


layer("layer.tar.gz", FILES)
layer("without_landmark.tar.gz", FILES, landmark=False)


def changed(number, **more):
    """The index with one entry that says something else."""
    def change(toc):
        entries = [dict(entry) for entry in toc["entries"]]
        entries[number].update(more)
        return {**toc, "entries": entries}
    return change


SOME = "sha256:" + hashlib.sha256(b"others").hexdigest()
layer("dotted.tar.gz", {"./" + name: data for name, data in FILES.items()})
layer("in_pieces.tar.gz", FILES, change=changed(2, chunkSize=4096, chunkDigest=SOME))
layer("other_name.tar.gz", FILES, change=changed(2, name="app/model.bin"))
layer("outside.tar.gz", FILES, change=changed(2, name="../../etc/passwd"))
layer("other_size.tar.gz", FILES, change=changed(2, size=76799))
layer("other_piece.tar.gz", FILES, change=changed(2, chunkDigest=SOME))
layer("other_digest.tar.gz", FILES, change=changed(2, digest=SOME, chunkDigest=SOME))
layer("twice.tar.gz", FILES, change=lambda toc: {**toc, "entries": toc["entries"] + [dict(toc["entries"][1], size=4)]})
# What the index leaves out is scanned.
layer("evil.tar.gz", {**FILES, "app/data.pkl": b"cos\nsystem\n(S'id'\ntR."},
      change=lambda toc: {**toc, "entries": toc["entries"][:-1]})


def capitals(toc):
    """Another digest to readers in Go alone, and none of the keys that others look for."""
    entries = [dict(entry) for entry in toc["entries"]]
    entries[1]["Digest"] = entries[1]["chunkDIGEST"] = SOME
    return {"version": 1, "Entrie\u017f": entries}


layer("capitals.tar.gz", FILES, change=capitals)
