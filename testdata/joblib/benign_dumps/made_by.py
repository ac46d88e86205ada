# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1, joblib 1.6.0, numpy 2.5.5, lz4 4.4.5
import joblib
import numpy as np
value = {"array": np.arange(20, dtype="<f4").reshape(4, 5), "text": "x", "fortran": np.asfortranarray(np.eye(3)),
         "empty": np.zeros((0, 3)), "strings": np.array(["a", "bc"]), "scalar": np.float64(1), "zero_d": np.array(7)}
objects = {"outer": np.array([{"inner": np.arange(3)}, None, "x", np.array([1, "a", None], dtype=object)], dtype=object), "after": [1, 2]}
joblib.dump(value, "raw.joblib")
joblib.dump(objects, "objects.joblib")
joblib.dump([1, "no array"], "plain.joblib")
for protocol in (0, 1, 2, 3, 4, 5):
    joblib.dump(value, "raw_p%d.joblib" % protocol, protocol=protocol)
    joblib.dump(objects, "objects_p%d.joblib" % protocol, protocol=protocol)
for method in ("zlib", "gzip", "bz2", "xz", "lzma", "lz4"):
    joblib.dump(value, method + ".joblib", compress=(method, 3))
    joblib.dump(objects, method + "_objects.joblib", compress=(method, 3))
structured = np.array([(1, b"ab", 0.5)], dtype=[("n", "<u2"), ("s", "S2"), ("x", "<f8", (2,))])
joblib.dump([structured, structured["x"], structured.view(np.recarray), np.datetime64("2020"), np.array(["2020-01-01"], "M8[D]")], "dtypes.joblib")
joblib.dump(np.ma.masked_array([1.0, 2.0], mask=[0, 1]), "masked.joblib")
joblib.dump(np.asmatrix([[1, 2]]), "matrix.joblib")
