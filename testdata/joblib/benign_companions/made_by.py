# coding: utf-8
# Wrote the files in input/ (run it there). No test runs it.
# Python 2.7.18, joblib 0.9.4, numpy 1.16.6
import sys
import joblib
import numpy as np
value = {"a": np.arange(6.0), "o": np.array([None, {"x": 1}], dtype=object)}
joblib.dump(value, "model.pkl")
joblib.dump(value, "compressed.pkl", compress=3)
