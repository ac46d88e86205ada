"""What is packed or holds files in ways that are known here and not read: never clean, whatever it is called."""
FILES = {
    # By compress(1): codes of nine bits. The third byte has the most bits of a code.
    "lzw": b"\x1f\x9d\x90" + bytes.fromhex("63e07009cecc2126"),
    "lzop": b"\x89LZO\0\r\n\x1a\n" + bytes(40),
    "lrzip": b"LRZI\0\x06" + bytes(40),
    "rpm": b"\xed\xab\xee\xdb\x03\0" + bytes(90),
    "squashfs": b"hsqs" + bytes(92),
    "warc": b"WARC/1.0\r\nWARC-Type: resource\r\n\r\n",
    "uu": b"begin 644 model.pkl\n$8V]S\"@``\n`\nend\n",
    "lz4_legacy": b"\x02\x21\x4c\x18\xff\xff\xff\x7f" + bytes(40),
    "zstd_01": b"\x1e\xb5\x2f\xfd" + bytes(40),
    "zstd_07": b"\x27\xb5\x2f\xfd" + bytes(40),
    "pack": b"\x1f\x1e" + bytes(40),
    "lzh": b"\x1f\xa0" + bytes(40),
    "zoo": b"ZOO 2.10 Archive.\x1a\0\0\xdc\xa7\xc4\xfd" + bytes(40),
    "zoo_renamed": b"notzoo" + bytes(14) + b"\xdc\xa7\xc4\xfd" + bytes(40),
    "arj": b"\x60\xea\x2b\0\x1e" + bytes(60),
    "ace": bytes(7) + b"**ACE**" + bytes(40),
    "zpaq": b"7kSt\xa0\x31\x83\xd3\x8c\xb2\x28\xb0\xd3zPQ\2\1" + bytes(40),
    "kgb": b"KGB_arch -5\n" + bytes(40),
    "grzip": b"GRZipII\0" + bytes(40),
    "snappy": b"\xff\6\0\0sNaPpY" + bytes(40),
    "ext": bytes(1024 + 56) + b"\x53\xef" + bytes(3000),
    "dmg": b"\1\2\3\4" * 300 + b"koly".ljust(512, b"\0"),
    # Readers search behind the two letters of a program.
    "7z_behind": b"MZ" + bytes(70000) + b"7z\xbc\xaf\x27\x1c\0\4" + bytes(40),
    "base64": b"begin-base64 644 model.pkl\nY29zCg==\n====\n",
}
for name, content in FILES.items():
    with open(f"weights_{name}.bin", "wb") as file:
        file.write(content)

# No such things: a code of 31 bits, and texts.
for name, content in {"lzw.bin": b"\x1f\x9d\x1f" + bytes(range(60)), "note": b"begin 6 times and rest\n",
                      "zoo": b"ZOO animals: a list\n", "arj.bin": b"\x60\xea\xff\xff" + bytes(range(60)),
                      "ext.bin": bytes(range(256)) * 4 + bytes(56) + b"\x53\xef" + bytes([255] * 3000),
                      "beginner": b"begin 64x\n", "warrant": b"WARC it is\n"}.items():
    with open(f"not_{name}", "wb") as file:
        file.write(content)
