"""Configurations without an archive, as model.to_json() gives them."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from keras_parts import dense, node, sequential


def main():
    code = {"class_name": "__lambda__", "config": {"code": "4wAAAA=="}}
    for name, model in {"good": sequential(dense()),
                        "lambda": sequential(node("Lambda", {"function": code})),
                        "no_model": {"class_name": "Lambda", "layers": []}}.items():
        pathlib.Path(f"{name}.json").write_text(json.dumps(model))
    bad = sequential(node("Lambda", {"function": code}))
    pathlib.Path("behind_many.json").write_text(json.dumps({f"k{i}": {"a": [i]} for i in range(40)} | bad))
    pathlib.Path("behind_foreign.json").write_text(json.dumps({"vocab": {"a": 1}, "model_type": "bert"} | bad))
    for name in ("eval", "own_function"):
        function = {"module": "builtins", "class_name": "function", "config": name,
                    "registered_name": "function"}
        pathlib.Path(f"{name}.json").write_text(json.dumps(sequential(dense(activation=function))))
    old = node("Dense", {"units": 2}, "tensorflow.keras.layers")
    pathlib.Path("of_tensorflow.json").write_text(json.dumps(sequential(old)))


main()
