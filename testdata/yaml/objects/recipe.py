"""Tags of HyperPyYAML's, by which SpeechBrain makes its models, that make something else."""

import pathlib

TAGS = {"apply": "!apply:os.system [id]", "new": "!new:subprocess.Popen\n  args: id", "name": "!name:os.system\n  command: id",
        "module": "!module:os", "flow": "{b: !apply:os.system [id]}", "long": "!<!apply:os.system> [id]", "escaped": "!apply%3Aos.system [id]",
        "through": "!apply:speechbrain.utils.data_utils.os.system [id]", "shell": "!apply:speechbrain.utils.superpowers.run_shell [id]",
        "hub": "!apply:torch.hub.load [a, b]", "include": "!include:../../settings.yaml", "root": "!include:/etc/settings.yaml"}


def main():
    for name, tag in TAGS.items():
        pathlib.Path(name + ".yaml").write_text(f"seed: 1\na: {tag}\n")
    pathlib.Path("handle.yaml").write_text("%TAG !e! !apply:\n---\na: !e!os.system [id]\n")
    pathlib.Path("handle_parts.yaml").write_text("%TAG !e! !app\n---\na: !e!ly:os.system [id]\n")
    pathlib.Path("own.yaml").write_text("a: !new:my_layers.Layer\n")


main()
