"""Types, shapes, numbers and offsets that do not fit each other, or the file."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from safetensors_files import *

BIG = 2 ** 64 - 1


def one(name, dtype, shape, begin, end, data):
    tensor = b'{"w":{"dtype":"%s","shape":%s,"data_offsets":[%s,%s]}}'
    write(name + ".safetensors", raw(padded(tensor % (dtype.encode(), shape.encode(), str(begin).encode(), str(end).encode())), bytes(data)))


for dtype in ("U4", "I4", "C128", "F8_E8M0FNU", "f32", "float32", "F32 ", "", "F4_E2M1"):
    one("dtype_unknown_" + dtype.strip(), dtype, "[4]", 0, 4, 4)
one("subbyte_misaligned_f4", "F4", "[3]", 0, 1, 1)
one("subbyte_misaligned_f6", "F6_E2M3", "[2]", 0, 1, 1)
one("overflow_product", "F32", f"[{2 ** 32},{2 ** 32}]", 0, 0, 0)
one("overflow_bits", "F32", f"[{2 ** 60}]", 0, 2 ** 62, 0)
one("overflow_zero_last", "F32", f"[{BIG},{BIG},0]", 0, 0, 0)
one("overflow_masked_by_zero", "F32", f"[0,{BIG},{BIG}]", 0, 0, 0)
one("overflow_masked_bits", "F32", f"[0,{BIG}]", 0, 0, 0)
one("rank_excess", "U8", "[" + ",".join(["1"] * 65) + "]", 0, 1, 1)
one("rank_excess_300", "U8", "[" + ",".join(["1"] * 300) + "]", 0, 1, 1)
for name, number in (("float", "8.0"), ("exponent", "8e0"), ("negative", "-8"), ("minus_zero", "-0"), ("plus", "+8"),
                     ("leading_zero", "08"), ("text", '"8"'), ("beyond", str(2 ** 64)), ("far_beyond", "1" * 500)):
    one("number_form_" + name, "U8", f"[{number}]", 0, 8, 8)
    one("number_form_offset_" + name, "U8", "[8]", 0, number, 8)
one("number_form_inexact", "U8", f"[0,{2 ** 53 + 1}]", 0, 0, 0)
one("reversed", "U8", "[4]", 4, 0, 4)
one("size_mismatch_more", "U8", "[4]", 0, 5, 5)
one("size_mismatch_less", "F32", "[4]", 0, 4, 4)
one("size_mismatch_zero", "F32", "[0]", 0, 4, 4)
one("hole_first", "U8", "[4]", 4, 8, 8)
one("truncated", "U8", "[8]", 0, 8, 7)
one("truncated_far", "U8", f"[{2 ** 50}]", 0, 2 ** 50, 7)
one("out_of_range_wraps", "U8", f"[{BIG}]", 0, BIG, 7)


def several(name, length, **entries):
    write(name + ".safetensors", file(entries, bytes(length)))


several("overlap", 6, a=entry("U8", [4], 0), b=entry("U8", [4], 2))
several("overlap_same", 4, a=entry("U8", [4], 0), b=entry("U8", [4], 0))
several("overlap_inside", 8, a=entry("U8", [8], 0), b=entry("U8", [2], 3))
several("overlap_empty_inside", 8, a=entry("U8", [8], 0), b=entry("U8", [0], 3))
several("overlap_not_in_order", 6, b=entry("U8", [4], 2), a=entry("U8", [4], 0))
several("hole", 9, a=entry("U8", [4], 0), b=entry("U8", [4], 5))
several("hole_by_empty", 4, a=entry("U8", [4], 0), b=entry("U8", [0], 9))
several("out_of_range", 6, a=entry("U8", [4], 0), b=entry("U8", [4], 8))
several("misaligned", 9, a=entry("U8", [1], 0), b=entry("F32", [2], 1))
several("noncanonical_order", 8, b=entry("U8", [4], 4), a=entry("U8", [4], 0))
