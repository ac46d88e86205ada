# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1, xgboost-cpu 3.4.1, lightgbm 4.7.0, catboost 1.2.10, scikit-learn 1.9.1
import pickle

def save(what, value, protocols=(0, 2, 4, 5)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            pickle.dump(value, file, protocol)
import numpy as np
from sklearn.base import BaseEstimator
rng = np.random.default_rng(0)
X, y = rng.normal(size=(20, 2)).round(2), np.arange(20) % 2

import lightgbm, xgboost, catboost
save("xgboost", xgboost.XGBClassifier(n_estimators=1, max_depth=1).fit(X, y), (4,))
save("xgboost_booster", xgboost.train({"max_depth": 1}, xgboost.DMatrix(X, y), 1), (4,))
save("lightgbm", lightgbm.LGBMClassifier(n_estimators=1, max_depth=1, min_child_samples=2, verbose=-1).fit(X, y), (2, 4))
save("lightgbm_booster", lightgbm.train({"verbose": -1, "min_data_in_leaf": 2}, lightgbm.Dataset(X, y), 1), (4,))
save("catboost", catboost.CatBoostClassifier(iterations=1, depth=1, verbose=0, allow_writing_files=False).fit(X, y), (4,))
