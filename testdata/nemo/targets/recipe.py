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


SPELLED = {
    "mark_of_key": "x: {?_target_ : os.system}\n",
    "lines_in_brackets": "x: {? _target_ # no more\n  : os.system}\n",
    "anchored_key": "x: {&k _target_: nemo.core.Model}\ny:\n  *k : os.system\n",
    "anchored_key_in_block": "x:\n  &k _target_: &v nemo.core.Model\ny:\n  *k: os.system\n",
    "empty_key": "x:\n  &k : >2\n     a\n    b\n  _target_: os.system\n",
    "alias_after_mark": "a: &k _target_\nx:\n  ? *k\n  : os.system\n",
    "alias_in_brackets": "a: &k _target_\nx: {? *k\n  : os.system}\n",
}


def main():
    for name, text in SPELLED.items():
        pathlib.Path("spelled_" + name).mkdir()
        pathlib.Path("spelled_" + name, "model_config.yaml").write_text(text)
    write("system", "os.system")
    write("quoted", '"\\x6fs.system"')
    write("popen", "subprocess.Popen")
    write("eval", "builtins.eval")
    write("extension", "torch.utils.cpp_extension.load")
    write("standard_library", "http.server.test")
    write("library", "torch.utils.collect_env.run")
    write("library_file", "numpy.save")
    write("top", "os.system", key="target")
    pathlib.Path("json").mkdir()
    pathlib.Path("json", "model_config.yaml").write_text('{"a": [{"_target_": "os.system"}]}')
    write("unknown", "some_package.layers.Layer")
    write("through", "nemo.utils.app_state.os.system")
    write("through_dunder", "nemo.core.Model.__init__.__globals__")
    write("found", "hydra.utils.get_method")
    write("folded", ">-\n    os.system")
    write("joined", '"os.\\\n    system"')
    write("nested_target", "x\nmodel:\n  target: os.system\n  params: {command: id}\n", key="x", text="x: 1\n" + GOOD)
    write("next_line", "\n    os.system")
    write("resolved", "${other}", GOOD + "other: os.system\n")
    write("created", "'${oc.create:{_target_: os.system}}'")
    write("created_elsewhere", "1", GOOD + "other: \"${oc.decode:'{_target_: os.system}'}\"\n", key="nemo_version")
    write("imports", "nemo.utils.model_utils.import_class_by_path")
    write("remote_code", "transformers.dynamic_module_utils.get_class_from_dynamic_module")
    reaches = {"omegaconf": "OmegaConf.load", "hydra": "main", "numpy": "rec.fromfile", "nemo": "lightning.io.load", "transformers": "pipeline",
               "lightning": "pytorch.cli.LightningCLI", "megatron": "core.dist_checkpointing.load"}
    for package, name in reaches.items():
        write("reaches_" + package, f"{package}.{name}")
    packages = ["torch.nn.modules.module.torch.hub.load", "torch.nn.functional.torch.ops.load_library", "torch.optim.optimizer.torch.package.PackageImporter",
                "nemo.core.classes.modelPT.torch.load", "nemo.utils.model_utils.yaml.unsafe_load"]
    methods = ["nemo.core.classes.modelPT.ModelPT.restore_from", "pytorch_lightning.LightningModule.load_from_checkpoint",
               "lightning.pytorch.plugins.io.TorchCheckpointIO.load_checkpoint", "megatron.training.checkpointing.load_checkpoint", "numpy.ndarray.tofile",
               "nemo.core.classes.common.import_class_by_path", "nemo.utils.cloud.maybe_download_from_cloud", "transformers.load_tool",
               "transformers.modeling_utils.load_state_dict", "omegaconf.OmegaConf.register_new_resolver", "hydra.core.utils.run_job"]
    for i, name in enumerate(packages):
        write(f"package_{i}", name)
    for i, name in enumerate(methods):
        write(f"method_{i}", name)
    # Harmless, amid a standard library that is not.
    write("dataclass_field", "dataclasses.field")
    write("dataclass_maker", "dataclasses.make_dataclass")
    write("trusts", "1.20.0\nencoder:\n  trust_remote_code: true", key="nemo_version")
    write("flow", "{_target_: os.system}", GOOD.replace("_target_", "x"), key="x")


main()
