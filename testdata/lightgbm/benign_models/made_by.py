#!/usr/bin/env python3
"""Makes the files of this case: lightgbm 4.7.0, numpy. Writes into input/, beside this file."""

import pathlib

import lightgbm
import numpy

HERE = pathlib.Path(__file__).parent / "input"
DICE = numpy.random.default_rng(1)
COMMON = {"verbose": -1, "num_threads": 1}


def main():
    x = DICE.random((200, 5))
    y = (x[:, 0] + x[:, 1] > 1).astype(int)
    kinds = x.copy()
    kinds[:, 2] = DICE.integers(0, 8, 200)
    models = {
        "binary": ({"objective": "binary", "num_leaves": 7}, lightgbm.Dataset(x, y), 5),
        "linear": ({"objective": "multiclass", "num_class": 3, "num_leaves": 5,
                    "linear_tree": True}, lightgbm.Dataset(x, DICE.integers(0, 3, 200)), 3),
        "categorical": ({"objective": "regression", "num_leaves": 9, "min_data_per_group": 1,
                         "cat_smooth": 1},
                        lightgbm.Dataset(kinds, y, categorical_feature=[2]), 4),
        "stump": ({"objective": "binary", "min_data_in_leaf": 1000}, lightgbm.Dataset(x, y), 2),
    }
    for name, (parameters, data, rounds) in models.items():
        lightgbm.train(COMMON | parameters, data, rounds).save_model(HERE / f"{name}.txt")


if __name__ == "__main__":
    main()
