# Two letters make no program: the pointer at 0x3c leads nowhere.
with open("weights.bin", "wb") as out:
    out.write(b"MZ" + bytes(range(1, 200)))
