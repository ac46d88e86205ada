"""The eight bytes in front, and what they say about a header that is not there."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from safetensors_files import *

w = tensors(("w", "F32", [2, 2]))
good = text(w)
for size in range(1, 8):
    write(f"too_small_{size}.safetensors", file(w)[:size])
write("no_bytes.safetensors", b"")
write("len_zero.safetensors", raw(b"", bytes(16)))
write("zeros.safetensors", bytes(5000))
write("len_too_large.safetensors", raw(good, bytes(16), length=100_000_001))
write("len_too_large_by_far.safetensors", b"<" + bytes(4) + b"\xff\xff\xff")
write("len_all_ones.safetensors", raw(good, bytes(16), length=2 ** 64 - 1))
write("len_negative.safetensors", raw(good, bytes(16), length=2 ** 63))
write("len_one_more.safetensors", raw(good, length=len(good) + 1))
write("len_exceeds.safetensors", raw(good, bytes(16), length=99_999_999))
write("len_exceeds_empty.safetensors", raw(b"", length=8))
write("no_length.safetensors", good + bytes(16))
write("page_of_text.safetensors", b"Entry not found")
write("noise.safetensors", bytes((i * i * 37 + 11) % 256 for i in range(3000)))
write("len_too_large_by_content", raw(good, bytes(16), length=100_000_001))
