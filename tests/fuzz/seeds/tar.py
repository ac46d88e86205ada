#!/usr/bin/env python3
"""Makes the seeds of tar_fuzz again, beside this file: a byte for the blocks, then an archive of the cases."""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE.parents[2] / "testdata" / "tar"
CHOSEN = ["benign_layer/layer", "headers/checksum_middle", "headers/number_binary", "headers/size_on_symlink",
          "headers/data_on_folder", "pax/size_more", "pax/dup_key", "pax/length_long", "pax/two_headers", "gnu_names/then_pax",
          "gnu_names/two_names", "sparse/old_more", "sparse/pax_0_1", "sparse/pax_1_0", "names/composed", "names/slash_with_data",
          "links/traversal_crossed", "links/hard_to_symlink", "ends/single_block", "ends/data_behind", "ends/cut_padding"]


def main():
    folder = HERE / "tar_fuzz"
    folder.mkdir(exist_ok=True)
    for number, chosen in enumerate(CHOSEN):
        case, name = chosen.split("/")
        with tempfile.TemporaryDirectory() as made:
            subprocess.run([sys.executable, "-B", CASES / case / "recipe.py"], cwd=made, check=True)
            archive = (pathlib.Path(made) / f"{name}.tar").read_bytes()
        (folder / name).write_bytes(bytes([number % 4]) + archive)


if __name__ == "__main__":
    main()
