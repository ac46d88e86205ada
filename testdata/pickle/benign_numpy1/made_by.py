# Wrote the files in input/ (run it there). No test runs it.
# Python 3.8.18, numpy 1.24.4
import pickle

def save(what, value, protocols=(0, 2, 4, 5)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            pickle.dump(value, file, protocol)
import numpy as np

save("arrays", [np.arange(6, dtype="<f4").reshape(2, 3), np.asfortranarray(np.eye(2)), np.array(["a", "bc"]), np.array(3.5)])
save("scalars", [np.float32(1.5), np.int64(3), np.bool_(True), np.datetime64("2020-01-01")])
save("masked", np.ma.masked_array([1.0, 2.0], mask=[0, 1]))
save("objects", np.array([{"a": 1}, None], dtype=object))
save("random", np.random.RandomState(np.random.SFC64(5)), (2, 4))
save("generator", np.random.default_rng(1), (2, 4))
save("ufunc", [np.add, np.core.numeric.ones], (2, 4))
