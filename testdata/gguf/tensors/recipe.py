# The list of tensors: names, shapes, types, places.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from gguf_parts import *


def one(*arguments, **options):
    return model().tensor(*arguments, **options).build()


BIG = 1 << 62
save("name_too_long.gguf", one("n" * 64, [3]))
save("name_len.gguf", model().build(tensors=1) + struct.pack("<Q", 1 << 50) + bytes(64))
save("name_not_utf8.gguf", one(b"x\xff", [3]))
save("dup_name.gguf", model().tensor("x", [3]).tensor("y", [3]).tensor("x", [3]).build())
save("dup_name_in_c.gguf", model().tensor("x", [3]).tensor("x\0hidden", [3]).build())
save("ndims.gguf", one("x", [1, 1, 1, 1, 1]))
save("ndims_huge.gguf", model().build(tensors=1) + struct.pack("<QI", 0, 0xffffffff) + bytes(64))
save("neg_dim.gguf", one("x", [3, -1], size=12))
save("overflow_product.gguf", one("x", [1 << 31, 1 << 31, 2], size=12))
save("overflow_wraps_to_0.gguf", one("x", [1 << 32, 1 << 32], size=0))
save("overflow_beside_0.gguf", one("x", [0, 1 << 40, 1 << 40], size=0))
save("overflow_bytes.gguf", one("x", [BIG], size=12))
save("type_invalid.gguf", one("x", [3], kind=42))
save("type_negative.gguf", one("x", [3], kind=0xffffffff))
save("type_removed.gguf", one("x", [32], kind=TYPE_Q4_2))
save("block_misfit.gguf", one("x", [33], kind=TYPE_Q4_0, size=36))
save("block_misfit_scalar.gguf", one("x", [], kind=TYPE_Q4_0, size=18))
save("misaligned.gguf", one("x", [3], offset=4, size=16))
save("gap.gguf", model().tensor("x", [3]).tensor("y", [3], offset=64).build() + bytes(32))
save("overlap.gguf", model().tensor("x", [3]).tensor("y", [3], offset=0).build())
save("out_of_order.gguf", model().tensor("x", [3], offset=32).tensor("y", [3], offset=0).build())
save("out_of_file.gguf", model().tensor("x", [3]).tensor("y", [3], offset=1 << 20).build())
save("offset_wraps.gguf", one("x", [3], offset=(1 << 64) - 32))
save("sum_overflow.gguf", model().tensor("x", [BIG // 4 - 1], size=12).tensor("y", [3], offset=(1 << 64) - 32).build())
save("truncated.gguf", one("x", [100])[:-200])
