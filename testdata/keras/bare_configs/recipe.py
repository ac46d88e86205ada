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
    operators()


def operators():
    """Layers of Keras 2 that stand for operators of TensorFlow."""
    layer = lambda name, **config: {"class_name": name, "config": {"name": "x"} | config}
    functions = {"write": "io.write_file", "raw": "raw_ops.WriteFile", "read": "tf.compat.v1.read_file", "python": "numpy_function",
                 "load": "saved_model.load", "library": "load_op_library", "add": "math.add", "decode": "io.decode_jpeg", "operator": "__operators__.getitem",
                 "print": "print", "resize": "compat.v1.image.resize", "train_like": "training_flag"}
    for name, function in functions.items():
        pathlib.Path(f"function_{name}.json").write_text(json.dumps(sequential(layer("TFOpLambda", function=function))))
    nodes = {"write": '{"name": "x", "op": "WriteFile"}', "hidden": r'{"op": "\u0057riteFile"}', "last": '{"name": "' + "x" * 1000 + '", "op": "PyFunc"}',
             "add": '{"name": "ReadFiles", "op": "AddV2", "attr": {"T": {"type": "DT_FLOAT"}}}'}
    for name, text in nodes.items():
        pathlib.Path(f"node_{name}.json").write_text(json.dumps(sequential(layer("TensorFlowOpLayer", node_def=text, constants={}))))
    pathlib.Path("method.json").write_text(json.dumps(sequential(layer("ClassMethod", cls_symbol="io.gfile.GFile", method_name="__init__"))))
    pathlib.Path("method_ragged.json").write_text(json.dumps(sequential(layer("ClassMethod", cls_symbol="RaggedTensor", method_name="from_row_splits"))))
    pathlib.Path("activation.json").write_text(json.dumps(sequential(dense(activation="tf.io.read_file"))))
    pathlib.Path("words_file.json").write_text(json.dumps(sequential(layer("StringLookup", vocabulary_file="/etc/passwd"))))
    pathlib.Path("words_custom.json").write_text(json.dumps(sequential(layer("Custom>StringLookup", vocabulary="/etc/passwd"))))
    for name, module, kind in [("core", "keras_core.layers", "Dense"), ("python", "tensorflow.python.keras.layers", "Dense"), ("tensor", "keras.src.backend", "KerasTensor")]:
        pathlib.Path(f"module_{name}.json").write_text(json.dumps(sequential(node(kind, {}, module))))
    pathlib.Path("module_utils.json").write_text(json.dumps(sequential(node("get_file", {}, "tensorflow.python.keras.utils"))))


main()
