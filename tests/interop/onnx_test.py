"""assay scan against the onnx package: what it refuses has a finding, what it takes and we flag stands below."""
import collections
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

ASSAY = os.environ["ASSAY"]
SOURCE = os.environ["ASSAY_SOURCE"]
SEED = int(os.environ.get("ASSAY_SEED", "1"))
COUNT = int(os.environ.get("ASSAY_COUNT", "2000"))
PYTHON = os.environ.get("ASSAY_PEER_PYTHON", os.path.join(SOURCE, "build", "peers", "python", "bin", "python3"))

# What onnx's checker refuses and assay does not look at: whether the graph makes sense, which is not
# a question of safety; a runtime refuses such a model just as well.
SEMANTIC = [
    (r"No Op registered", "names of operators in ONNX's own domains"),
    (r"Unrecognized attribute|Required attribute|type field and data field mismatch", "attributes by schema"),
    (r"Node.*has (input|output) size|has zero input and zero output", "numbers of inputs and outputs"),
    (r"topologically sorted|is not an output of any node|single assignment|SSA|in graph output|Graph must be in", "the order of nodes"),
    (r"Field '(name|type|elem_type|shape|op_type|key)' of", "fields that a graph needs"),
    (r"Field 'domain' of|Unrecognized type value case|opset_import", "types of values, versions of sets"),
    (r"should not contain more than one value field|should contain one and only one value|Attribute", "attributes"),
    (r"Sparse tensor.*(index|indices|INT64|rank|dense-rank|positive)", "indices of sparse tensors"),
    (r"in initializer but not in graph input|is not unique|deprecated|is depracted|has been", "versions of operators"),
    (r"'utf-8' codec|contains invalid UTF-8|incompatible function arguments|^check: $", "texts that are not UTF-8; some cannot even be said"),
    (r"Opset import for domain|Your model ir_version|model with IR version", "versions to come"),
    (r"FLOAT6", "padding bits of numbers of six bits"),
    (r"ref_attr_name|should refer to attribute", "references to attributes of functions"),
]

# What onnx takes and assay reports, with the reason.
STRICTER = {
    "onnx.proto.unknown_fields": "protobuf passes them over; anything can be carried along in them",
    "onnx.proto.dup_graph_field": "protobuf merges them; other readers take one of the two",
    "onnx.tensor.ambiguous_data": "the checker does not look into training graphs",
    "onnx.tensor.size_mismatch": "the checker does not look into training graphs, and lets data be too long",
    "onnx.tensor.bad_shape": "the checker looks neither into training graphs nor at shapes of external data",
    "onnx.tensor.unknown_type": "the checker looks neither into training graphs nor at types of external data",
    "onnx.external.missing": "the checker does not look into training graphs",
    "onnx.external.traversal": "the checker does not look into training graphs, and takes a/../b",
    "onnx.external.absolute": "the checker does not look into training graphs",
    "onnx.external.negative": "the checker looks at the location alone; a sign is read as a number",
    "onnx.external.out_of_range": "without a length onnx reads what there is",
    "onnx.external.symlink": "the checker does not look into training graphs",
    "onnx.external.unknown_key": "onnx warns since 1.21; before, it set an attribute of that name",
    "onnx.external.dup_key": "the last one counts for onnx, not for every runtime",
    "onnx.op.custom_domain": "onnx takes operators that it does not know in domains that it does not know",
    "onnx.opset.missing": "onnx does not ask for sets of operators in training graphs",
    "onnx.meta.suspicious_text": "onnx does not look at texts",
    "file.embedded.executable": "not a question that onnx asks",
}

def has_onnx():
    return os.path.exists(PYTHON) and subprocess.run([PYTHON, "-c", "import onnx"], capture_output=True).returncode == 0


class Verdicts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        oracle = os.path.join(SOURCE, "tests", "interop", "onnx_oracle.py")
        subprocess.run([PYTHON, "-B", "-W", "ignore", oracle, cls.folder.name, str(SEED), str(COUNT)], check=True,
                       timeout=300)
        with open(os.path.join(cls.folder.name, "verdicts.json")) as verdicts:
            cls.verdicts = json.load(verdicts)
        done = subprocess.run([ASSAY, "scan", "-q", "-o", "json", "."], cwd=cls.folder.name, capture_output=True,
                              timeout=300)
        assert done.returncode in (0, 1, 2), done.stderr
        cls.records = collections.defaultdict(list)
        for record in json.loads(done.stdout)["records"]:
            path = record["path"].split("!")[0]
            if path.endswith("/model.onnx"):
                cls.records[path.split("/")[0]].append(record)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def findings(self, name):
        return [finding for record in self.records[name] for finding in record["findings"]
                if finding["severity"] != "info"]

    def test_good_models_have_no_findings(self):
        good = [name for name in self.verdicts if name.startswith("good_")]
        self.assertGreater(len(good), 8)
        for name in good:
            self.assertEqual(self.verdicts[name]["onnx"], "", name)
            self.assertEqual(self.findings(name), [], name)
            self.assertEqual([record["coverage"] for record in self.records[name]], ["full"], name)
            self.assertEqual(self.records[name][0]["format"], "onnx")

    def test_what_onnx_refuses_is_found(self):
        missed = []
        refused = 0
        for name, verdict in self.verdicts.items():
            error = verdict["onnx"]
            known = any(re.search(pattern, error) for pattern, _ in SEMANTIC)
            if not error or known:
                continue
            refused += 1
            if not self.findings(name) and self.records[name][0]["coverage"] == "full":
                missed.append(f"{name}: {verdict['what']}: {error[:200]}")
        self.assertGreater(refused, COUNT // 4)
        self.assertFalse(missed, f"seed {SEED}\n" + "\n".join(missed[:20]))

    def test_what_onnx_cannot_parse_fails_a_scan(self):
        for name, verdict in self.verdicts.items():
            if verdict["onnx"].startswith("load: "):
                severities = {finding["severity"] for finding in self.findings(name)}
                self.assertTrue(severities & {"high", "critical"}, f"seed {SEED}, {name}: {verdict}")

    def test_what_onnx_takes_and_we_flag_is_listed(self):
        surprises = []
        for name, verdict in self.verdicts.items():
            if verdict["onnx"]:
                continue
            for finding in self.findings(name):
                if finding["rule"] not in STRICTER:
                    surprises.append(f"{name}: {verdict['what']}: {finding['rule']} {finding['detail']}")
            if self.records[name][0]["coverage"] != "full":
                surprises.append(f"{name}: {verdict['what']}: {self.records[name][0]['coverage']}")
        self.assertFalse(surprises, f"seed {SEED}\n" + "\n".join(surprises[:20]))


if __name__ == "__main__":
    if not has_onnx():
        print(f"SKIP: no onnx package for {PYTHON}; scripts/peers installs it", flush=True)
        sys.exit(77)
    unittest.main()
