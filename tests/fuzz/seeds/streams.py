#!/usr/bin/env python3
"""Makes the seeds of archives_fuzz, compressed_fuzz, inflater_fuzz and npy_fuzz again, the cases under testdata among them."""

import pathlib
import subprocess
import sys
import tempfile
import zlib

HERE = pathlib.Path(__file__).parent
TESTDATA = HERE.parent.parent.parent / "testdata"
# In the order of the fuzz target.
STREAMS = ["gzip", "zlib", "zfile", "bzip2", "xz", "lzma", "lz4", "zstd"]
ARCHIVES = ["7z", "cpio", "ar", "cab", "iso9660", "lha", "rar"]
LARGEST = 6000


def files_of(case):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-B", case / "recipe.py"], cwd=folder, check=True)
        for path in sorted(pathlib.Path(folder).iterdir()):
            data = path.read_bytes()
            if len(data) <= LARGEST:
                yield path.name, data


def put(target, name, data):
    folder = HERE / target
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)


def deflate_seeds():
    """Every kind of block, and codes that zlib refuses."""
    text = b"".join(b"%d %d\n" % (i, i * i) for i in range(400))
    strategies = {"stored": (0, zlib.Z_DEFAULT_STRATEGY), "fixed": (9, zlib.Z_FIXED), "own": (9, zlib.Z_DEFAULT_STRATEGY),
                  "huffman": (6, zlib.Z_HUFFMAN_ONLY), "runs": (6, zlib.Z_RLE)}
    for name, (level, strategy) in strategies.items():
        packer = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
        packed = packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH) + packer.compress(text) + packer.flush()
        yield name, packed
        yield f"{name}-cut", packed[:len(packed) * 2 // 3]
    yield "incomplete", bytes.fromhex("05c081080000000020 7feb0b".replace(" ", ""))
    yield "empty", b"\x03\x00"


def main():
    for name, data in deflate_seeds():
        put("inflater_fuzz", name, data)
    for number, kind in enumerate(STREAMS):
        for case in sorted((TESTDATA / kind).iterdir()):
            for name, data in files_of(case):
                put("compressed_fuzz", f"{kind}-{name}", bytes([number, len(name)]) + data)
    for number, kind in enumerate(ARCHIVES):
        for case in sorted((TESTDATA / kind).iterdir()) if (TESTDATA / kind).is_dir() else ():
            for name, data in files_of(case):
                put("archives_fuzz", f"{kind}-{name}", bytes([number, len(name)]) + data)
    for case in sorted((TESTDATA / "npy").iterdir()):
        for name, data in files_of(case):
            put("npy_fuzz", f"{case.name}-{name}", bytes([len(name)]) + data)
    for name, text in {"field": b"[('a', '<f4'), (('t', 'b'), '|O', (2, 3))]",
                       "subarray": b"('<M8[25us]', (2,))"}.items():
        put("npy_fuzz", f"descr-{name}", b"\0" + text)


if __name__ == "__main__":
    main()
