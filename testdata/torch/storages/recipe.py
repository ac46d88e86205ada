import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from torch_files import *

good = tensor(storage("0", 6), [2, 3])

checkpoint(state(good, tensor(storage("0", 6), [6]), tensor(storage("0", 6), [0, 9], [9, 1], 500))).close("good.pt")
checkpoint(state(good), newer=False, sign=False, byteorder=None).close("good_old.pt")
checkpoint(state(tensor(storage("0", 4, "QUInt4x2Storage"), [8])), records=[("data/0", b"abcd")]).close("good_packed_quarters.pt")
checkpoint(state(tensor(storage("7", 6, location="meta"), [6])), records=[]).close("good_meta.pt")
checkpoint(state(good, tensor(storage("1", 6), [6]))).close("missing.pt")
checkpoint(state(tensor(storage("0", 600), [600]))).close("short_record.pt")
checkpoint(state(tensor(storage("0", 5), [5]))).close("long_record.pt")
checkpoint(state(tensor(storage("0", 6), [2, 3], [4, 1]))).close("view_beyond.pt")
checkpoint(state(tensor(storage("0", 6), [6], offset=1))).close("view_offset.pt")
checkpoint(state(tensor(storage("0", 6), [2, 3], [-3, 1], 3))).close("view_negative.pt")
checkpoint(state(tensor(storage("0", 6), [2 ** 40, 2 ** 40], [2 ** 40, 1]))).close("view_overflow.pt")
checkpoint(state(tensor(storage("0", -6), [2]))).close("negative_storage.pt")
checkpoint(state(tensor(storage("0", 2 ** 54, "ComplexDoubleStorage"), [2]))).close("huge_storage.pt")
checkpoint(state(good, tensor(storage("0", 12), [12]))).close("two_sizes.pt")
checkpoint(state(good), records=[("data/0", FLOATS), ("data/1", b"hidden")]).close("unreferenced.pt")
checkpoint(state(good), align=1).close("misaligned.pt")
archive = Archive().add("data.pkl", state(good)).add("data/0", FLOATS, packed=True).add("version", b"3\n")
archive.close("compressed.pt")
archive = Archive().add("data/0", FLOATS).add("version", b"3\n").add("data.pkl", state(tensor(storage("0", 600), [600])))
archive.close("pickle_last.pt")
