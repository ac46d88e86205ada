"""How the files here were made, with scipy 1.17 and cloudpickle 3.1 (Python 3.11); not run by the tests."""
import pickle
import types

import cloudpickle
from scipy import stats

OBJECTS = {"result": stats.linregress([1, 2, 3], [1, 2, 4]), "discrete": stats.randint(1, 5),
           "normal": stats.multivariate_normal([0, 0])}
for name, value in OBJECTS.items():
    for protocol in (0, 2, 4):
        with open(f"input/{name}_p{protocol}.pkl", "wb") as file:
            pickle.dump(value, file, protocol)
with open("input/namespace.pkl", "wb") as file:
    cloudpickle.dump(types.SimpleNamespace(a=1), file)
