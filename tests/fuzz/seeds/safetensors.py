#!/usr/bin/env python3
"""Makes the seeds of safetensors_fuzz again, beside this file: small files of some cases."""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
CASES = HERE.parent.parent.parent / "testdata" / "safetensors"
CHOSEN = ["metadata", "more_than_data", "names", "valid"]
LARGEST = 600


def main():
    out = HERE / "safetensors_fuzz"
    out.mkdir(exist_ok=True)
    for recipe in [CASES / case / "recipe.py" for case in CHOSEN]:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, "-B", recipe], cwd=folder, check=True)
            for file in sorted(pathlib.Path(folder).iterdir()):
                content = file.read_bytes()
                if len(content) <= LARGEST:
                    (out / f"{recipe.parent.name}-{file.stem}").write_bytes(b"\x06" + content)


main()
