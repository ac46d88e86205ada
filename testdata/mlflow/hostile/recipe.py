"""MLmodel files that lead to code, and out of their folder."""

import pathlib

GOOD = """artifact_path: model
flavors:
  python_function:
    loader_module: mlflow.sklearn
    model_path: model.pkl
    env:
      conda: conda.yaml
  sklearn:
    code: null
    pickled_model: model.pkl
mlflow_version: 2.9.2
"""


def write(folder, old, new, name="MLmodel", text=GOOD):
    pathlib.Path(folder).mkdir()
    assert old in text
    pathlib.Path(folder, name).write_text(text.replace(old, new))


def main():
    write("loader", "mlflow.sklearn", "my_loader")
    write("loader_quoted", "mlflow.sklearn", '"\\x6ds.loader"')
    write("loader_flow", "    loader_module: mlflow.sklearn\n", "    config: {}\n",
          text=GOOD.replace("  sklearn:\n", "  other: {loader_module: os}\n  sklearn:\n"))
    write("code", "code: null", "code: code")
    write("from_code", "model_path: model.pkl", "model_code_path: agent.py")
    write("pickle", "model_path: model.pkl", "python_model: python_model.pkl")
    write("up", "model_path: model.pkl", "model_path: ../../other/model.pkl")
    write("absolute", "pickled_model: model.pkl", "pickled_model: /tmp/model.pkl")
    write("tag", "mlflow_version: 2.9.2",
          "mlflow_version: !!python/object/apply:os.system ['id']")
    write("url", "- b", "- git+https://example.org/b.git", "conda.yaml",
          "dependencies:\n- python=3.11\n- pip:\n  - a==1\n  - b\nname: env\n")
    write("index", "- b", "- --extra-index-url http://example.org", "conda.yaml",
          "dependencies:\n- python=3.11\n- pip:\n  - a==1\n  - b\nname: env\n")


main()
