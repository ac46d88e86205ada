"""Every case under testdata: what assay says of it, and the properties that hold for any input."""
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

ASSAY = os.environ["ASSAY"]
TESTDATA = os.path.join(os.environ["ASSAY_SOURCE"], "testdata")
UPDATE = os.environ.get("UPDATE_EXPECT") == "1"
SEED = int(os.environ.get("ASSAY_SEED", "20"))
EXITS = {0, 1, 2, 3}
ONLY = os.environ.get("ASSAY_CASES", "")  # the beginning of "format/case"; all without it
SEVERITIES = ["info", "low", "medium", "high", "critical"]
# Recipes may use the pickle assembler.
RECIPE_ENV = {**os.environ, "PYTHONPATH": os.path.join(os.environ["ASSAY_SOURCE"], "tests", "pickle")}


def scan(folder, *options):
    done = subprocess.run([ASSAY, "scan", "-q", "-o", "json", *options, "."], cwd=folder,
                          capture_output=True, timeout=60)
    return done.returncode, done.stdout


def build(case, into):
    source = os.path.join(case, "input")
    if os.path.isdir(source):
        shutil.copytree(source, into, dirs_exist_ok=True, symlinks=True)
    recipe = os.path.join(case, "recipe.py")
    if os.path.exists(recipe):
        subprocess.run([sys.executable, "-B", recipe], cwd=into, check=True, timeout=60, env=RECIPE_ENV)


def told(code, report):
    """What an expectation says: nothing that depends on digests or wording of other parts."""
    records = []
    for record in json.loads(report)["records"]:
        findings = [{key: finding[key] for key in ("rule", "severity", "offset", "length", "count", "detail")}
                    for finding in record["findings"]]
        records.append({"path": record["path"], "format": record["format"], "size": record["size"],
                        "coverage": record["coverage"], "reason": record["reason"], "findings": findings})
    return {"exit": code, "records": records}


def grave(findings, level):
    return [finding for finding in findings
            if SEVERITIES.index(finding["severity"]) >= SEVERITIES.index(level)]


def broken_promises(must, code, report):
    """What a case must come to, whatever the details: must.json was written before the scanner was."""
    records = json.loads(report)["records"]
    exits = must["exit"] if isinstance(must["exit"], list) else [must["exit"]]
    if code not in exits:
        yield f"exit {code}, not {must['exit']}"
    for path, prefixes in must.get("rules", {}).items():
        # What lies inside the file counts for it.
        found = [finding for record in records for finding in record["findings"]
                 if record["path"] == path or record["path"].startswith(path + "!")]
        rules = sorted({finding["rule"] for finding in found})
        for prefix in prefixes:
            if not any(rule.startswith(prefix) for rule in rules):
                yield f"{path}: no {prefix}, only {rules}"
        if "each_at_least" in must and not grave(found, must["each_at_least"]):
            yield f"{path}: nothing is {must['each_at_least']}, only {rules}"
    if "no_findings_at_or_above" in must:
        for record in records:
            for finding in grave(record["findings"], must["no_findings_at_or_above"]):
                yield f"{record['path']}: {finding['rule']} ({finding['severity']}): {finding['detail']}"


def cases():
    for form in sorted(os.listdir(TESTDATA)):
        folder = os.path.join(TESTDATA, form)
        if os.path.isdir(folder):
            for case in sorted(os.listdir(folder)):
                if f"{form}/{case}".startswith(ONLY):
                    yield f"{form}/{case}", os.path.join(folder, case)


class Cases(unittest.TestCase):
    maxDiff = None

    def each(self):
        for name, case in cases():
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                build(case, folder)
                yield case, folder

    def test_expectations(self):
        seen = 0
        for case, folder in self.each():
            seen += 1
            got = told(*scan(folder))
            path = os.path.join(case, "expect.json")
            if UPDATE:
                with open(path, "w") as out:
                    json.dump(got, out, indent=1)
                    out.write("\n")
            with open(path) as expected:
                self.assertEqual(got, json.load(expected))
        self.assertGreater(seen, 0 if ONLY else 5, "the cases are gone")

    def test_what_must_hold(self):
        broken = []
        for case, folder in self.each():
            path = os.path.join(case, "must.json")
            if os.path.exists(path):
                with open(path) as promised:
                    must = json.load(promised)
                code, report = scan(folder)
                problems = broken_promises(must, code, report) if report else [f"exit {code}, no report"]
                broken += [f"{os.path.relpath(case, TESTDATA)}: {problem}" for problem in problems]
        self.assertFalse(broken, f"{len(broken)} promises are broken\n" + "\n".join(broken[:1000]))

    def test_same_report_whatever_the_machine_does(self):
        for _, folder in self.each():
            one = scan(folder, "--threads", "1")
            self.assertEqual(scan(folder, "--threads", "8"), one)
            less = scan(folder, "--threads", "2", "--memory", "64M", "--engine", "openssl")
            if b"engine.limit." in less[1]:  # a limit follows from the memory, and from that alone
                one = scan(folder, "--threads", "8", "--memory", "64M")
            self.assertEqual(less, one)

    def test_structure_alone(self):
        for _, folder in self.each():
            one = scan(folder, "--no-digest", "--threads", "1")
            self.assertIn(one[0], EXITS)
            json.loads(one[1])
            self.assertEqual(scan(folder, "--no-digest", "--threads", "8"), one)

    def test_digests(self):
        for _, folder in self.each():
            for record in json.loads(scan(folder)[1])["records"]:
                if record["kind"] == "file" and record["digests"]:
                    with open(os.path.join(folder, urllib.parse.unquote_to_bytes(record["path"]).decode("utf-8", "surrogateescape")), "rb") as file:
                        self.assertEqual(record["digests"]["sha256"], hashlib.sha256(file.read()).hexdigest())

    def test_cut_and_damaged(self):
        for case, folder in self.each():
            rng = random.Random(f"{SEED} {os.path.basename(case)}")
            paths = sorted(os.path.join(base, name) for base, _, names in os.walk(folder) for name in names)
            for path in rng.sample(paths, min(len(paths), 7)):
                self.damage(path, folder, rng)

    def damage(self, path, folder, rng):
        if os.path.islink(path) or not os.path.isfile(path) or not os.path.getsize(path):
            return
        with open(path, "rb") as file:
            whole = file.read()
        for _ in range(3):
            if rng.random() < 0.5:
                broken = whole[:rng.randrange(len(whole))]
            else:
                broken = bytearray(whole)
                for _ in range(8):
                    broken[rng.randrange(len(broken))] ^= 1 << rng.randrange(8)
            with open(path, "wb") as file:
                file.write(broken)
            code, report = scan(folder)
            self.assertIn(code, EXITS, f"seed {SEED}, {path}")
            json.loads(report)
        with open(path, "wb") as file:
            file.write(whole)


if __name__ == "__main__":
    unittest.main()
