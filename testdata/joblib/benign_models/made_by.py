# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1, joblib 1.6.0, scikit-learn 1.9.1, pandas 3.1.1, scipy 1.18.1
import numpy as np
from sklearn.base import BaseEstimator
rng = np.random.default_rng(0)
X, y = rng.normal(size=(20, 2)).round(2), np.arange(20) % 2

import joblib, pandas, scipy.sparse
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.linear_model import LogisticRegression
forest = RandomForestClassifier(2, max_depth=1, random_state=0).fit(X, y)
joblib.dump(forest, "forest.joblib")
joblib.dump(forest, "forest.joblib.gz", compress=("gzip", 3))
joblib.dump(make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y), "pipeline.pkl")
joblib.dump(pandas.DataFrame({"a": [1.0, 2.0], "s": ["x", None]}), "frame.joblib")
joblib.dump(scipy.sparse.csr_matrix(np.eye(3)), "sparse.joblib", compress=3)
