# Wrote the files in input/ (run it there). No test runs it.
# Python 3.11.7, pandas 3.1.1 with pyarrow 26.0.1, numpy 2.4.6
import datetime
import decimal
import pickle

import pandas as pd
import pyarrow as pa


def save(what, value, protocols=(2, 4, 5)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            pickle.dump(value, file, protocol)


def arrow(values, type):
    return pd.Series(values, dtype=pd.ArrowDtype(type))


# With pyarrow installed the labels of every frame are one of its arrays.
save("numbers", pd.DataFrame({"i": [1, 2]}))
save("texts", pd.DataFrame({"s": ["a", None, "é" * 300], "c": pd.Categorical(["u", "v", "u"])}).set_index("s"))
save("empty", pd.DataFrame({"s": []}, dtype="string[pyarrow]"), (4,))
save("sliced", pd.DataFrame({"s": list("abcdefghijk")})[3:7], (4,))
save("arrow", pd.DataFrame({
    "i": arrow([1, None, 3], pa.int64()), "b": arrow([True, None, False], pa.bool_()), "x": arrow([0.5, None, 1], pa.float32()),
    "d": arrow([decimal.Decimal("1.5")] * 3, pa.decimal128(5, 2)), "t": arrow([datetime.datetime(2020, 1, 1)] * 3, pa.timestamp("us", "UTC")),
    "l": arrow([[1], [2, 3], None], pa.list_(pa.int64())), "f": arrow([[1, 2]] * 3, pa.list_(pa.int8(), 2)),
    "c": arrow(["a", "b", "a"], pa.dictionary(pa.int32(), pa.string())), "m": arrow([[("k", 1)], [], None], pa.map_(pa.string(), pa.int8())),
    "r": arrow([{"x": 1, "y": "z"}, None, {"x": 2, "y": None}], pa.struct([("x", pa.int32()), ("y", pa.string())])),
    "w": arrow([b"abc"] * 3, pa.binary(3)), "n": arrow([None] * 3, pa.null()), "g": arrow([[b"a"], [], None], pa.large_list(pa.large_binary())),
}))
table = pa.table({"a": [1, 2], "b": ["x", None]})
save("table", [table, table.schema, table.to_batches()[0], pa.chunked_array([[1], [2]]), pa.scalar(3), pa.uuid(), pa.bool8(),
               pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"0" * 16], pa.binary(16))), pa.ArrowInvalid("x"), pa.py_buffer(b"abc")])
