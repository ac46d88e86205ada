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


main()
