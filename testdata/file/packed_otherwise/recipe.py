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
    "base64": b"begin-base64 644 model.pkl\nY29zCg==\n====\n",
}
for name, content in FILES.items():
    with open(f"weights_{name}.bin", "wb") as file:
        file.write(content)

# No such things: a code of 31 bits, and texts.
for name, content in {"lzw.bin": b"\x1f\x9d\x1f" + bytes(range(60)), "note": b"begin 6 times and rest\n",
                      "beginner": b"begin 64x\n", "warrant": b"WARC it is\n"}.items():
    with open(f"not_{name}", "wb") as file:
        file.write(content)
