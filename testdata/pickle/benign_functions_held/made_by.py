# Wrote the files in input/ (run it there). No test runs it.
# Python 3.11.2, scikit-learn 1.2.1, pandas 1.5.3, NumPy 1.24.2, SciPy 1.10.1
import pickle

import numpy as np
import pandas as pd
import scipy.optimize
import scipy.spatial.distance
from sklearn import neighbors

def save(what, value, protocols=(0, 2, 4)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            pickle.dump(value, file, protocol)

points = np.arange(12.0).reshape(6, 2)
save("neighbours", neighbors.KNeighborsClassifier(1, algorithm="ball_tree", metric=scipy.spatial.distance.euclidean).fit(points, [0, 1] * 3))
save("table", pd.DataFrame({"name": ["a", "b"], "function": [len, np.sin]}))
save("series", pd.Series([len, max]))
save("sets", [frozenset([len, max]), {np.sin}, np.array([len, np.cos], dtype=object), zip([len], [1])])
save("result", scipy.optimize.OptimizeResult(x=points, fun=1.0, jac=len))
