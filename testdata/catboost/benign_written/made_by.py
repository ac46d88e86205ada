"""Small models of CatBoost itself. usage: made_by.py, in the folder that they are for"""
import numpy
from catboost import CatBoostClassifier, CatBoostRegressor

QUIET = {"depth": 2, "verbose": False, "allow_writing_files": False}
X = numpy.random.RandomState(0).rand(60, 3)
y = (X[:, 0] > .5).astype(int)
CatBoostClassifier(iterations=5, **QUIET).fit(X, y).save_model("float.cbm")
named = [[float(value), "c%d" % (i % 3)] for i, value in enumerate(X[:, 0])]
CatBoostClassifier(iterations=5, cat_features=[1], one_hot_max_size=1, **QUIET).fit(named, y).save_model("cat.cbm")
CatBoostRegressor(iterations=3, grow_policy="Lossguide", **QUIET).fit(X, X[:, 1]).save_model("lossguide.cbm")
many = [["c%d" % i] for i in numpy.random.RandomState(0).randint(0, 30, 300)]
CatBoostClassifier(iterations=5, cat_features=[0], one_hot_max_size=1, **QUIET).fit(
    many, [int(row[0][1:]) % 3 == 0 for row in many]).save_model("ctr.cbm")
