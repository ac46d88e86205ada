"""Configurations that ordinary models have, of Keras 2 and 3."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from keras_parts import dense, node, save, sequential


def main():
    save("plain.keras", sequential(dense(), dense(
        dtype=node("DTypePolicy", {"name": "float32"}, "keras"),
        kernel_initializer=node("HeNormal", {"seed": None}, "keras.initializers"))))
    save("functions.keras", sequential(dense(
        activation=node("function", "my_activation", "builtins", "function"))))
    save("values.keras", sequential(dense(
        shape={"class_name": "__tuple__", "items": [1, 2]},
        table={"class_name": "__numpy__", "config": {"value": [1], "dtype": "float32"}},
        tensor={"class_name": "__keras_tensor__", "config": {"shape": [None, 2]}},
        spec=node("__typespec__", ["TensorSpec"], "tensorflow.python.framework.tensor_spec"))))
    save("words.keras", sequential(
        node("StringLookup", {"vocabulary": ["a", "b"], "oov_token": "[UNK]"}),
        node("TextVectorization", {"vocabulary": None, "max_tokens": 10}),
        node("SentencePieceTokenizer", {"proto": None}, "keras_hub.tokenizers")))
    save("inner_modules.keras", node("Functional", {"layers": [
        node("Dense", {}, "keras.src.layers.core.dense"),
        node("Cross", {"feature_names": ["a"]}, "keras.src.utils.feature_space")]},
        "keras.src.models.functional"))
    save("compiled.keras", sequential(dense()) | {"compile_config": {
        "optimizer": node("Adam", {"learning_rate": 1e-3}, "keras.optimizers"),
        "loss": "mse", "metrics": ["mae"]}, "build_config": {"input_shape": [None, 8]}})
    save("keras2.keras", {"class_name": "Functional", "keras_version": "2.15.0", "config": {
        "layers": [{"class_name": "InputLayer", "config": {"batch_input_shape": [None, 4]},
                    "name": "input_1", "inbound_nodes": []},
                   {"class_name": "Dense", "name": "dense", "config": {
                       "units": 1, "activation": "linear", "kernel_initializer": {
                           "class_name": "GlorotUniform", "config": {"seed": None}}},
                    "inbound_nodes": [[["input_1", 0, 0, {}]]]}]}})


main()
