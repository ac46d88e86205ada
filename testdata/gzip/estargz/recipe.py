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
        toc["entries"].append({"name": path, "type": "reg", "size": len(data), "offset": out.tell(),
                               "digest": "sha256:" + hashlib.sha256(data).hexdigest()})
        out.write(gzip.compress(block, 6, mtime=0))
    at = out.tell()
    index, end = entries(("stargz.index.json", json.dumps(change(toc)).encode()))
    out.write(gzip.compress(index[0] + end, 6, mtime=0) + footer(at))
    with open(name, "wb") as file:
        file.write(out.getvalue())


layer("layer.tar.gz", FILES)
layer("without_landmark.tar.gz", FILES, landmark=False)
# The index is not followed; the file that it leaves out or renames is scanned.
layer("evil.tar.gz", {**FILES, "app/data.pkl": b"cos\nsystem\n(S'id'\ntR."},
      change=lambda toc: {**toc, "entries": toc["entries"][:-1]})
