# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1, dill 0.4.1, cloudpickle 3.1.2, numpy 2.5.5
import collections, datetime
import cloudpickle, dill
import numpy as np
data = {"a": [1, 2.5, None], "b": (b"x", "y"), "when": datetime.date(2020, 1, 1), "o": collections.OrderedDict(z=1),
        "array": np.arange(3), "set": {1}}
for protocol in (0, 2, 4, 5):
    with open("dill_p%d.pkl" % protocol, "wb") as file:
        dill.dump(data, file, protocol)
    with open("cloudpickle_p%d.pkl" % protocol, "wb") as file:
        cloudpickle.dump(data, file, protocol)
