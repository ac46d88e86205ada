"""Programs in values that are wrapped more than once, packed, in a tar, or behind other bytes."""
import base64
import os
import sys
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from tar_parts import archive, member

CALL = b"\x80\x02cos\nsystem\nX\x04\x00\x00\x00true\x85R."


def write(name, value, opcode=b"B"):
    with open(name + ".pkl", "wb") as file:
        file.write(b"\x80\x03" + opcode + len(value).to_bytes(4, "little") + value + b".")


write("zlib", zlib.compress(CALL))
write("zlib_without_magic", zlib.compress(CALL[2:]))
write("base64_of_zlib", base64.b64encode(zlib.compress(CALL)), b"X")
write("base64_twice", base64.b64encode(base64.b64encode(CALL)), b"X")
write("hex_of_base64", base64.b64encode(CALL).hex().encode(), b"X")
write("tar", archive(member(b"model.pkl", CALL)))
write("behind", bytes(range(7, 107)) + CALL)
write("zlib_of_text", zlib.compress(b"nothing but text, " * 20))
