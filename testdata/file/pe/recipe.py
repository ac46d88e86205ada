# "MZ", and at 0x3c the offset of "PE\0\0".
with open("weights.bin", "wb") as out:
    out.write(b"MZ" + bytes(58) + (0x80).to_bytes(4, "little") + bytes(64) + b"PE\0\0" + bytes(20))
