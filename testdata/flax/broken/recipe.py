"""Parameters that contradict themselves."""

import pathlib
import pickle
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from msgpack_parts import Ext, Pairs, array, pack


class Runs:
    def __reduce__(self):
        return eval, ("1",)


def write(name, data):
    pathlib.Path(name).write_bytes(data)


def params(value):
    return pack({"params": {"w": value}})


def main():
    write("shape.msgpack", params(array((3, 4), "float32", 47)))
    write("shape_wraps.msgpack", params(array((1 << 40, 1 << 40), "float32", 4)))
    write("scalar.msgpack", params(array((), "int32", 8, code=3)))
    write("no_array.msgpack", params(Ext(1, pack([1, 2]))))
    write("complex_of_three.msgpack", params(Ext(2, pack([1.0, 2.0, 3.0]))))
    write("complex_of_texts.msgpack", params(Ext(2, pack(["1", "2"]))))
    write("complex_cut.msgpack", params(Ext(2, b"\xdc\x02")))
    write("complex_and_more.msgpack", params(Ext(2, pack([1.0, 2.0]) + b"more")))
    write("time_of_21_bytes.msgpack", params(Ext(-1, bytes(21))))
    write("objects.msgpack", params(array((1,), "object", 8)))
    for name, kind in {"bar": "|O", "order": "=O", "sized": "O8"}.items():
        write(f"objects_{name}.msgpack", params(array((1,), kind, 8)))
    write("extension.msgpack", params(Ext(42, b"what")))
    write("key_twice.msgpack", pack({"params": Pairs([("w", 1), ("v", 2), ("w", 3)])}))
    write("deep.msgpack", b"\x81\xa6params" + b"\x81\xa1a" * 600 + b"\xc0")
    write("deep_lists.msgpack", b"\x81\xa6params\x81\xa1a" + b"\x91" * 600 + b"\xc0")
    write("trailing.msgpack", params(1) + pickle.dumps(Runs(), 2))
    write("cut.msgpack", params(array((3, 4), "float32", 48))[:-5])
    write("count.msgpack", b"\x81\xa6params\xdf\xff\xff\xff\xff")
    write("list_count.msgpack", b"\x81\xa6params\x81\xa1a\xdd\xff\xff\xff\xff")
    write("text_length.msgpack", b"\x81\xa6params\x81\xa1a\xdb\xff\xff\xff\xff")
    write("bytes_length.msgpack", b"\x81\xa6params\x81\xa1a\xc6\xff\xff\xff\xff")
    write("extension_length.msgpack", params(Ext(1, b"", 1 << 31)))
    write("unknown.msgpack", b"\x81\xa6params\x81\xa1a\xc1")
    write("text_not_utf8.msgpack", b"\x81\xa6params\x81\xa1a\xa2\xff\xfe")
    write("key_not_utf8.msgpack", b"\x81\xa6params\x81\xa1\xff\x01")
    chunks = {"0": array((2,), "float32", 8)}
    write("chunks_without_shape.msgpack", params({"__msgpack_chunked_array__": True, "chunks": chunks}))
    parts = {"0": array((2,), "float32", 8), "1": array((3,), "float32", 12)}
    for name, shape in {"more": {"0": 2, "1": 4}, "fewer": {"0": 4}, "wraps": {"0": 1 << 40, "1": 1 << 40}}.items():
        write(f"chunks_of_{name}.msgpack", params({"__msgpack_chunked_array__": True, "shape": shape, "chunks": parts}))
    write("not_msgpack.msgpack", b"\xc1 is no value")


main()
