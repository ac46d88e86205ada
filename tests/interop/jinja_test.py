"""assay scan against Jinja itself: what Jinja compiles is read, and what it gets is found."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

ASSAY = os.environ["ASSAY"]
SOURCE = os.environ["ASSAY_SOURCE"]
SEED = int(os.environ.get("ASSAY_SEED", "1"))
COUNT = int(os.environ.get("ASSAY_COUNT", "3000"))
PYTHON = os.environ.get("ASSAY_PEER_PYTHON", os.path.join(SOURCE, "build", "peers", "python", "bin", "python3"))


def has_jinja():
    return os.path.exists(PYTHON) and subprocess.run([PYTHON, "-c", "import jinja2"], capture_output=True).returncode == 0


class Templates(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            oracle = os.path.join(SOURCE, "tests", "interop", "jinja_oracle.py")
            subprocess.run([PYTHON, "-B", "-W", "ignore", oracle, folder, str(SEED), str(COUNT)], check=True, timeout=300)
            with open(os.path.join(folder, "verdicts.json")) as verdicts:
                cls.verdicts = json.load(verdicts)
            done = subprocess.run([ASSAY, "scan", "-q", "-o", "json", "."], cwd=folder, capture_output=True, timeout=300)
            assert done.returncode in (0, 1, 2), done.stderr
            cls.findings = {record["path"]: {finding["rule"]: finding["severity"] for finding in record["findings"]}
                            for record in json.loads(done.stdout)["records"]}

    def texts(self, names):
        return f"seed {SEED}\n" + "\n".join(f"{name}: {self.findings[name]}: {self.verdicts[name]['text']}" for name in names[:20])

    def test_what_jinja_compiles_is_read(self):
        compiled = [name for name, verdict in self.verdicts.items() if verdict["compiles"]]
        self.assertGreater(len(compiled), COUNT // 2)
        unread = [name for name in compiled if "jinja.unparsable" in self.findings[name]]
        self.assertFalse(unread, self.texts(unread))

    def test_what_jinja_gets_is_found(self):
        reached = [name for name, verdict in self.verdicts.items() if verdict["got"]]
        self.assertGreater(len(reached), COUNT // 5)
        missed = [name for name in reached if not {"high", "critical"} & set(self.findings[name].values())]
        self.assertFalse(missed, self.texts(missed))

    def test_plain_templates_have_no_findings(self):
        plain = [name for name in self.verdicts if "plain" in name]
        flagged = [name for name in plain if set(self.findings[name].values()) - {"info"}]
        self.assertFalse(flagged, self.texts(flagged))


if __name__ == "__main__":
    if not has_jinja():
        print(f"SKIP: no jinja2 package for {PYTHON}; scripts/peers installs it", flush=True)
        sys.exit(77)
    unittest.main()
