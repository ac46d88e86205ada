#!/usr/bin/env python3
"""Makes the seeds of graph_fuzz again, from the cases under testdata."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TESTDATA = HERE.parents[2] / "testdata"
# As they stand in graph_fuzz.cpp.
KINDS = {".onnx": 0, "saved_model.pb": 1, "frozen.pb": 2, ".meta": 3, "keras_metadata.pb": 4, ".index": 5,
         ".mlmodel": 6, ".xml": 7, ".pmml": 8, ".plan": 9}
FORMATS = ["onnx", "tensorflow", "coreml", "openvino", "pmml", "tensorrt"]
BLOCK = 5


def kind_of(path):
    return next((kind for end, kind in KINDS.items() if path.name.endswith(end)), None)


def main():
    target = HERE / "graph_fuzz"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    for case in sorted(case for form in FORMATS for case in TESTDATA.glob(form + "/*")):
        with tempfile.TemporaryDirectory() as folder:
            if (case / "input").is_dir():
                shutil.copytree(case / "input", folder, dirs_exist_ok=True)
            if (case / "recipe.py").exists():
                subprocess.run([sys.executable, "-B", case / "recipe.py"], cwd=folder, check=True)
            for path in sorted(pathlib.Path(folder).rglob("*")):
                kind = kind_of(path)
                if kind is None or path.is_symlink() or path.stat().st_size > 2048:
                    continue
                name = "-".join([case.parent.name, case.name, *path.relative_to(folder).parts])
                (target / name).write_bytes(bytes([kind + len(KINDS) * (BLOCK - 1)]) + path.read_bytes())


if __name__ == "__main__":
    main()
