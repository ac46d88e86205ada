# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1, numpy 2.5.5, scipy 1.18.1
import pickle

def save(what, value, protocols=(0, 2, 4, 5)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            pickle.dump(value, file, protocol)
import numpy as np

import scipy.sparse, scipy.interpolate, scipy.spatial
dense = np.array([[0, 1.5], [2, 0]])
for kind in ("csr", "csc", "coo", "lil", "dok", "dia", "bsr"):
    save(kind, getattr(scipy.sparse, kind + "_matrix")(dense), (2, 4))
save("csr_array", scipy.sparse.csr_array(dense), (0, 5))
save("interpolate", [scipy.interpolate.interp1d([0, 1], [2, 3]), scipy.interpolate.CubicSpline([0, 1, 2], [1, 3, 2])], (4,))
save("rotation", scipy.spatial.transform.Rotation.from_euler("z", 30, degrees=True), (4,))
save("tree", scipy.spatial.KDTree([[0, 1], [2, 3]]), (4,))
