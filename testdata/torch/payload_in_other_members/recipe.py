# Members that somebody loads on another path: constants, code, data, a nested archive, odd names.
import io
import zipfile

from pickle_asm import *


def torch_zip(name, data_pkl, storages=(), more=()):
    # Stored members below one folder, in the order of torch's writer.
    with zipfile.ZipFile(name, "w") as file:
        for member, content in [("data.pkl", data_pkl), ("byteorder", b"little"),
                                *((f"data/{key}", raw_) for key, raw_ in storages), ("version", b"3\n"), *more]:
            file.writestr(zipfile.ZipInfo("archive/" + member), content)


def storage(key, numel, kind="FloatStorage"):
    return MARK + text("storage") + glob("torch", kind) + text(key) + text("cpu") + number(numel) + TUPLE + BINPERSID


def tensor(source, offset=0, size=(2,), stride=(1,)):
    return (glob("torch._utils", "_rebuild_tensor_v2") + MARK + source + constant(offset) + constant(size) + constant(stride)
            + FALSE + glob("collections", "OrderedDict") + EMPTY_TUPLE + REDUCE + TUPLE + REDUCE)



CLEAN = proto(2) + EMPTY_DICT + STOP
PICKLE = framed(EVIL4 + STOP)
torch_zip("constants.pt", CLEAN, more=[("constants.pkl", PICKLE)])
torch_zip("storage.pt", CLEAN, [("0", PICKLE)])
torch_zip("no_proto.pt", CLEAN, [("0", EVIL + STOP)])
torch_zip("odd_name.pt", CLEAN, more=[("notes.txt", PICKLE)])
torch_zip("debug.pt", CLEAN, more=[("code/__torch__.py.debug_pkl", PICKLE)])
torch_zip("upper_case.pt", CLEAN, more=[("DATA.PKL", PICKLE)])
nested = io.BytesIO()
torch_zip(nested, PICKLE)
torch_zip("nested.pt", CLEAN, more=[("inner.zip", nested.getvalue())])
