"""Configurations of NeMo that call something else than models need."""

import pathlib

GOOD = """preprocessor:
  _target_: nemo.collections.asr.modules.AudioToMelSpectrogramPreprocessor
target: nemo.collections.asr.models.EncDecCTCModel
nemo_version: 1.20.0
"""


def write(folder, target, text=GOOD, key="_target_"):
    pathlib.Path(folder).mkdir()
    old = next(line for line in text.splitlines() if line.lstrip().startswith(key))
    new = old.split(":")[0] + ": " + target
    pathlib.Path(folder, "model_config.yaml").write_text(text.replace(old, new))


def main():
    write("system", "os.system")
    write("quoted", '"\\x6fs.system"')
    write("popen", "subprocess.Popen")
    write("eval", "builtins.eval")
    write("extension", "torch.utils.cpp_extension.load")
    write("standard_library", "http.server.test")
    write("top", "os.system", key="target")
    write("unknown", "some_package.layers.Layer")
    write("flow", "{_target_: os.system}", GOOD.replace("_target_", "x"), key="x")


main()
