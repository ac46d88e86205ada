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
BAD = GOOD.replace(b"nemo.collections.asr.modules.AudioToMelSpectrogramPreprocessor", b"os.system")


def nemo(config, *more):
    return archive(member(b"./model_config.yaml", config), *more)


def packed(data):
    return gzip.compress(data, mtime=0)


files = {"plain": nemo(GOOD), "packed": packed(nemo(GOOD)), "target": nemo(BAD), "target_packed": packed(nemo(BAD)),
         "config_twice": nemo(GOOD, member(b"./model_config.yaml", BAD)),
         "pickle_packed": packed(nemo(GOOD, member(b"./model_weights.ckpt", b"cos\nsystem\n(S'id'\ntR."))),
         "no_archive": b"a text, and nothing else\n"}
for name, data in files.items():
    with open(name + ".nemo", "wb") as out:
        out.write(data)
