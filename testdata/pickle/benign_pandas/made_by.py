# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1, pandas 3.1.1, numpy 2.5.5
import pickle

def save(what, value, protocols=(0, 2, 4, 5)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            pickle.dump(value, file, protocol)
import numpy as np
import pandas as pd
frame = pd.DataFrame({"i": [1, 2], "x": [0.5, np.nan], "s": ["a", None], "b": [True, False],
                      "t": pd.to_datetime(["2020-01-01", "2021-01-01"]), "c": pd.Categorical(["u", "v"])})

save("frame", frame, (2, 4, 5))
save("frame_p0", frame[["i", "x"]], (0,))
save("series", frame["x"], (2, 4, 5))
save("indexes", [pd.RangeIndex(3), pd.Index(["a", "b"]), pd.MultiIndex.from_tuples([(1, "a"), (2, "b")]), pd.date_range("2020", periods=2, freq="D"),
                 pd.period_range("2020", periods=2, freq="M"), pd.interval_range(0, 2), pd.CategoricalIndex(["a"])], (2, 4))
save("scalars", [pd.Timestamp("2020-01-01", tz="UTC"), pd.Timedelta("1D"), pd.Period("2020"), pd.NaT, pd.NA, pd.Interval(0, 1)], (2, 4))
save("extension", [pd.array([1, None], dtype="Int64"), pd.array(["a", None], dtype="string"), pd.array([True, None], dtype="boolean"),
                   pd.arrays.SparseArray([0, 0, 1])], (4,))
