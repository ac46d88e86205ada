"""Parameters as flax.serialization packs them."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from msgpack_parts import Ext, array, pack


def main():
    params = {"dense": {"kernel": array((3, 4), "float32", 48), "bias": array((4,), "bfloat16", 8)},
              "scalar": array((), "int32", 4, code=3), "complex": Ext(2, pack([1.5, 2.5])),
              "time": Ext(-1, bytes(4)), "later": Ext(-1, bytes(12)),
              "empty": array((0, 3), "float64", 0), "flags": array((5,), "bool", 5)}
    chunks = {"__msgpack_chunked_array__": True, "shape": {"0": 2, "1": 2},
              "chunks": {"0": array((2,), "float32", 8), "1": array((2,), "float32", 8)}}
    rest = {"0": 1, "1": -7, "2": 300, "3": 1.5, "4": None, "5": -70000, "6": 1 << 40,
            "7": False, "8": b"bytes", "9": [1, 2], "long": "x" * 300}
    pathlib.Path("flax_model.msgpack").write_bytes(
        pack({"params": params, "big": chunks, "rest": rest}))
    pathlib.Path("many.msgpack").write_bytes(
        pack({"params": {f"layer{i}": array((2,), "float32", 8) for i in range(20)}}))
    pathlib.Path("opt_state.bin").write_bytes(pack({"opt": {"step": 3}}))


main()
