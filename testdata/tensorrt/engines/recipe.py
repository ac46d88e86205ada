import struct


def write(name, content):
    with open(name, "wb") as out:
        out.write(content)


elf = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHI", 3, 62, 1) + bytes(40)
write("magic.bin", b"ftrt" + bytes(200))
write("named.engine", b"\x01\x02" + bytes(200))
write("plugin.plan", b"ptrt" + bytes(5000) + elf + bytes(100))
write("no_elf.trt", b"ftrt" + bytes(100) + b"\x7fELF" + b"\xff" * 30)
write("notes.plan", b"a plan, in words\n")
