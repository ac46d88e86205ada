# Wrote the files in input/ (run it there). No test runs it.
# Python 3.11.2, numpy 1.24.2, pandas 1.5.3, scipy 1.10.1
import pickle

def save(what, value, protocols=(0, 2, 4, 5)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            pickle.dump(value, file, protocol)

import numpy, pandas
from scipy import stats
frame = pandas.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "x"]}, index=pandas.date_range("2020", periods=3))
save("groupby", frame.groupby("b"), (2, 4))
save("resample", frame.resample("D"), (2, 4))
save("zone", pandas.Timestamp("2020", tz="dateutil/Europe/Berlin"), (0, 2, 4))
save("histogram", stats.rv_histogram(numpy.histogram([1, 2, 2, 3], bins=2), density=True), (2, 4))
save("values", stats.rv_discrete(values=([1, 2], [0.5, 0.5])), (2, 4))
