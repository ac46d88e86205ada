"""NeMo's archives: a tar, or what newer versions write, a tar in gzip."""

import gzip
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from tar_parts import archive, member

GOOD = b"""preprocessor:
  _target_: nemo.collections.asr.modules.AudioToMelSpectrogramPreprocessor
target: nemo.collections.asr.models.EncDecCTCModel
nemo_version: 1.20.0
"""


def nemo(config, *more):
    return archive(member(b"./model_config.yaml", config), *more)


def packed(data):
    return gzip.compress(data, mtime=0)


for name, data in {"plain": nemo(GOOD), "packed": packed(nemo(GOOD))}.items():
    with open(name + ".nemo", "wb") as out:
        out.write(data)
