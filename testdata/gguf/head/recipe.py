# The first 24 bytes: magic, version, counts.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from gguf_parts import *

good = model().tensor("x", [3]).build()
save("magic_swapped.gguf", b"FUGG" + good[4:])
save("magic_damaged.gguf", b"\xc7GUF" + good[4:])
save("version_0.gguf", model(version=0).build())
save("version_1.gguf", model(version=1).build())
save("version_4.gguf", model(version=4).build())
save("version_big_endian_1.gguf", model(order=">", version=1).build())
save("tensors_negative.gguf", model().build(tensors=-1))
save("pairs_negative.gguf", model().build(pairs=-(1 << 63)))
save("tensors_huge.gguf", model().build(tensors=1 << 40))
save("pairs_huge.gguf", model().build(pairs=(1 << 63) - 1))
save("pairs_wrap.gguf", model().build(pairs=(1 << 64) // 13 + 1))
save("cut_in_version.gguf", good[:6])
save("cut_in_counts.gguf", good[:20])
