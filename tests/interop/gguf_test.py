"""assay scan against the gguf package: what its reader refuses has a finding, what it takes and we flag stands below."""
import collections
import json
import os
import subprocess
import sys
import tempfile
import unittest

ASSAY = os.environ["ASSAY"]
SOURCE = os.environ["ASSAY_SOURCE"]
SEED = int(os.environ.get("ASSAY_SEED", "1"))
COUNT = int(os.environ.get("ASSAY_COUNT", "2000"))
PYTHON = os.environ.get("ASSAY_PEER_PYTHON", os.path.join(SOURCE, "build", "peers", "python", "bin", "python3"))

# What GGUFReader takes and assay reports, with the reason.
STRICTER = {
    "engine.": "a limit of ours, or the engine's own reading",
    "file.": "not a question that the reader asks",
    "gguf.align.excess": "any power of two is taken",
    "gguf.array.len_exceeds_file": "views of bytes that are not there are short, and nobody looks",
    "gguf.count.huge": "an array is not larger than 2^30 for llama.cpp",
    "gguf.data.trailing": "the reader does not look behind the last tensor",
    "gguf.data.truncated": "an empty view at the end of the file is no fault",
    "gguf.kv.bad_type": "the type of an empty array is not looked at",
    "gguf.kv.bool_not_01": "numpy takes any byte for true",
    "gguf.kv.empty_key": "llama.cpp refuses it",
    "gguf.kv.key_charset": "any text is taken",
    "gguf.kv.key_too_long": "any length is taken",
    "gguf.kv.nested_array": "llama.cpp refuses it; the reader flattens it",
    "gguf.kv.string_not_utf8": "values are decoded when they are asked for",
    "gguf.kv.string_nul": "Python's texts hold zeros",
    "gguf.meta.remote_ref": "values are not looked at",
    "gguf.pad.nonzero": "padding is not looked at",
    "gguf.size.sum_overflow": "sizes are not added",
    "gguf.split.inconsistent": "parts are read alone",
    "gguf.string.len_exceeds_file": "views of bytes that are not there are short, and nobody looks",
    "gguf.template.": "templates are not looked at",
    "gguf.tensor.block_misfit": "a scalar of a type with blocks is rounded down",
    "gguf.tensor.gap": "tensors may lie anywhere; llama.cpp refuses it",
    "gguf.tensor.name_too_long": "llama.cpp refuses it",
    "gguf.tensor.ndims": "numpy has more dimensions; llama.cpp refuses it",
    "gguf.tensor.neg_dim": "no tensor has data, so the sign does not matter",
    "gguf.tensor.offset_misaligned": "llama.cpp refuses it",
    "gguf.tensor.out_of_file": "of a tensor without numbers nothing is read",
    "gguf.tensor.overflow": "the product wraps in numpy",
    "gguf.tensor.overlap": "tensors may share bytes; llama.cpp refuses it",
    "gguf.version.big_endian": "it is said, since most machines are not",
    "jinja.": "templates are not looked at",
}


# What the reader cannot read, and is no fault of the file: texts in lists may be tokens, which are bytes.
NOT_OURS = ["UnicodeDecodeError"]


def has_gguf():
    return os.path.exists(PYTHON) and subprocess.run([PYTHON, "-c", "import gguf"], capture_output=True).returncode == 0


class Verdicts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        oracle = os.path.join(SOURCE, "tests", "interop", "gguf_oracle.py")
        subprocess.run([PYTHON, "-B", oracle, cls.folder.name, str(SEED), str(COUNT)], check=True, timeout=500,
                       stderr=subprocess.DEVNULL)
        with open(os.path.join(cls.folder.name, "verdicts.json")) as verdicts:
            cls.verdicts = json.load(verdicts)
        done = subprocess.run([ASSAY, "scan", "-q", "-o", "json", "."], cwd=cls.folder.name, capture_output=True,
                              timeout=300)
        assert done.returncode in (0, 1, 2), done.stderr
        cls.findings = collections.defaultdict(list)
        for record in json.loads(done.stdout)["records"]:
            if "!" not in record["path"]:
                cls.findings[record["path"]] = [f for f in record["findings"] if f["severity"] not in ("info", "low")]

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_what_the_package_writes_has_no_findings(self):
        whole = [name for name, (done, _) in self.verdicts.items() if not done]
        self.assertGreater(len(whole), COUNT // 20)
        for name in whole:
            self.assertEqual(self.verdicts[name][1], "", name)
            self.assertEqual(self.findings[name], [], name)

    def test_what_the_reader_refuses_is_found(self):
        refused = {name: said for name, said in self.verdicts.items() if said[1]}
        self.assertGreater(len(refused), COUNT // 5, "the damage does too little")
        missed = {name: said for name, said in refused.items()
                  if not self.findings[name] and not any(known in said[1] for known in NOT_OURS)}
        self.assertFalse(missed, f"{len(missed)} of {len(refused)} refused files have no finding, seed {SEED}")

    def test_what_is_found_besides_has_a_reason(self):
        unexplained = {}
        for name, (done, said) in self.verdicts.items():
            rules = {finding["rule"] for finding in self.findings[name]}
            bare = [rule for rule in rules if not any(rule.startswith(known) for known in STRICTER)]
            if not said and bare:
                unexplained[name] = (done, bare)
        self.assertFalse(unexplained)


if __name__ == "__main__":
    if not has_gguf():
        print("SKIP: the gguf package is not there (make peers installs it); the GGUF reader was NOT compared with "
              "the reference", flush=True)
        sys.exit(77)
    unittest.main()
