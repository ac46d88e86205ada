"""zstd:chunked: each file in a frame of its own, an index in a frame that unpackers skip, and a footer of the same kind
that says where the index is. What the index says of other files is not read; that there is one is told."""
import io
import json
import struct
import tarfile

PICKLE = b"cposix\nsystem\n(S'id'\ntR."


def frame(data):
    """Of one stored block."""
    return b"\x28\xb5\x2f\xfd\x00\x58" + (len(data) << 3 | 1).to_bytes(3, "little") + data


def skippable(data):
    return b"\x50\x2a\x4d\x18" + struct.pack("<I", len(data)) + data


def layer(name, files, index, end=b"GnUlInUx"):
    out = io.BytesIO()
    for path, data in files.items():
        entry = tarfile.TarInfo(path)
        entry.size = len(data)
        out.write(frame(entry.tobuf(tarfile.USTAR_FORMAT) + data + bytes(-len(data) % 512)))
    out.write(frame(bytes(1024)))
    text = json.dumps({"version": 1, "entries": index}).encode()
    at = out.tell() + 8
    out.write(skippable(frame(text)))
    out.write(skippable(struct.pack("<QQQQ", at, len(frame(text)), len(text), 1) + end))
    with open(name, "wb") as file:
        file.write(out.getvalue())


FILES = {"app/config.json": b"{}\n", "app/weights.bin": bytes(range(256)) * 30}
layer("layer.tar.zst", FILES, [{"name": name, "type": "reg", "size": len(data)} for name, data in FILES.items()])
layer("evil.tar.zst", {**FILES, "app/data.pkl": PICKLE}, [])
layer("no_footer.tar.zst", FILES, [], b"whatever")
