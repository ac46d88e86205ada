"""Damages models and says what the library that reads them makes of each.

usage: models_oracle.py KIND FOLDER SEED COUNT SOURCE..., with a Python that has the library. FOLDER/verdicts.json says
for each file what was done to it and what the library says: "" if it takes the model.
"""
import json
import os
import random
import signal
import sys

LIES = [0, 1, 2, 4, 8, 127, 128, 255]
# What stands in the texts of these formats and means something.
WORDS = [b"-1", b"0", b"1", b"2147483647", b"99999999999", b"1e400", b"nan", b'""', b"[]", b"{}", b"null", b"true", b"=", b" "]


def damage(data, dice, text):
    data = bytearray(data)
    if dice.random() < 0.15:
        del data[dice.randrange(len(data)):]
        return bytes(data), "cut"
    done = []
    for _ in range(dice.choice([1, 1, 1, 2, 4])):
        at = dice.randrange(len(data))
        if text and dice.random() < 0.6:
            # A number or word where another one stands.
            begin = end = at
            while begin > 0 and data[begin - 1:begin].isalnum():
                begin -= 1
            while end < len(data) and data[end:end + 1].isalnum():
                end += 1
            word = dice.choice(WORDS)
            data[begin:end] = word
            done.append(f"{word} at {begin}")
            continue
        data[at] = dice.choice([*LIES, data[at] ^ 1 << dice.randrange(8), dice.randrange(256)])
        done.append(f"{data[at]} at {at}")
    return bytes(data), ", ".join(done)


def load_xgboost(path):
    import xgboost
    import numpy
    xgboost.set_config(verbosity=0)
    model = xgboost.Booster()
    model.load_model(path)
    rows = numpy.random.default_rng(1).random((4, min(model.num_features(), 100)))
    kinds = ["c" if kind == "c" else "float" for kind in model.feature_types or []] or None
    model.predict(xgboost.DMatrix(rows.round() if kinds else rows, feature_types=kinds, enable_categorical=True),
                  validate_features=False)
    model.save_raw("json")


def load_lightgbm(path):
    import lightgbm
    import numpy
    model = lightgbm.Booster(model_file=path, params={"verbose": -1})
    model.predict(numpy.random.default_rng(1).random((4, min(model.num_feature(), 100))))


def load_flax(path):
    """As flax.serialization.msgpack_restore does it, which cannot be had without JAX."""
    import msgpack
    import numpy

    def array(data):
        shape, dtype, buffer = msgpack.unpackb(data, raw=True)
        if dtype == b"bfloat16":
            import ml_dtypes
            kind = numpy.dtype(ml_dtypes.bfloat16)
        else:
            kind = numpy.dtype(dtype)
        return numpy.frombuffer(buffer, dtype=kind, count=-1).reshape(shape, order="C")

    def extension(code, data):
        if code == 1:
            return array(data)
        if code == 2:
            return complex(*msgpack.unpackb(data))
        if code == 3:
            return array(data)[()]
        return msgpack.ExtType(code, data)

    def unchunk(data):
        if not isinstance(data, dict):
            return data
        if "__msgpack_chunked_array__" in data:
            shape = tuple(data["shape"][str(i)] for i in range(len(data["shape"])))
            pieces = [data["chunks"][str(i)] for i in range(len(data["chunks"]))]
            return numpy.concatenate(pieces).reshape(shape)
        return {key: unchunk(value) for key, value in data.items()}

    with open(path, "rb") as file:
        unchunk(msgpack.unpackb(file.read(), ext_hook=extension, raw=False))


def load_tflite(path):
    from ai_edge_litert.interpreter import Interpreter
    Interpreter(model_path=path)


LOADERS = {"xgboost": load_xgboost, "lightgbm": load_lightgbm, "flax": load_flax, "tflite": load_tflite}


def load_nothing(load, folder):
    """Imports what the loader imports once for all, without starting a thread of it."""
    path = os.path.join(folder, "nothing")
    try:
        load(path)
    except BaseException:
        pass


def verdict(load, path):
    """In a process of its own, since damaged files crash these libraries."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(5)
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        said = ""
        try:
            load(path)
        except BaseException as fault:
            said = f"{type(fault).__name__}: {fault}" or "fault"
        os.write(write, said.encode(errors="replace")[:400])
        os._exit(0)
    os.close(write)
    _, status = os.waitpid(child, 0)
    with os.fdopen(read, "rb") as told:
        said = told.read().decode(errors="replace")
    return said or (f"ended by {status}" if status else "")


def main():
    kind, folder, seed, count, *sources = sys.argv[1:]
    dice = random.Random(int(seed))
    load = LOADERS[kind]
    load_nothing(load, folder)
    verdicts = {}
    for number in range(int(count)):
        source = sources[number % len(sources)]
        suffix = os.path.splitext(source)[1]
        with open(source, "rb") as file:
            data, done = damage(file.read(), dice, suffix in (".json", ".txt")) if number >= len(sources) else (file.read(), "")
        name = f"{number}{suffix}"
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(data)
        verdicts[name] = {"done": f"{os.path.basename(source)}: {done}", "says": verdict(load, path)}
    with open(os.path.join(folder, "verdicts.json"), "w") as file:
        json.dump(verdicts, file)


if __name__ == "__main__":
    main()
