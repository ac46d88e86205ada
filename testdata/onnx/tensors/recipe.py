import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from proto_parts import *


def one(name, content):
    write(name + ".onnx", model(graph([node()], [content])))


one("negative", tensor(dims=(-2,)))
one("overflow", tensor(dims=(2**40, 2**40)))
one("overflow_bytes", tensor(dims=(2**62,)))
one("short", tensor(dims=(3,)))
one("long", tensor(dims=(1,)))
one("no_data", tensor(raw=None))
one("empty_with_data", tensor(dims=(0,)))
one("wrong_list", tensor(raw=None, more=data(7, varint(1) + varint(2))))
one("text_raw", tensor(kind=STRING))
one("two_lists", tensor(more=data(4, bytes(8))))
one("here_and_there", external() + data(9, bytes(8)))
one("no_type", tensor(kind=0))
one("type_99", tensor(kind=99))
write("weights.bin", bytes(64))
