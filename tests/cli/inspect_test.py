"""assay inspect: what a file holds, for a person and for a program."""

import hashlib
import json
import os
import pickle
import struct
import time

from _helpers import CLEAN, FINDINGS, USAGE, CliTest, main


def safetensors(tensors, metadata=None):
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name, (dtype, shape, content) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape,
                        "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


class InspectTest(CliTest):
    def setUp(self):
        super().setUp()
        self.weights = {"layer.w": ("F32", [2, 3], bytes(range(24))),
                        "layer.b": ("I8", [5], b"hello"), "none": ("F16", [0], b"")}
        self.write("m.safetensors", safetensors(self.weights, {"made_by": "a test"}))

    def text(self, *args, code=CLEAN):
        return self.expect(code, *args).stdout.decode()

    def test_text_shows_tensors_and_what_the_file_says_of_itself(self):
        lines = self.text("inspect", "m.safetensors").splitlines()
        for words in (["__metadata__.made_by", "a test"], ["layer.w", "F32", "[2, 3]", "24 B"],
                      ["layer.b", "I8", "[5]", "5 B"], ["3 tensors"]):
            self.assertTrue(any(all(word in line for word in words) for line in lines),
                            (words, lines))
        quiet = self.text("inspect", "-q", "m.safetensors")
        self.assertNotIn("layer.w", quiet)
        self.assertIn("m.safetensors: safetensors", quiet)

    def test_json_is_one_list_and_jsonl_one_object_a_line(self):
        self.write("p.pkl", pickle.dumps({"a": [1, 2]}, protocol=4))
        listed = json.loads(self.text("inspect", "-o", "json", "m.safetensors", "p.pkl"))
        lines = self.text("inspect", "-o", "jsonl", "m.safetensors", "p.pkl")
        self.assertEqual([json.loads(line) for line in lines.splitlines()], listed)
        model, other = listed
        self.assertEqual(model["target"], "m.safetensors")
        self.assertIn({"path": "m.safetensors", "name": "__metadata__.made_by", "value": "a test"},
                      model["properties"])
        names = [tensor["name"] for tensor in model["records"][0]["tensors"]]
        self.assertEqual(sorted(names), sorted(self.weights))
        self.assertEqual(len(other["pickles"]), 1)
        self.assertEqual(other["records"][0]["format"], "pickle")

    def test_tensors_of_onnx_are_listed_whose_data_has_no_place_of_its_own(self):
        field = lambda number, data: bytes([number << 3 | 2, len(data)]) + data
        count = lambda number, value: bytes([number << 3, value])
        longs = count(1, 2) + count(2, 7) + count(7, 3) + count(7, 1) + field(8, b"longs")
        texts = count(1, 1) + count(2, 8) + field(6, b"word") + field(8, b"texts")
        raw = count(1, 1) + count(2, 1) + field(8, b"raw") + field(9, b"1234")
        node = field(1, b"x") + field(2, b"y") + field(4, b"Relu")
        floats = count(1, 1) + count(2, 1) + field(4, b"1234") + field(8, b"floats")
        graph = field(1, node) + field(2, b"g") + b"".join(field(5, one) for one in (raw, longs, texts, floats))
        self.write("m.onnx", count(1, 9) + field(7, graph) + field(8, count(2, 20)))
        report = json.loads(self.text("inspect", "-o", "json", "m.onnx"))
        tensors = report[0]["records"][0]["tensors"]
        self.assertEqual([(one["name"], one["end"] - one["begin"]) for one in tensors],
                         [("raw", 4), ("longs", 0), ("texts", 0), ("floats", 4)])
        self.assertNotIn("no_digest", tensors[1])
        shown = json.loads(self.text("inspect", "--tensors", "-o", "json", "m.onnx"))[0]["records"][0]["tensors"]
        self.assertEqual([("sha256" in one, one.get("no_digest", "")[:10]) for one in shown],
                         [(True, ""), (False, "its values"), (False, "its values"), (False, "it was kno")])
        lines = self.text("inspect", "--tensors", "m.onnx").splitlines()
        self.assertEqual(["no digest: " in line for line in lines if line.startswith("  ") and "[1]" in line],
                         [False, True, True])

    def test_digests_of_tensors_on_request(self):
        for command in ("inspect", "scan"):
            report = self.report(command, "--tensors", "m.safetensors")
            record = (report[0] if command == "inspect" else report)["records"][0]
            found = {tensor["name"]: tensor["sha256"] for tensor in record["tensors"]}
            expected = {name: hashlib.sha256(content).hexdigest()
                        for name, (_, _, content) in self.weights.items()}
            self.assertEqual(found, expected)

    def test_scan_tensors_needs_the_bulk(self):
        done = self.expect(USAGE, "scan", "--tensors", "--no-digest", "m.safetensors")
        self.assertIn(b"--no-digest", done.stderr)

    def test_looking_at_a_large_file_does_not_read_it(self):
        size = 5 << 32
        header = json.dumps({"weight": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}})
        head = struct.pack("<Q", len(header)) + header.encode()
        os.truncate(self.write("large.safetensors", head), len(head) + size)
        began = time.monotonic()
        self.assertIn("20.0 GiB", self.text("inspect", "large.safetensors"))
        self.assertLess(time.monotonic() - began, 5)

    def test_findings_are_told_and_decide_the_exit(self):
        self.write("evil.pkl", b"cos\nsystem\n(S'echo'\ntR.")
        shown = self.text("inspect", "m.safetensors", "evil.pkl", code=FINDINGS)
        self.assertIn("pickle.call.dangerous", shown)
        self.assertIn("calls ", shown)

    def test_a_format_that_does_not_exist(self):
        self.expect(USAGE, "inspect", "-o", "xml", "m.safetensors")


if __name__ == "__main__":
    main()
