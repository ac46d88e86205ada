import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from torch_files import *

good = state(tensor(storage("0", 6), [2, 3]))

checkpoint(good).close("good.pt")
checkpoint(good, sign=False).close("missing.pt")
checkpoint(good, sign=False).add(".data/serialization_id", b"1" * 40).close("wrong.pt")
checkpoint(good, sign=False).add(".data/serialization_id", b"1" * 20).close("short.pt")
checkpoint(good).add("data/readme.txt", b"added later").close("record_added.pt")
