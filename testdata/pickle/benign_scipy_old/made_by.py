# Wrote the files in input/ (run it there). No test runs it.
# Python 3.8.18, numpy 1.24.4, scipy 1.10.1
import pickle

def save(what, value, protocols=(0, 2, 4, 5)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            pickle.dump(value, file, protocol)
import numpy as np

import scipy.sparse
dense = np.array([[0, 1.5], [2, 0]])
for kind in ("csr", "csc", "coo", "lil", "dok", "dia"):
    save(kind, getattr(scipy.sparse, kind + "_matrix")(dense), (2, 4))
