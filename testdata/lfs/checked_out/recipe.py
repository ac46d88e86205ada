"""Repositories that are checked out: no pointers lie there, and Git's index says whose objects are whose. One in each
version of the index: in all an object is damaged, in another cut short; a third is sound, and one belongs to an older commit."""
import os
import struct
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from store_parts import *  # noqa: E402,F403


def pointer(content):
    return (f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256(content)}\n"
            f"size {len(content)}\n").encode()


def varint(number):
    out = bytes([number & 0x7f])
    number >>= 7
    while number:
        number -= 1
        out = bytes([0x80 | (number & 0x7f)]) + out
        number >>= 7
    return out


def index(version, files):
    """Of (path, size when it was checked out, content as Git has it)."""
    out, before = b"DIRC" + struct.pack(">II", version, len(files)), b""
    for i, (path, size, blob) in enumerate(sorted(files)):
        extended = version == 3 and i == 0
        entry = struct.pack(">10I", 0, 0, 0, 0, 0, 0, 0o100644, 0, 0, size) + bytes.fromhex(git_sha1(blob))
        entry += struct.pack(">H", min(len(path), 0xfff) | (0x4000 if extended else 0)) + (b"\x20\0" if extended else b"")
        name = path.encode()
        if version == 4:
            same = len(os.path.commonprefix([before, name]))
            entry += varint(len(before) - same) + name[same:] + b"\0"
        else:
            entry += name
            entry += bytes(8 - len(entry) % 8)
        out, before = out + entry, name
    return out + bytes(20)


def repository(at, version):
    contents = {"a/damaged.safetensors": model(1, 400), "a/deep/cut.safetensors": model(2, 5000),
                "sound.safetensors": model(3)}
    small = {".gitattributes": b"*.safetensors filter=lfs\n", "z.txt": b"text\n"}
    for name, content in {**contents, **small}.items():
        write(f"{at}/{name}", content)
    older = model(4)
    for name, content in {**contents, "": older}.items():
        oid = sha256(content)
        kept = {"a/damaged.safetensors": content[:-1] + b"?", "a/deep/cut.safetensors": content[:1000]}.get(name, content)
        write(f"{at}/.git/lfs/objects/{oid[:2]}/{oid[2:4]}/{oid}", kept)
    write(f"{at}/.git/index", index(version, [(name, len(content), pointer(content)) for name, content in contents.items()] +
                                    [(name, len(content), content) for name, content in small.items()]))


for version in (2, 3, 4):
    repository(f"v{version}", version)
# What is no index names nothing, and a path of a megabyte ends it.
repository("torn", 2)
whole = open("torn/.git/index", "rb").read()
write("torn/.git/index", whole[:190])
repository("long", 2)
write("long/.git/index", index(2, [("p" * (1 << 20), 1, b"")]))
