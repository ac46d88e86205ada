import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from torch_files import *

good = state(tensor(storage("0", 6), [2, 3]))

checkpoint(None).close("no_data_pkl.pt")
checkpoint(good).add("data.pkl", state(call()), top="other").close("two_data_pkl.pt")
checkpoint(good).add("DATA.PKL", state(call())).close("two_cases.pt")
Archive().add("Data.PKL", good).add("DATA/0", FLOATS).add("version", b"3").close("other_case.pt")
checkpoint(good).add("readme.txt", b"hello\n", top="docs").close("two_tops.pt")
checkpoint(good, sign=False, newer=False).add("archive/._data.pkl", b"apple", top="__MACOSX").close("macos.pt")
checkpoint(good, version=None).close("no_version.pt")
checkpoint(good, version=b"11\n").close("version_11.pt")
checkpoint(good, version=b"3; import os\n").close("version_text.pt")
checkpoint(good, version=b"11\n").add(".data/version", b"6\n").close("inner_version.pt")
checkpoint(good, byteorder=b"middle").close("byteorder.pt")
checkpoint(good, byteorder=b"big").close("good_big.pt")
