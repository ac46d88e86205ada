#!/usr/bin/env python3
"""Makes the seeds of zip_fuzz again, beside this file: a byte for the blocks, then an archive of the cases."""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE.parents[2] / "testdata" / "zip"
CHOSEN = ["benign_torch/model", "benign_descriptors/random", "names/file-and-folder", "attributes/kinds", "flags/strong",
          "content/behind-its-end", "gaps/hidden-streamed", "gaps/hidden-among-text", "prefix/not-counted", "overlap/inside",
          "end_records/in-comment", "end_records/two-directories", "end_records/directory-first", "zip64/fine-all",
          "zip64/end-two", "zip64/overflow", "packed/bzip2-behind", "packed/lzma-evil", "packed/xz-cut", "packed/zstd-evil",
          "packed/lzma-by-size", "packed/stored-encrypted"]


def main():
    folder = HERE / "zip_fuzz"
    folder.mkdir(exist_ok=True)
    for number, chosen in enumerate(CHOSEN):
        case, name = chosen.split("/")
        with tempfile.TemporaryDirectory() as made:
            subprocess.run([sys.executable, "-B", CASES / case / "recipe.py"], cwd=made, check=True)
            archive = (pathlib.Path(made) / f"{name}.zip").read_bytes()
        (folder / name).write_bytes(bytes([number % 4]) + archive)


if __name__ == "__main__":
    main()
