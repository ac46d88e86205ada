with open("a.bin", "wb") as out:
    out.write(bytes.fromhex("cffaedfe07000001") + bytes(24))
with open("fat.bin", "wb") as out:
    out.write(bytes.fromhex("cafebabe00000002") + bytes(40))
# A Java class has the fat magic, then its version: 52 is Java 8.
with open("java.bin", "wb") as out:
    out.write(bytes.fromhex("cafebabe00000034") + bytes(40))
