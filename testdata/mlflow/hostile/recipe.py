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


def whole(folder, text):
    pathlib.Path(folder).mkdir()
    pathlib.Path(folder, "MLmodel").write_bytes(text.encode() if isinstance(text, str) else text)


def spelled():
    """The same in other words of YAML's."""
    bad = "flavors:\n  python_function:\n    loader_module: my_loader\n"
    whole("flow", "flavors: {python_function: {loader_module: my_loader}}\n")
    whole("json", '{"flavors": {"python_function": {"loader_module": "my_loader"}}}')
    whole("explicit_key", "flavors:\n  python_function:\n    ? loader_module\n    : my_loader\n")
    whole("explicit_flow", "flavors: {python_function: {? loader_module : my_loader}}\n")
    whole("flow_all", "{flavors: {python_function: {loader_module: my_loader}}}\n")
    whole("flow_of_lines", "{\n flavors: {\n  python_function: {\n   ? loader_module : my_loader }}}\n")
    whole("block_as_key", "? |-\n  flavors\n: python_function:\n    loader_module: my_loader\n")
    whole("joined", 'flavors:\n  python_function:\n    "loader_\\\n      module": my_loader\n')
    whole("keras", "flavors:\n  keras:\n    keras_module: my_loader\n")
    whole("folded", "flavors:\n  python_function:\n    loader_module: >-\n      my_loader\n")
    whole("literal", "flavors:\n  python_function:\n    loader_module: |-\n      my_loader\n    x: 1\n")
    whole("alias", "a: &a my_loader\nflavors:\n  python_function:\n    loader_module: *a\n")
    whole("alias_as_key", "a: &a loader_module\nflavors:\n  python_function:\n    *a : my_loader\n")
    whole("alias_of_map", "a: &a\n  loader_module: my_loader\nflavors:\n  python_function: *a\n")
    whole("mark", "\ufeff" + bad)
    whole("utf16", bad.encode("utf-16"))
    for name, end in {"return": "\r", "next_line": "\x85", "separator": "\u2028"}.items():
        whole(f"ends_by_{name}", bad.replace("\n", end))
    whole("comment_ends", "flavors:\n  python_function:\n    # no more\u2029    loader_module: my_loader\n")


def main():
    spelled()
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
    write("example", "mlflow_version", "saved_input_example_info:\n  artifact_path: ../../../etc/passwd\n  type: dataframe\nmlflow_version")
    environment = "python: 3.11.4\nbuild_dependencies:\n- pip==23.2\ndependencies:\n- -r requirements.txt\n"
    write("env_build", "pip==23.2", "git+https://example.org/b.git", "python_env.yaml", environment)
    write("env_direct", "-r requirements.txt", "https://example.org/b.whl", "python_env.yaml", environment)
    conda = "channels:\n- conda-forge\ndependencies:\n- python=3.11\nname: e\n"
    write("channel", "conda-forge", "https://user:secret@example.org/channel", "conda.yaml", conda)
    write("channel_named", "conda-forge", "somebody", "conda.yaml", conda)
    write("conda_package", "python=3.11", "https://example.org/b.tar.bz2", "conda.yaml", conda)
    write("url", "- b", "- git+https://example.org/b.git", "conda.yaml",
          "dependencies:\n- python=3.11\n- pip:\n  - a==1\n  - b\nname: env\n")
    write("index", "- b", "- --extra-index-url http://example.org", "conda.yaml",
          "dependencies:\n- python=3.11\n- pip:\n  - a==1\n  - b\nname: env\n")
    requirements()


def requirements():
    """What pip installs: it matters where MLmodel lies beside it."""
    text = ("# see https://example.org/why  \nscikit-learn==1.3.0\n  --extra-index-url https://user:secret@packages.example.org/x\r\n"
            "helper @ git+https://example.org/helper.git#egg=helper # comment\n-f ./wheels\nnumpy#https://not.a.comment\n")
    whole("requirements", GOOD)
    for folder in ("requirements", "requirements/code", "no_mlmodel"):
        pathlib.Path(folder).mkdir(exist_ok=True)
        pathlib.Path(folder, "requirements.txt").write_text(text)
    pathlib.Path("requirements", "more.txt").write_text(text)


main()
