"""docs/pickle-advisories.md: every case that it names exists and fails a scan, every rule that it names exists,
and each class of attack has a line."""
import json
import os
import re
import subprocess
import unittest

ASSAY = os.environ["ASSAY"]
SOURCE = os.environ["ASSAY_SOURCE"]
PAGE = os.path.join(SOURCE, "docs", "pickle-advisories.md")
CASE = re.compile(r"`((?:pickle|torch|joblib|npy|npz|zip|tar|keras|skops)/[a-z0-9_]+)`")
RULE = re.compile(r"`((?:pickle|pytorch|joblib|npy|zip|engine|file)\.[a-z0-9_.]+)`")


def rows():
    with open(PAGE) as page:
        lines = [line for line in page if line.startswith("| ")]
    return [line for line in lines if not line.startswith("| advisory") and not line.startswith("|---")]


class Advisories(unittest.TestCase):

    def test_each_line_has_a_rule_and_a_case(self):
        self.assertGreater(len(rows()), 40)
        for row in rows():
            cells = row.strip().strip("|").split(" | ")
            self.assertEqual(len(cells), 4, row)
            self.assertRegex(cells[2], r"`|fresh machine", row)
            self.assertTrue(CASE.search(cells[3]), row)

    def test_cases_exist_and_fail_a_scan(self):
        for case in sorted({case for row in rows() for case in CASE.findall(row)}):
            with self.subTest(case):
                folder = os.path.join(SOURCE, "testdata", case)
                self.assertTrue(os.path.isdir(folder), f"{case} is not there")
                with open(os.path.join(folder, "expect.json")) as expected:
                    self.assertIn(json.load(expected)["exit"], (1, 2))

    def test_a_line_s_rules_are_found_by_its_cases(self):
        for row in rows():
            cells = row.strip().strip("|").split(" | ")
            found = set()
            for case in CASE.findall(cells[3]):
                with open(os.path.join(SOURCE, "testdata", case, "expect.json")) as expected:
                    found |= {finding["rule"] for record in json.load(expected)["records"] for finding in record["findings"]}
            missing = [rule for rule in RULE.findall(cells[2]) if rule not in found]
            self.assertFalse(missing, row)

    def test_rules_are_the_command_s(self):
        told = subprocess.run([ASSAY, "rules"], capture_output=True, text=True, check=True).stdout
        for rule in sorted({rule for row in rows() for rule in RULE.findall(row.split(" | ")[2])}):
            self.assertTrue(rule in told, f"no rule is called {rule}")


if __name__ == "__main__":
    unittest.main()
