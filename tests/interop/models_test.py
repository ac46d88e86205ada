"""assay beside the libraries of XGBoost, LightGBM, Flax (msgpack) and TFLite: what they refuse of damaged models must
be a finding, and what they take and assay flags is in a list with the reason."""
import collections
import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ.get("ASSAY_SOURCE", os.path.dirname(os.path.dirname(HERE)))
ASSAY = os.environ.get("ASSAY", os.path.join(SOURCE, "build/release/assay"))
PYTHON = os.environ.get("ASSAY_PEER_PYTHON", os.path.join(SOURCE, "build/peers/python/bin/python3"))
SEED = int(os.environ.get("ASSAY_SEED", "1"))
COUNT = int(os.environ.get("ASSAY_COUNT", "200"))
TESTDATA = os.path.join(SOURCE, "testdata")

# What makes a library refuse, and is no fault of the file's form.
NOT_OURS = {
    # Parameters that each objective has of its own;
    # of an empty list it takes no space between the brackets.
    "xgboost": ["map::at", "UnicodeDecodeError", "Unknown objective", "Invalid Parameter format", "Unknown metric", "[ ]"],
    # Categories of pandas stand behind the model, and only Python reads them; names of objectives change by version.
    # Parameters have a type each, and objectives parameters of their own; of a file that ends in its second line, or does
    # not begin with "tree", nobody knows what it was.
    "lightgbm": ["JSONDecodeError", "UnicodeDecodeError", "Unknown objective", "in data file", "Unknown model format",
                 "doesn't specify the number of classes"],
    # Which numbers the chunks of a large array have; what follows the two parts of a complex number.
    "flax": ["KeyError: '", "ExtraData"],
    # The shape of a tensor without data; versions of operators to come.
    "tflite": ["number of elements overflowed", "Didn't find op for builtin opcode"],
}
# What a library takes and assay reports, with the reason.
STRICTER = {
    "xgboost": {
        "xgboost.tree.index_out_of_range": "indices are not checked when a model is loaded",
        "xgboost.model.incomplete": "what a model lacks is taken for nothing",
        "xgboost.json.dup_key": "the last one counts",
        "xgboost.ubj": "what follows the model is not looked at",
        "json.": "XGBoost's reader is lenient",
        "hf.json.": "XGBoost's reader is lenient",
        "file.": "XGBoost goes by the name alone",
    },
    "lightgbm": {
        "lightgbm.tree.blank_line": "where the trees end is not looked for by its line",
        "lightgbm.tree_sizes.mismatch": "trees are read from where the sizes lead, whatever lies between",
        "lightgbm.value.not_a_number": "a number ends where it is none any more",
        "lightgbm.index.out_of_range": "indices are not checked when a model is loaded",
        "lightgbm.array.count_mismatch": "lists that are not used are not counted",
        "lightgbm.key.duplicate": "the last one counts",
        "lightgbm.header.invalid": "a number ends where it is none any more",
        "lightgbm.params.path": "the file is not read when a model is loaded",
        "file.": "LightGBM goes by the content alone",
    },
    "flax": {
        "flax.ext.unknown": "msgpack hands on what it does not know",
        "flax.array": "numpy takes what is left for the length",
        "msgpack.dup_key": "the last one counts",
        "file.": "what begins otherwise is taken for a document all the same",
    },
    "tflite": {
        "flatbuffer.": "nothing is verified before it is used",
        "tflite.": "nothing is verified before it is used",
        "file.": "TFLite goes by the content alone",
    },
}


def scan(folder):
    done = subprocess.run([ASSAY, "scan", "-q", "-o", "json", folder], capture_output=True, timeout=300)
    said = collections.defaultdict(list)
    for record in json.loads(done.stdout)["records"]:
        name = record["path"].split("!")[0]
        said[name] += [f"{finding['rule']}: {finding['detail']}" for finding in record["findings"]
                       if finding["severity"] != "info" or finding["rule"] == "file.type.unknown"]
        if record["coverage"] != "full":
            said[name].append(record["coverage"])
    return said


def has(module):
    if not os.path.exists(PYTHON):
        return False
    return subprocess.run([PYTHON, "-c", f"import {module}"], capture_output=True).returncode == 0


class Models(unittest.TestCase):
    maxDiff = None

    def compare(self, kind, module, sources):
        if not has(module):
            print(f"SKIP: {PYTHON} has no {module}; `make peers` installs it")
            self.skipTest(module)
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([PYTHON, "-B", os.path.join(HERE, "models_oracle.py"), kind, folder, str(SEED), str(COUNT),
                            *sources], check=True, timeout=500)
            with open(os.path.join(folder, "verdicts.json")) as file:
                verdicts = json.load(file)
            os.remove(os.path.join(folder, "verdicts.json"))
            said = scan(folder)
        for name in list(verdicts)[:len(sources)]:
            self.assertEqual((verdicts[name]["says"], said[name]), ("", []), verdicts[name]["done"])
        missed = [f"{name} ({verdict['done']}): {verdict['says'][:150]!r}" for name, verdict in verdicts.items()
                  if verdict["says"] and not said[name]
                  and not any(known in verdict["says"] for known in NOT_OURS[kind])]
        refused = sum(1 for verdict in verdicts.values() if verdict["says"])
        over = [f"{name} ({verdict['done']}): {what}" for name, verdict in verdicts.items() if not verdict["says"]
                for what in said[name] if "." in what and not any(map(what.startswith, STRICTER[kind]))]
        self.assertGreater(refused, COUNT // 10, "the damage does too little")
        self.assertEqual(missed, [], "\n".join(missed))
        self.assertEqual(over, [], "\n".join(over))

    def inputs(self, case, *suffixes):
        folder = os.path.join(TESTDATA, case, "input")
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(suffixes)]

    def test_xgboost(self):
        self.compare("xgboost", "xgboost", self.inputs("xgboost/benign_models", ".json", ".ubj"))

    def test_lightgbm(self):
        self.compare("lightgbm", "lightgbm", self.inputs("lightgbm/benign_models", ".txt"))

    def test_tflite(self):
        self.compare("tflite", "ai_edge_litert", self.inputs("tflite/benign_made", ".tflite"))

    def test_flax(self):
        with tempfile.TemporaryDirectory() as folder:
            case = os.path.join(TESTDATA, "flax/benign_params/recipe.py")
            subprocess.run([sys.executable, "-B", case], cwd=folder, check=True)
            made = [os.path.join(at, name) for at, _, names in os.walk(folder) for name in sorted(names)]
            self.compare("flax", "msgpack", sorted(made))


if __name__ == "__main__":
    if not any(map(has, ["xgboost", "lightgbm", "msgpack", "ai_edge_litert"])):
        print(f"SKIP: {PYTHON} has none of the libraries; `make peers` installs them")
        sys.exit(77)
    unittest.main()
