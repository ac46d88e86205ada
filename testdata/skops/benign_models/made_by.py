# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1, skops 0.16.0, scikit-learn 1.9.1
import numpy as np
from sklearn.base import BaseEstimator
rng = np.random.default_rng(0)
X, y = rng.normal(size=(20, 2)).round(2), np.arange(20) % 2

import skops.io
from sklearn.linear_model import LogisticRegression
skops.io.dump(LogisticRegression().fit(X, y), "linear.skops")
