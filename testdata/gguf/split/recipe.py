# Models in several files that do not fit together.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from gguf_parts import *


def part(number, count, tensors=2, kind=U16, more=0):
    file = model().pair("split.no", kind, number).pair("split.count", U16, count)
    file.pair("split.tensors.count", I32, tensors)
    for i in range(1 + more):
        file.tensor(f"blk.{number}.{i}", [3])
    return file.build()


for folder in ("missing", "other_model", "numbers", "renamed", "alone", "total"):
    os.mkdir(folder)
save("missing/a-00001-of-00003.gguf", part(0, 3))
save("missing/a-00002-of-00003.gguf", part(1, 3))
save("missing/b-00002-of-00002.gguf", part(1, 2))
save("other_model/a-00001-of-00002.gguf", part(0, 2, tensors=2))
save("other_model/a-00002-of-00002.gguf", part(1, 2, tensors=9))
save("other_model/b-00001-of-00002.gguf", part(0, 2))
save("other_model/b-00002-of-00002.gguf", model().tensor("x", [3]).build())
save("numbers/a-00001-of-00002.gguf", part(1, 2))
save("numbers/a-00002-of-00002.gguf", part(0, 2))
save("numbers/beyond-00001-of-00002.gguf", part(2, 2))
save("numbers/type.gguf", part(0, 1, kind=U32))
save("alone/more-00001-of-00001.gguf", part(0, 1, tensors=1, more=3))
save("renamed/part.gguf", part(0, 2))
save("total/a-00001-of-00002.gguf", part(0, 2, tensors=5))
save("total/a-00002-of-00002.gguf", part(1, 2, tensors=5, more=2))
