#!/usr/bin/env python3
"""Makes the seeds of gguf_fuzz and flatbuffer_fuzz again, from the cases under testdata."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TESTDATA = HERE.parents[2] / "testdata"
LARGEST = 1200
EACH = 8  # files of a case


def files_of(case):
    with tempfile.TemporaryDirectory() as folder:
        if (case / "input").is_dir():
            shutil.copytree(case / "input", folder, dirs_exist_ok=True)
        if (case / "recipe.py").exists():
            subprocess.run([sys.executable, "-B", case / "recipe.py"], cwd=folder, check=True)
        small = [path for path in sorted(pathlib.Path(folder).rglob("*"))
                 if path.is_file() and 0 < path.stat().st_size <= LARGEST]
        for path in small[::max(1, len(small) // EACH)][:EACH]:
            yield path.name, path.read_bytes()


def main():
    for target, kinds in {"gguf_fuzz": ["gguf"], "flatbuffer_fuzz": ["tflite", "executorch", "catboost"]}.items():
        folder = HERE / target
        folder.mkdir(exist_ok=True)
        for case in sorted(case for kind in kinds if (TESTDATA / kind).is_dir() for case in (TESTDATA / kind).iterdir()):
            for name, data in files_of(case):
                (folder / f"{case.name}-{name}").write_bytes(bytes([len(data) % 64]) + data)


if __name__ == "__main__":
    main()
