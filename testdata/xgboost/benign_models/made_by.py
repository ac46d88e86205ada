#!/usr/bin/env python3
"""Makes the files of this case: xgboost 3.2.0, numpy, pandas. Writes into input/, beside this file."""

import pathlib

import numpy
import pandas
import xgboost

HERE = pathlib.Path(__file__).parent / "input"
DICE = numpy.random.default_rng(1)


def main():
    x = DICE.random((200, 5))
    y = (x[:, 0] + x[:, 1] > 1).astype(int)
    kinds = x.copy()
    kinds[:, 2] = DICE.integers(0, 8, 200)
    plain = xgboost.DMatrix(x, y)
    both = xgboost.DMatrix(x, numpy.stack([y, 1 - y], 1))
    named = xgboost.DMatrix(kinds, y, feature_types=["q", "q", "c", "q", "q"],
                            enable_categorical=True)
    # Categories with names, and numbers as such.
    frame = pandas.DataFrame({"a": x[:, 0], "b": pandas.Categorical(DICE.choice(["x", "yy", "zzz"], 200)),
                              "c": DICE.integers(0, 9, 200), "d": pandas.Categorical(DICE.integers(0, 5, 200)),
                              "e": pandas.Categorical(DICE.choice(["q", "w"], 200))})
    names = xgboost.DMatrix(frame, y, enable_categorical=True)
    models = {
        "names": ({"tree_method": "hist", "max_depth": 3}, names, 3),
        "trees": ({"objective": "binary:logistic", "max_depth": 3}, plain, 4),
        "linear": ({"booster": "gblinear"}, plain, 2),
        "dart": ({"booster": "dart", "rate_drop": 0.1}, plain, 3),
        "categorical": ({"tree_method": "hist", "max_cat_to_onehot": 2}, named, 3),
        "multi": ({"tree_method": "hist", "multi_strategy": "multi_output_tree",
                   "objective": "reg:squarederror"}, both, 2),
    }
    for name, (parameters, data, rounds) in models.items():
        for ending in ("json", "ubj"):
            xgboost.train(parameters, data, rounds).save_model(HERE / f"{name}.{ending}")


if __name__ == "__main__":
    main()
