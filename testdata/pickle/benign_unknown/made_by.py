# Wrote the files in input/ (run it there). No test runs it.
# Python 3.11.7, statsmodels 0.15.0, NumPy 2.4.6. What nobody has reviewed: reported, and no more.
import functools
import pickle
import sys
import types

import numpy as np
import statsmodels.tsa.api as tsa

package = types.ModuleType("acme_models.net")
sys.modules["acme_models"] = types.ModuleType("acme_models")
sys.modules[package.__name__] = package
exec("""
class Net:
    def __init__(self):
        self.step = self._step
    def _step(self, x):
        return x
class Wide:
    def __init__(self):
        self.__dict__.update({"a%d" % i: i for i in range(70)})
        self.__dict__.update({"__arrays": [], "__ignored": ["cache"]})
""", package.__dict__)


def save(what, value, protocols=(2, 4)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            pickle.dump(value, file, protocol)


save("many_attributes", package.Wide())
net = package.Net()
save("private_method", net)
save("private_partial", functools.partial(net._step, 1))
np.random.seed(0)
save("series", tsa.UnobservedComponents(np.cumsum(np.random.normal(size=12)), "local level").fit(disp=0), (4,))
