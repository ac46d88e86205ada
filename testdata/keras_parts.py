"""Archives and configurations in the shape of Keras's, of which every part may lie."""

import json
import zipfile

METADATA = {"keras_version": "3.9.0", "date_saved": "2025-01-01@00:00:00"}


def node(name, config=None, module="keras.layers", registered=None, **more):
    return {"module": module, "class_name": name, "config": config or {},
            "registered_name": registered} | more


def sequential(*layers):
    return node("Sequential", {"name": "model", "trainable": True, "layers": list(layers)},
                "keras")


def dense(**config):
    return node("Dense", {"name": "dense", "units": 2, "activation": "relu"} | config)


def weights():
    """An array, as .npz has it, so that no HDF5 is needed."""
    head = b"{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"
    head += b" " * (117 - len(head)) + b"\n"
    array = b"\x93NUMPY\1\0" + len(head).to_bytes(2, "little") + head + bytes(8)
    import io
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        add(archive, "layers.npy", array)
    return held.getvalue()


def add(archive, name, data):
    archive.writestr(zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0)), data)


def save(path, config, *more, without=()):
    """`config` is text, or becomes one; `more` are further members as (name, data)."""
    text = config if isinstance(config, (str, bytes)) else json.dumps(config)
    members = [("metadata.json", json.dumps(METADATA)), ("config.json", text),
               ("model.weights.npz", weights()), *more]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members:
            if name not in without:
                add(archive, name, data)
