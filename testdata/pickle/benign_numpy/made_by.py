# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1, numpy 2.5.5
import pickle

def save(what, value, protocols=(0, 2, 4, 5)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            pickle.dump(value, file, protocol)
import numpy as np

save("arrays", [np.arange(6, dtype="<f4").reshape(2, 3), np.asfortranarray(np.eye(2)), np.array(["a", "bc"]), np.zeros(0), np.array(3.5),
                np.array([b"x"], "S3"), np.arange(3, dtype=">i2"), np.array([1 + 2j])])
save("scalars", [np.float32(1.5), np.int64(3), np.bool_(True), np.str_("x"), np.datetime64("2020-01-01"), np.complex64(1j)])
save("dtypes", [np.dtype("f8"), np.dtype([("a", "<i4"), ("b", "U5", (2,))]), np.dtype("M8[ns]"), np.dtype("O"), np.float64, np.int8])
save("objects", np.array([{"a": 1}, None, "x", [1, 2]], dtype=object))
save("masked", np.ma.masked_array([1.0, 2.0, 3.0], mask=[0, 1, 0], fill_value=9))
save("records", np.rec.array([(1, 2.0), (3, 4.0)], dtype=[("i", "<i4"), ("x", "<f8")]))
save("structured", np.array([(1, b"ab"), (2, b"cd")], dtype=[("n", "<u2"), ("s", "S2")]))
save("matrix", np.asmatrix([[1, 2], [3, 4]]), (2, 4))
save("ufunc", [np.add, np.sin, np.random.default_rng], (2, 4))
save("poly", np.poly1d([1, 2, 3]), (2, 4))
