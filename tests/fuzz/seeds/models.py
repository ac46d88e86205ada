#!/usr/bin/env python3
"""Makes the seeds of hdf5, ubjson, msgpack, yaml and lightgbm again, from the cases."""

import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
TESTDATA = HERE.parent.parent.parent / "testdata"
SOURCES = {"hdf5_fuzz": [("hdf5", ".h5")], "ubjson_fuzz": [("xgboost", ".ubj")],
           "msgpack_fuzz": [("flax", ".msgpack")], "lightgbm_fuzz": [("lightgbm", ".txt")],
           "yaml_fuzz": [("yaml", ""), ("mlflow", ""), ("nemo", "")]}
LARGEST = 8000


def files_in(folder):
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield "-".join(path.relative_to(folder).parts), path.read_bytes()


def files_of(case):
    if (case / "input").is_dir():
        yield from files_in(case / "input")
        return
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-B", case / "recipe.py"], cwd=folder, check=True)
        yield from files_in(pathlib.Path(folder))


def main():
    for target, sources in SOURCES.items():
        folder = HERE / target
        folder.mkdir(exist_ok=True)
        for kind, ending in sources:
            for case in sorted((TESTDATA / kind).iterdir()):
                for name, data in files_of(case):
                    if name.endswith(ending) and len(data) <= LARGEST:
                        (folder / f"{case.name}-{name}").write_bytes(bytes([len(name)]) + data)


if __name__ == "__main__":
    main()
