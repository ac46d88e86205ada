#!/usr/bin/env python3
"""Makes the seeds of jinja_fuzz and text_files_fuzz again, beside this file, from the cases."""

import pathlib

HERE = pathlib.Path(__file__).parent
TESTDATA = HERE.parent.parent.parent / "testdata"


def seeds(fuzzer, folder, files):
    into = HERE / fuzzer / folder if folder else HERE / fuzzer
    into.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (into / name).write_bytes(content)


def inputs(case, pattern="*"):
    return {path.name: path.read_bytes() for path in sorted((TESTDATA / case / "input").rglob(pattern)) if path.is_file()}


def main():
    templates = {**inputs("jinja/benign_templates"), **inputs("jinja/attacks"), **inputs("jinja/unparsable")}
    seeds("jinja_fuzz", "", templates)
    documents = {**inputs("hf/custom_code", "*.json"), **inputs("json/broken_data"), **inputs("lfs-pointer/forms")}
    documents["index.json"] = b'{"metadata": {"total_size": 8.0}, "weight_map": {"a": "m-00001-of-00002.safetensors", "b": "../x"}}'
    documents["schema.json"] = b'{"__class__": "call", "__module__": "operator", "__loader__": "OperatorFuncNode", "protocol": 9}'
    documents["page.html"] = b"<!DOCTYPE html><html></html>"
    for number, (name, content) in enumerate(documents.items()):
        subject = 6 if content.startswith(b"version") else 7 if content.startswith(b"<") else number % 5
        documents[name] = bytes([subject, 6]) + content
    seeds("text_files_fuzz", "", documents)


if __name__ == "__main__":
    main()
