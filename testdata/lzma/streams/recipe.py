import lzma

TEXT = b"a line of the model card\n" * 200


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


good = lzma.compress(TEXT, format=lzma.FORMAT_ALONE)
write("plain.txt.lzma", good)
write("short.lzma", lzma.compress(b"short", format=lzma.FORMAT_ALONE))
write("known_size.lzma", good[:5] + len(TEXT).to_bytes(8, "little") + good[13:])
write("cut.lzma", good[:-5])
write("garbage_behind.lzma", good + b"not a stream\n")
write("window_of_4_gib.lzma", good[:1] + b"\xff\xff\xff\xff" + good[5:])
write("looks_like_it.bin", b"\x5d\0\0\x80\0" + b"\xff" * 8 + b"\0" + b"but is not" * 20)
# A dictionary of any size is one to most readers, for who refers back less far.
call = lzma.compress(b"cos\nsystem\n(S'id'\ntR.", format=lzma.FORMAT_ALONE)
for dictionary in (0, 1, 4095, 5000, 100_000):
    write(f"dictionary_{dictionary}.dat", call[:1] + dictionary.to_bytes(4, "little") + call[5:])
write("called_so.lzma", bytes(range(200)))
# Numbers that might be a header, with zeros or what no coder writes behind them.
write("numbers.bin", b"\x5d\0\0\0\0\0\0\0\0\0\0\0\0" + bytes(300))
write("more_numbers.bin", b"\x5d\0\0\0\0\0\0\0\0\0\0\0\0\0" + bytes(range(1, 255)))
write("zeros_among_numbers.bin", bytes.fromhex("5d0000005d0000000500000000000000000000008001") + bytes(range(60)))
