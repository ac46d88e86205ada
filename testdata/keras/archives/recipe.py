"""One archive for each thing that a configuration must not have."""

import base64
import json
import marshal
import pathlib
import sys
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from keras_parts import dense, node, save, sequential

warnings.simplefilter("ignore")
CODE = base64.b64encode(b"\xe3" + bytes(40)).decode()


def main():
    marshalled = {"class_name": "__lambda__",
                  "config": {"code": CODE, "defaults": None, "closure": None}}
    save("lambda.keras", sequential(dense(), node("Lambda", {"function": marshalled})))
    save("lambda_keras2.keras", {"class_name": "Sequential", "config": {"layers": [
        {"class_name": "Lambda", "config": {"function": [CODE, None, None],
                                            "function_type": "lambda", "module": "__main__"}}]}})
    save("lambda_key_order.keras",
         '{"config": {"layers": [{"config": {"function": {"config": {"code": "x"}, "class_name": '
         '"__lambda__"}}, "class_name": "\\u004cambda"}]}, "class_name": "Sequential"}')
    save("lambda_by_name.keras", sequential(node("Lambda", {
        "function": "system", "function_type": "function", "module": "os"})))
    save("module.keras", sequential(node("run", {"args": ["id"]}, "subprocess", "run")))
    save("module_function.keras", sequential(dense(activation=node(
        "function", "system", "os", "function"))))
    save("module_unnamed.keras", sequential(node("Thing", {}, "some_package.layers")))
    save("module_typespec.keras", sequential(dense(shape=node(
        "__typespec__", {}, "os", None))))
    save("get_file.keras", sequential(node("function", "get_file", "keras.utils", "function")))
    save("unsafe.keras", sequential(node(
        "function", "enable_unsafe_deserialization", "keras.config", "function")))
    save("load_model.keras", sequential(node("load_model", {}, "keras.src.saving.saving_api")))
    save("tfsm.keras", sequential(node("TFSMLayer", {"filepath": "/tmp/model"})))
    save("torch.keras", sequential(node("TorchModuleWrapper", {"module": "gAR9lC4="},
                                        "keras.src.utils.torch_utils")))
    save("jax.keras", sequential(node("JaxLayer", {"call_fn": marshalled})))
    save("flax.keras", sequential(node("FlaxLayer", {"module": marshalled})))
    save("vocabulary.keras", sequential(node("StringLookup", {"vocabulary": "/etc/passwd"})))
    save("vocabulary_url.keras", sequential(node(
        "TextVectorization", {"vocabulary": "http://example.org/words"})))
    save("tokenizer.keras", sequential(node(
        "SentencePieceTokenizer", {"proto": "gs://bucket/model"}, "keras_hub.tokenizers")))
    save("duplicate_key.keras", json.dumps(sequential(dense())).replace(
        '"units": 2', '"units": 2, "units": 3'))
    save("deep.keras", '{"class_name": "Sequential", "config": ' + '{"a": ' * 1200 + "1" +
         "}" * 1201)
    save("two_configs.keras", sequential(dense()), ("Config.json", json.dumps(sequential())))
    save("same_configs.keras", sequential(dense()), ("config.json", json.dumps(sequential())))
    save("no_config.keras", sequential(), without=("config.json",))
    save("no_metadata.keras", sequential(), without=("metadata.json",))
    save("no_weights.keras", sequential(dense()), without=("model.weights.npz",))
    save("list_without_weights.keras", "[1, 2]", without=("model.weights.npz",))
    save("broken_config.keras", '{"class_name": "Sequential", "config": [}')
    save("no_model.keras", "[1, 2]")
    pathlib.Path("no_archive.keras").write_text("not found")
    save("custom.keras", sequential(node("Scale", {}, "shop.layers", "shop>Scale")))


main()
