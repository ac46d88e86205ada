#!/usr/bin/env python3
"""Makes the seeds of pickle_fuzz and joblib_fuzz again, from the cases under testdata."""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
TESTDATA = ROOT / "testdata"
LARGEST = 1500
EACH = 3  # files of a case


def files_of(case):
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests" / "pickle")}
    with tempfile.TemporaryDirectory() as folder:
        if (case / "input").is_dir():
            shutil.copytree(case / "input", folder, dirs_exist_ok=True, symlinks=True)
        if (case / "recipe.py").exists():
            subprocess.run([sys.executable, "-B", case / "recipe.py"], cwd=folder, check=True,
                           env=environment)
        small = [path for path in sorted(pathlib.Path(folder).rglob("*"))
                 if path.is_file() and 0 < path.stat().st_size <= LARGEST]
        step = max(1, len(small) // EACH)
        for path in small[::step][:EACH]:
            yield path.name, path.read_bytes()


def options_of(name):
    """Two bytes that stay the same: the size of the blocks, and what the target makes of a byte."""
    return hashlib.sha256(name.encode()).digest()[:2]


def main():
    for target, kind in {"pickle_fuzz": "pickle", "joblib_fuzz": "joblib"}.items():
        folder = HERE / target
        folder.mkdir(exist_ok=True)
        for case in sorted((TESTDATA / kind).iterdir()):
            for name, data in files_of(case):
                seed = f"{case.name}-{name}"
                (folder / seed).write_bytes(options_of(seed) + data)


if __name__ == "__main__":
    main()
