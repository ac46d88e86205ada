#!/usr/bin/env python3
"""Makes the seeds of store_files_fuzz again, beside this file, from the cases."""
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
TESTDATA = HERE.parent.parent.parent / "testdata"


def built(case):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-B", TESTDATA / case / "recipe.py"], cwd=folder, check=True)
        for base, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                path = pathlib.Path(base, name)
                if path.is_file() and not path.is_symlink():
                    yield str(path.relative_to(folder)), path.read_bytes()


def kind_of(path, content):
    if "/manifests/" in path:
        return 0
    if "{{" in content.decode("utf-8", "replace"):
        return 1
    if path.endswith((".dvc", "dvc.lock")):
        return 2
    return 3 if path.endswith(".dir") else None


def main():
    into = HERE / "store_files_fuzz"
    into.mkdir(exist_ok=True)
    for case in ("ollama/manifests_that_lie", "ollama/templates", "dvc/caches"):
        for path, content in built(case):
            kind = kind_of(path, content)
            if kind is not None:
                name = f"{kind}_" + path.replace("/", "_")[-40:]
                (into / name).write_bytes(bytes([kind, 6]) + content)


if __name__ == "__main__":
    main()
