# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1, numpy 2.5.5
import pickle

def save(what, value, protocols=(0, 2, 4, 5)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            pickle.dump(value, file, protocol)
import numpy as np

save("generator", np.random.default_rng(1), (2, 4))
save("philox", np.random.Generator(np.random.Philox(3)), (4,))
save("legacy", np.random.RandomState(np.random.SFC64(5)), (2, 4))
save("seed", np.random.SeedSequence(3), (4,))
