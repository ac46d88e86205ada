"""A small file of each format, cut at every byte: what is left is never clean, and nothing comes of it but findings."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ASSAY = os.environ["ASSAY"]
SOURCE = os.environ["ASSAY_SOURCE"]
TESTDATA = os.path.join(SOURCE, "testdata")

# The file of a case, and lengths at which it may be cut and be whole: a protobuf message between two of its fields, text
# before its last line feed or before it says what it is, a model of LightGBM without its parameters, and padding that no
# reader asks for. Of texts that no grammar ends, any beginning is whole.
ANY = range(10_000)
FILES = {
    "catboost/benign/model.cbm": [],
    "coreml/packages/good.mlpackage/Manifest.json": [],
    "coreml/valid/trees.mlmodel": [57],
    "executorch/benign/no_segments.pte": [],
    "executorch/benign/segments.pte": [],
    "flax/benign_params/many.msgpack": [],
    "gguf/split/alone/more-00001-of-00001.gguf": [],
    "hf/benign_adapter/adapter_config.json": [338],
    "hf/benign_pipeline/model_index.json": [653],
    "hf/benign_repository/config.json": [1060],
    "hf/tokenizers_benign/gpt2/tokenizer.json": [],
    "gguf/benign_variants/description.gguf": [],
    "gguf/benign_variants/version_2.gguf": range(140, 160),
    "hdf5/elsewhere/good.h5": [],
    "jinja/benign_templates/additional_chat_templates/short.jinja": ANY,
    "keras/archives/custom.keras": [],
    "keras/bare_configs/good.json": [],
    "lfs-pointer/forms/good.bin": range(42),
    "lightgbm/benign_models/stump.txt": [*range(13), *range(481, 516), *range(3082, 3108)],
    "mlflow/hostile/requirements/requirements.txt": ANY,
    "mlflow/plain/sklearn/MLmodel": ANY,
    "nemo/plain/model_config.yaml": ANY,
    "npy/plain/python_2.npy": [],
    "npz/benign_arrays/compressed.npz": [],
    "npz/benign_arrays/objects.npz": [],
    "openvino/valid/model.xml": range(27),
    "onnx/valid/graph_first.onnx": [],
    "pmml/valid/model.pmml": [703],
    "safetensors/benign_library/mixed.safetensors": [],
    "safetensors/valid/metadata_only.safetensors": [],
    "st_index/benign_shards/other/model.safetensors.index.json": [],
    "tensorflow/benign/checkpoint_v1/model.ckpt.index": [],
    "tensorflow/benign/frozen.pb": [61, 133, 231],
    "tensorflow/valid/fingerprint.pb": [33, 35],
    "tensorflow/valid/keras_metadata.pb": [],
    "tensorflow/valid/plain/saved_model.pb": [],
    "tflite/benign_recipe/model.tflite": [],
    "xgboost/benign_models/linear.json": [],
    "xgboost/benign_models/linear.ubj": [],
}


def content(path, folder):
    form, case, name = path.split("/", 2)
    at = os.path.join(TESTDATA, form, case)
    plain = os.path.join(at, "input", name)
    if not os.path.exists(plain):
        env = {**os.environ, "PYTHONPATH": os.path.join(SOURCE, "tests", "pickle")}
        subprocess.run([sys.executable, "-B", os.path.join(at, "recipe.py")], cwd=folder, check=True, env=env)
        plain = os.path.join(folder, name)
    with open(plain, "rb") as file:
        return file.read()


def scan(folder):
    done = subprocess.run([ASSAY, "scan", "-q", "-o", "json", folder], capture_output=True, timeout=600)
    if done.returncode not in (0, 1, 2):
        raise AssertionError(f"exit {done.returncode}: {done.stderr[-2000:]!r}")
    return [record for record in json.loads(done.stdout)["records"] if "!" not in record["path"]]


def is_clean(record):
    return record["coverage"] == "full" and all(found["severity"] == "info" for found in record["findings"])


class Cuts(unittest.TestCase):
    def test_every_length(self):
        for path, whole in FILES.items():
            with self.subTest(path), tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as made:
                data = content(path, made)
                name = path.rsplit("/", 1)[1]
                for length in range(len(data) + 1):
                    os.mkdir(os.path.join(folder, str(length)))
                    with open(os.path.join(folder, str(length), name), "wb") as file:
                        file.write(data[:length])
                clean = {int(record["path"].split("/")[0]) for record in scan(folder) if is_clean(record)}
                self.assertFalse(sorted(clean - {*whole, len(data)}), f"of {len(data)}")

    def test_one_byte_of_another_format(self):
        """Every value of the first bytes, which decide what the file is."""
        for path in FILES:
            with self.subTest(path), tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as made:
                data = content(path, made)
                name = path.rsplit("/", 1)[1]
                for at in (0, 4):
                    for value in range(256):
                        into = os.path.join(folder, f"{at}.{value}")
                        os.mkdir(into)
                        with open(os.path.join(into, name), "wb") as file:
                            file.write(data[:at] + bytes([value]) + data[at + 1:])
                scan(folder)
                shutil.rmtree(folder)
                os.mkdir(folder)


if __name__ == "__main__":
    unittest.main()
