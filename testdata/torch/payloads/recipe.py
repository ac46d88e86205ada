import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from torch_files import *

good = state(tensor(storage("0", 6), [2, 3]))

checkpoint(state(call(), tensor(storage("0", 6), [2, 3]))).close("data_pkl.pt")
checkpoint(good + pickle(call())).close("behind_data_pkl.pt")
checkpoint(good, records=[("data/0", FLOATS), ("data/1", pickle(call()))]).close("data_1.pt")
checkpoint(good).add("constants.pkl", pickle(call())).close("constants_pkl.pt")
checkpoint(good).add("code/a.py.debug_pkl", pickle(call())).close("debug_pkl.pt")
checkpoint(good).add("version", pickle(call()), top="").close("version_outside.pt")
checkpoint(state(name("torch._tensor", "_rebuild_from_type_v2") + items(name("posix", "system"), name("torch", "Tensor"), items(text("id")), b"}") + b"R")).close("from_type.pt")
checkpoint(state(name("torch._tensor", "_rebuild_from_type_v2") +
                 items(name("torch._utils", "_rebuild_tensor_v2"), name("torch", "Tensor"),
                       items(storage("0", 6), number(0), numbers([7]), numbers([1]), b"\x89", b"N"), b"}") + b"R")).close("from_type_beyond.pt")
