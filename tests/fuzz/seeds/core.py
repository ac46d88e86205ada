#!/usr/bin/env python3
"""Makes the seeds of tape_fuzz, lanes_fuzz and chunk_side_file_fuzz again, beside this file."""

import hashlib
import pathlib
import random
import struct

HERE = pathlib.Path(__file__).parent


def put(target, name, data):
    folder = HERE / target
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)


def digest(label, data):
    return hashlib.sha256(label.encode().ljust(64, b"\0") + data).digest()


def side_file(content, length, **lies):
    """docs/chunk-tree.md as a program; `lies` replace fields of the header."""
    pieces = [content[i:i + length] for i in range(0, len(content), length)] or [b""]
    levels = [[digest("assay.chunk-tree.leaf/1", piece) for piece in pieces]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [below[i:i + 2] for i in range(0, len(below), 2)]
        levels.append([digest("assay.chunk-tree.node/1", pair[0] + pair[1]) if pair[1:] else pair[0]
                       for pair in pairs])
    fields = {"magic": b"ASSAYCT\1", "algorithm": 1, "levels": len(levels), "size": len(content),
              "chunk": length, "leaves": len(pieces), "rest": bytes(24)} | lies
    header = struct.pack("<8sIIQQQ24s", *fields.values())
    root = digest("assay.chunk-tree.root/1",
                  struct.pack("<QQ", fields["size"], fields["chunk"]) + levels[-1][0])
    return header + b"".join(node for level in levels for node in level) + root


def main():
    content = bytes(i % 251 for i in range(9000))
    good = side_file(content, 4096)
    put("chunk_side_file_fuzz", "good", good)
    put("chunk_side_file_fuzz", "larger-chunks", side_file(content, 8192))
    put("chunk_side_file_fuzz", "one-chunk", side_file(content, 16384))
    put("chunk_side_file_fuzz", "other-bytes", side_file(bytes(9000), 4096))
    put("chunk_side_file_fuzz", "other-size", side_file(content + b"x", 4096))
    put("chunk_side_file_fuzz", "empty-file", side_file(b"", 4096))
    swapped = good[96:128] + good[64:96]
    put("chunk_side_file_fuzz", "swapped-leaves", good[:64] + swapped + good[128:])
    put("chunk_side_file_fuzz", "cut", good[:-1])
    put("chunk_side_file_fuzz", "header-alone", good[:64])
    for name, lie in {"huge": {"size": 2**64 - 1, "levels": 53, "leaves": 2**52},
                      "odd-chunk": {"chunk": 4097}, "no-chunk": {"chunk": 0},
                      "leaves": {"leaves": 2**63}, "algorithm": {"algorithm": 2},
                      "rest": {"rest": bytes(23) + b"\1"}}.items():
        put("chunk_side_file_fuzz", "lie-" + name, side_file(content, 4096, **lie))

    dice = random.Random(1)
    for i in range(8):
        # Size of the content, longest read, whether the size is unknown, which block size.
        size, longest = (0, 1, 100, 600, 3000)[i % 5], (0, 1, 13)[i % 3]
        settings = struct.pack("<HBBBxxx", size, longest, i % 2, i)
        put("tape_fuzz", f"random-{i}", settings + dice.randbytes(300))
        put("lanes_fuzz", f"random-{i}", bytes([(0, 6, 10, 23)[i % 4]]) + dice.randbytes(400))
    put("tape_fuzz", "empty", b"")
    one_byte_each = b"".join(bytes([i, 1]) for i in range(60, 240))
    put("lanes_fuzz", "one-byte-each", bytes([23]) + one_byte_each)


if __name__ == "__main__":
    main()
