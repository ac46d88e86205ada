"""scipy 1.17.1: what a RandomizedSearchCV keeps to draw from."""
import pickle

import scipy.stats

with open("input/loguniform.pkl", "wb") as file:
    pickle.dump(scipy.stats.loguniform(1e-3, 1), file, 4)
with open("input/randint_protocol2.pkl", "wb") as file:
    pickle.dump(scipy.stats.randint(1, 5), file, 2)
