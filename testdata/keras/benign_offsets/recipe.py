"""Archives whose weights begin where HDF5 may begin behind other bytes."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from keras_parts import dense, save, sequential

WEIGHTS = pathlib.Path(__file__).parents[1] / "benign_keras3" / "input" / "sequential.weights.h5"


def main():
    weights = WEIGHTS.read_bytes()
    for place in (512, 1024, 2048):
        path = pathlib.Path(f"at_{place}.keras")
        text = json.dumps(sequential(dense()))
        for _ in range(2):
            save(path, text, ("model.weights.h5", weights), without=["model.weights.npz"])
            text += " " * (place - path.read_bytes().index(b"\x89HDF"))
        assert path.read_bytes().index(b"\x89HDF") == place


main()
