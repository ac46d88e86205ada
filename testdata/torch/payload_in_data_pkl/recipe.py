# The pickle of a checkpoint calls something.
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



TENSOR = tensor(storage("0", 2))
torch_zip("model.pt", proto(2) + TENSOR + POP + EVIL + POP + TENSOR + STOP, [("0", bytes(8))])
torch_zip("in_size.pt", proto(2) + tensor(storage("0", 2))[:-1] + POP + EVIL + STOP, [("0", bytes(8))])
torch_zip("in_persistent_id.pt", proto(2) + MARK + text("storage") + EVIL + text("0") + text("cpu") + number(2) + TUPLE + BINPERSID + STOP, [("0", bytes(8))])
torch_zip("storage_name.pt", proto(2) + glob("os", "systemStorage") + POP + EVIL + STOP)
