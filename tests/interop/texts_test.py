#!/usr/bin/env python3
"""What Python's readers of XML and YAML see in a document, assay sees, too.

Documents are put together from pieces and damaged; those that expat or PyYAML takes, and in which it finds what matters
(a function of Java's in PMML, a target of Hydra's, a tag of Python's), must have that finding or be incomplete. expat comes with
Python; without PyYAML the half that needs it is skipped. TEXTS_TEST_SEED and TEXTS_TEST_COUNT say which documents and how many.
"""
import json
import os
import random
import subprocess
import sys
import tempfile
import unittest
from xml.parsers import expat

try:
    import yaml
except ImportError:
    yaml = None

ASSAY = os.environ["ASSAY"]
SEED = int(os.environ.get("TEXTS_TEST_SEED", "1"))
COUNT = int(os.environ.get("TEXTS_TEST_COUNT", "1500"))

EVIL = '<Apply function="com.example.Evil"/>'
XML = [f'<PMML version="4.4"><D>{EVIL}</D></PMML>',
       f'<?xml version="1.0"?><!DOCTYPE PMML [<!ENTITY a "b">]><PMML version="4.4">&a;{EVIL}</PMML>',
       f"<!DOCTYPE PMML [<!-- ]> ' --><!ENTITY a \"]>\">]><PMML>{EVIL}</PMML>",
       f"<!-- c --><?a b?><PMML><![CDATA[<x>]]>{EVIL}</PMML>",
       "<PMML a='1'\n b = \"2\"><Apply function='com.example.Evil'></Apply ></PMML>\n<!-- x -->",
       '<p:PMML xmlns:p="u"><p:Apply function="com.example.Evil"></p:Apply></p:PMML>',
       '<!DOCTYPE PMML [<!ATTLIST Apply function CDATA "com.example.Evil">]><PMML><Apply/></PMML>',
       '<!DOCTYPE PMML [<!ENTITY a "com.example.Evil">]><PMML><Apply function="&a;"/></PMML>',
       '<!DOCTYPE PMML [<!ENTITY a \'<Apply function="com.example.Evil"/>\'>]><PMML>&a;</PMML>',
       '<PMML><Apply function="com.example&#46;Evil"/></PMML>']
XML_PIECES = ["<!-- ", "-->", "<![CDATA[", "]]>", "<?a b?>", "'", '"', "<a>", "</a>", "<a/>", " ", "\n", "&amp;", "&#65;", "<!DOCTYPE PMML>",
              "<!DOCTYPE PMML [", "]>", "é", 'x="1"', ">", "<", "/>", "\ufeff", '<?xml version="1.0" encoding="utf-8"?>']

YAML = ["a: 1\nmodel:\n  KEY: VALUE\n  x: [1, 2]\n", "model: {KEY: VALUE, b: {c: d}}\n", "- KEY: VALUE\n  b: 1\n- c\n", "x:\n- - KEY: VALUE\n",
        "x: &a\n  KEY: VALUE\ny: *a\n", "? a\n: KEY: VALUE\n", "x:\n  ? KEY\n  : VALUE\n", "x: {? KEY : VALUE}\n", 'x: {"KEY":"VALUE"}\n',
        "x:\n  KEY: >-\n    VALUE\n  y: 1\n", "x:\n  KEY:\n    VALUE\n", "x:\n  !!str KEY: !!str VALUE\n", "x:\n  &k KEY: &v VALUE\ny: {*k : *v}\n",
        "a: &v VALUE\nx:\n  KEY: *v\n", "a: &k KEY\nx:\n  *k : VALUE\n", "? &k KEY\n: &v VALUE\nb:\n  ? *k\n  : *v\n", "x: [KEY: VALUE]\n",
        "--- \nx:\n  KEY: VALUE\n...\n", "x:\n    y:\n        KEY: VALUE\n    z: 1\n", "x:\n  y: |\n    text\n    more\n  KEY: VALUE\n",
        "x:\n  y: 'a\n    b'\n  KEY: VALUE\n", "x:\n  y: a\n    b\n  KEY: VALUE\n", "x:\n  # c\n  KEY: VALUE # d\n", "b: &b\n  KEY: VALUE\nx:\n  <<: *b\n",
        "x: {a: [1, {b: 2}], KEY: VALUE,\n  c: d}\n", "x: !!map {KEY: VALUE}\n", "x: [{&k KEY: &v VALUE}, {*k : *v}]\n"]
YAML_PIECES = ["\n", " ", "  ", "\t", "#", "# c\n", "- ", "? ", ": ", ":", "'", '"', "|", "|-\n", ">", "{", "}", "[", "]", ",", "&a ", "*a", "!!str ",
               "!!map ", "---\n", "...\n", "a: 1\n", "  b: 2\n", "\\", "\r\n", "\u2028", "\x85", "~", "x: ", "<<: ", "'a' ", '"b": ']


def damaged(some, seeds, pieces):
    text = some.choice(seeds)
    for _ in range(some.choice([0, 1, 1, 2, 3])):
        at, how = some.randrange(len(text) + 1), some.randrange(3)
        if how == 0:
            text = text[:at] + some.choice(pieces) + text[at:]
        elif how == 1:
            text = text[:at] + text[at + some.choice([1, 1, 2, 4]):]
        else:
            other = some.choice(seeds)
            text = text[:at] + other[some.randrange(len(other)):]
    return text


def calls_java(text):
    seen = {"root": None, "called": False}

    def start(name, attributes):
        name = name.split(":")[-1]
        seen["root"] = seen["root"] or name
        seen["called"] |= name == "Apply" and attributes.get("function") == "com.example.Evil"
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.Parse(text.encode(), True)
    except (expat.ExpatError, UnicodeError):
        return False
    return seen["root"] == "PMML" and seen["called"]


def nodes_of(text):
    """All nodes of all documents, each once."""
    waiting, seen = list(yaml.compose_all(text)), set()
    while waiting:
        node = waiting.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if isinstance(node, yaml.MappingNode):
            waiting += [half for pair in node.value for half in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value


def has_target(text):
    try:
        return any(key.value == "_target_" and value.value == "os.system"
                   for node in nodes_of(text) if isinstance(node, yaml.MappingNode) for key, value in node.value)
    except yaml.YAMLError:
        return False


def has_tag(text):
    try:
        return any(node.tag.startswith("tag:yaml.org,2002:python/") for node in nodes_of(text))
    except yaml.YAMLError:
        return False


class Texts(unittest.TestCase):
    def check(self, seeds, pieces, sees, extension, rule):
        some = random.Random(f"{SEED} {rule}")
        texts = {}
        while len(texts) < COUNT:
            text = damaged(some, seeds, pieces)
            if sees(text):
                texts[f"{len(texts)}.{extension}"] = text
        with tempfile.TemporaryDirectory() as folder:
            for name, text in texts.items():
                with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as file:
                    file.write(text)
            done = subprocess.run([ASSAY, "scan", "-q", "--no-digest", "-o", "json", folder], capture_output=True, check=False)
        missed = [texts[record["path"]] for record in json.loads(done.stdout)["records"]
                  if record["coverage"] in ("full", "structure_only") and not any(found["rule"] in rule for found in record["findings"])]
        self.assertEqual(missed[:5], [], f"{len(missed)} of {COUNT}")

    def test_xml(self):
        self.check(XML, XML_PIECES, calls_java, "xml", ["pmml.apply.unknown_function", "xml.invalid", "xml.entity"])

    @unittest.skipUnless(yaml, "SKIP: PyYAML is not there")
    def test_targets(self):
        seeds = [text.replace("KEY", "_target_").replace("VALUE", "os.system") for text in YAML]
        self.check(seeds, YAML_PIECES, has_target, "yaml", ["nemo.hydra.target_dangerous"])

    @unittest.skipUnless(yaml, "SKIP: PyYAML is not there")
    def test_tags(self):
        tag = "!!python/name:os.system x"
        seeds = [text.replace('"VALUE"', tag).replace("KEY", "k").replace("VALUE", tag) for text in YAML]
        self.check(seeds, YAML_PIECES + ["!!python/name:os.system "], has_tag, "yaml", ["yaml.python_tag"])


if __name__ == "__main__":
    if not yaml:
        print("SKIP: PyYAML is not there, so YAML is not compared", file=sys.stderr)
    unittest.main()
