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

small = frame[["i", "x"]]
for suffix in ("gz", "bz2", "xz", "zip", "tar", "zst"):
    small.to_pickle("frame.pkl." + suffix)
