import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from tf_parts import *


def bundle(name, content, shards=("00000-of-00001",)):
    write(name + ".index", content)
    for shard in shards:
        write(f"{name}.data-{shard}", bytes(64))


good = [(b"a", variable()), (b"b", variable(offset=8))]
damaged = bytearray(table(good))
damaged[20] ^= 1
bundle("crc", bytes(damaged))
damaged = bytearray(table(good))
damaged[-60] ^= 1
bundle("crc_of_index", bytes(damaged))
bundle("overlap", table([(b"a", variable()), (b"b", variable(offset=4))]))
bundle("negative", table([(b"a", variable(offset=-8))]))
bundle("beyond", table([(b"a", variable(offset=2**63 - 4))]))
bundle("negative_shape", table([(b"a", variable(elements=-2))]))
bundle("size", table([(b"a", variable(size=12))]))
bundle("missing", table(good), shards=())
bundle("no_such_shard", table([(b"a", variable(shard=1))]))
bundle("order", table([(b"b", variable()), (b"a", variable(offset=8))]))
bundle("entry", table([(b"a", b"\xff\xff")]))
bundle("outside", table(good, longer=10000))
bundle("compressed", table(good, kind=1))
bundle("short", table([(b"a", variable()), (b"b", variable(offset=60))]))
# What is left of an index that was cut is told by the model that it belongs to.
os.makedirs("model/variables")
write("model/saved_model.pb", saved_model(graph([node("relu", "Relu")])))
write("model/variables/variables.index", table(good)[:-1])
bundle("other_bytes", table([(b"a", variable()), (b"b", variable(offset=8, crc=7))]))
