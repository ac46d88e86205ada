"""`assay scan` as its users run it: exit codes, what is said of plain files, links and programs."""
import hashlib
import json
import os
import unittest

import jsonschema

from _helpers import (CLEAN, FINDINGS, INCOMPLETE, NOTHING, USAGE, CliTest, main, noise, schema)

ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\x3e\x00" + bytes(44)
PNG = b"\x89PNG\r\n\x1a\n" + noise(100)


class ScanTest(CliTest):
    def records(self, *args, code=CLEAN):
        return {record["path"]: record for record in self.report("scan", *args, code=code)["records"]}

    @staticmethod
    def rules(record):
        return [finding["rule"] for finding in record["findings"]]


class ExitCodes(ScanTest):
    def test_clean(self):
        self.write("m/notes.txt", b"some text\n")
        self.expect(CLEAN, "scan", "m")

    def test_findings_fail_from_the_severity_asked_for(self):
        self.write("m/empty.txt")
        self.expect(CLEAN, "scan", "m")
        self.expect(CLEAN, "scan", "m", "--fail-on", "medium")
        self.expect(FINDINGS, "scan", "m", "--fail-on", "low")
        self.expect(FINDINGS, "scan", "m", "--fail-on", "info")

    def test_incomplete(self):
        os.makedirs(self.dir / "m")
        os.mkfifo(self.dir / "m" / "pipe")
        self.write("m/notes.txt", b"text\n")
        self.expect(INCOMPLETE, "scan", "m")

    def test_findings_win_over_incomplete(self):
        os.makedirs(self.dir / "m")
        os.mkfifo(self.dir / "m" / "pipe")
        self.write("m/run.bin", ELF)
        self.expect(FINDINGS, "scan", "m")

    def test_nothing(self):
        os.makedirs(self.dir / "m" / "deeper")
        self.expect(NOTHING, "scan", "m")

    def test_usage(self):
        self.expect(USAGE, "scan")
        self.expect(USAGE, "scan", "m", "--fail-on", "sometimes")


class Content(ScanTest):
    def test_an_empty_file(self):
        self.write("m/notes")
        record = self.records("m")["notes"]
        self.assertEqual(self.rules(record), ["file.empty"])
        self.assertEqual(record["digests"]["sha256"], hashlib.sha256(b"").hexdigest())

    def test_an_empty_file_that_is_loaded_by_its_name(self):
        self.write("m/model.safetensors")
        record = self.records("m", code=FINDINGS)["model.safetensors"]
        self.assertEqual(self.rules(record), ["file.empty", "safetensors.file.too_small"])

    def test_a_name_that_promises_something_else(self):
        self.write("m/model.safetensors", PNG)
        record = self.records("m", code=INCOMPLETE)["model.safetensors"]
        self.assertEqual(self.rules(record), ["file.ext.mismatch"])
        self.assertEqual((record["format"], record["coverage"]), ("png", "unsupported"))

    def test_programs_whatever_their_names(self):
        contents = {"elf": ELF, "macho": b"\xcf\xfa\xed\xfe\x07\x00\x00\x01" + bytes(56),
                    "script": b"#!/bin/sh\necho hello\n"}
        for kind, content in contents.items():
            self.write(f"m/{kind}.bin", content)
        for path, record in self.records("m", code=FINDINGS).items():
            self.assertIn("file.embedded.executable", self.rules(record), path)
            self.assertEqual(record["coverage"], "full", path)

    def test_no_digest_reads_only_what_inspection_needs(self):
        self.write("m/big.bin", noise(8 << 20))
        record = self.records("m", "--no-digest", code=INCOMPLETE)["big.bin"]
        self.assertEqual((record["digests"], record["coverage"]), ({}, "structure_only"))
        done = self.expect(INCOMPLETE, "scan", "m", "--no-digest", "--stats")
        read = next(l for l in done.stderr.decode().splitlines() if l.startswith("peak memory"))
        self.assertIn("MiB", read)

    def test_no_digest_follows_a_second_reading_only_so_far(self):
        # The length of the header starts with "V": a text for a pickle, up to the next line feed.
        def model(data):
            head = json.dumps({"w": {"dtype": "U8", "shape": [len(data)], "data_offsets": [0, len(data)]}})
            size = (len(head) // 256 + 1) * 256 + ord("V")
            return size.to_bytes(8, "little") + head.ljust(size).encode() + data

        late = 40 << 20
        self.write("m/zeros.safetensors", model(bytes(late)))
        self.write("m/early.safetensors", model(b"\ncos\nsystem\n(Vid\ntR." + bytes(late)))
        self.write("m/short.safetensors", model(bytes(1000)))
        records = self.records("m", "--no-digest", code=FINDINGS)
        odd = ["safetensors.header.not_aligned8"]
        self.assertEqual(self.rules(records["zeros.safetensors"]), [*odd, "engine.limit.second_reading"])
        self.assertEqual(records["zeros.safetensors"]["coverage"], "cut_by_limit")
        self.assertEqual(records["zeros.safetensors"]["format"], "safetensors")
        self.assertIn("file.polyglot.pickle_prefix", self.rules(records["early.safetensors"]))
        self.assertEqual(self.rules(records["short.safetensors"]), odd)
        self.expect(INCOMPLETE, "scan", "m/zeros.safetensors", "--no-digest")
        os.remove(self.dir / "m" / "early.safetensors")
        for record in self.records("m").values():
            self.assertEqual((self.rules(record), record["coverage"]), (odd, "full"))

    def test_digests_are_those_of_hash(self):
        for i in range(30):
            self.write(f"m/{i:02}.txt", noise(i * 5000, i))
        listed = self.expect(CLEAN, "hash", "m").stdout.decode()
        report = self.report("scan", "m")
        self.assertEqual(listed, "".join(f"{r['digests']['sha256']}  m/{r['path']}\n"
                                         for r in report["records"]))


class Links(ScanTest):
    def setUp(self):
        super().setUp()
        self.write("m/real.txt", b"text\n")
        self.write("outside.txt", b"beyond\n")
        os.mkdir(self.dir / "m" / "folder")
        for target, name in (("real.txt", "inside"), ("../outside.txt", "outside"),
                             ("nowhere", "dangling"), ("folder", "to-folder"), ("..", "up")):
            os.symlink(target, self.dir / "m" / name)

    def test_links_are_records_of_their_own(self):
        records = self.records("m", code=INCOMPLETE)
        found = {path: self.rules(record) for path, record in records.items() if path != "real.txt"}
        self.assertEqual(found, {
            "inside": ["file.link.not_followed"], "to-folder": ["file.link.not_followed"],
            "outside": ["file.link.outside"], "up": ["file.link.outside"],
            "dangling": ["file.link.dangling"]})
        for path in found:
            self.assertEqual((records[path]["kind"], records[path]["digests"]), ("link", {}))
        self.assertEqual(records["outside"]["coverage"], "unreadable")
        self.assertEqual(records["inside"]["coverage"], "full")

    def test_inside_links_alone_leave_a_folder_clean(self):
        for name in ("outside", "up", "dangling"):
            os.remove(self.dir / "m" / name)
        self.expect(CLEAN, "scan", "m")

    def test_followed(self):
        os.remove(self.dir / "m" / "up")
        os.remove(self.dir / "m" / "dangling")
        records = self.records("m", "--follow")
        self.assertEqual(records["inside"]["digests"], records["real.txt"]["digests"])
        self.assertEqual(records["outside"]["digests"]["sha256"],
                         hashlib.sha256(b"beyond\n").hexdigest())

    def test_a_link_on_the_command_line_is_followed(self):
        os.symlink("m/real.txt", self.dir / "way")
        record = self.report("scan", "way")["records"][0]
        self.assertEqual(record["digests"]["sha256"], hashlib.sha256(b"text\n").hexdigest())


class Reports(ScanTest):
    def setUp(self):
        super().setUp()
        for i in range(60):
            self.write(f"m/{i % 7}/{i:02}.txt", noise(i * i * 100, i))
        self.write("m/odd\nname%!\u202e.txt", b"text\n")
        self.write("m/empty")
        self.write("m/run.bin", ELF)
        os.symlink("nowhere", self.dir / "m" / "dangling")

    def test_json_fits_the_schema(self):
        report = self.report("scan", "m", "--chunks", "--chunks-dir", "sides", code=FINDINGS)
        jsonschema.Draft202012Validator(schema()).validate(report)
        self.assertEqual(report["summary"]["verdict"], "findings")
        self.assertIn("odd%0Aname%25%21%E2%80%AE.txt", [r["path"] for r in report["records"]])

    def test_a_broken_report_does_not_fit_the_schema(self):
        report = self.report("scan", "m", code=FINDINGS)
        report["records"][0]["coverage"] = "fine"
        with self.assertRaises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(schema()).validate(report)

    def test_the_same_for_any_number_of_threads(self):
        for form in ("json", "jsonl", "table", "sums"):
            one = self.expect(FINDINGS, "scan", "m", "-o", form, "--threads", "1").stdout
            self.assertGreater(len(one), 100)
            for _ in range(3):
                eight = self.expect(FINDINGS, "scan", "m", "-o", form, "--threads", "8").stdout
                self.assertEqual(eight, one, form)

    def test_a_report_holds_no_path_but_those_given(self):
        report = self.expect(FINDINGS, "scan", "m", "-o", "json").stdout
        self.assertNotIn(os.fsencode(self.dir), report)

    def test_a_table_shows_no_control_characters(self):
        table = self.expect(FINDINGS, "scan", "m", "-v").stdout.decode()
        self.assertEqual([c for c in table if (ord(c) < 32 and c != "\n") or c == "\u202e"], [])
        self.assertIn("file.embedded.executable", table)
        self.assertIn("Verdict", table)

    def index(self):
        """A model in two shards; the second tensor is not where the index says."""
        def shard(name):
            header = json.dumps({name: {"dtype": "I8", "shape": [1], "data_offsets": [0, 1]}}).encode()
            return len(header).to_bytes(8, "little") + header + b"x"
        self.write("two/model-00001-of-00002.safetensors", shard("a"))
        self.write("two/model-00002-of-00002.safetensors", shard("c"))
        weights = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
        self.write("two/model.safetensors.index.json",
                   json.dumps({"metadata": {"total_size": 2}, "weight_map": weights}).encode())

    def test_of_a_file_alone_nothing_is_missing(self):
        self.index()
        alone = self.records("two/model.safetensors.index.json", code=INCOMPLETE)
        record = alone["model.safetensors.index.json"]
        self.assertEqual(self.rules(record), ["file.companion.not_given"] * 2)
        self.assertEqual(record["coverage"], "unreadable")
        # The folder, or all of its files by their names, is another thing.
        folder = self.records("two", code=FINDINGS)["model.safetensors.index.json"]
        self.assertIn("st_index.tensor.not_in_shard", self.rules(folder))
        files = sorted(f"two/{name}" for name in os.listdir(self.dir / "two"))
        named = self.records(*files, code=FINDINGS)["model.safetensors.index.json"]
        self.assertEqual(self.rules(named), self.rules(folder))
        # In another folder lies another model.
        self.write("other/notes.txt", b"text\n")
        apart = self.records(files[0], "other/notes.txt", files[2], code=INCOMPLETE)
        self.assertEqual(self.rules(apart["model.safetensors.index.json"]),
                         ["file.companion.not_given"])

    def test_several_targets_keep_their_order(self):
        report = self.report("scan", "m/run.bin", "m/empty", code=FINDINGS)
        self.assertEqual(report["targets"], ["m/run.bin", "m/empty"])
        self.assertEqual([r["target"] for r in report["records"]], [0, 1])


if __name__ == "__main__":
    main()
