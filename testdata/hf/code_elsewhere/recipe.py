"""Code beside a configuration that is not named as Python's sources are, or lies in a folder that libraries know."""

import pathlib

COMPILED = b"\xa7\r\r\n" + bytes(12) + b"\xe3" + bytes(40)


def main():
    for folder in ("__pycache__", "custom_generate", "other"):
        pathlib.Path(folder).mkdir()
    pathlib.Path("config.json").write_text('{"model_type": "own"}')
    pathlib.Path("modeling_own.pyc").write_bytes(COMPILED)
    pathlib.Path("__pycache__/modeling_own.cpython-311.pyc").write_bytes(COMPILED)
    pathlib.Path("custom_generate/generate.py").write_text("import os\n")
    pathlib.Path("other/train.py").write_text("import os\n")


main()
