# Tensors that reach beyond their storages, storages that their members do not fill, and items set on tensors:
# what a loader that takes weights only takes, too.
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



torch_zip("short_member.pt", proto(2) + tensor(storage("0", 1000), size=(1000,)) + STOP, [("0", bytes(8))])
torch_zip("beyond_storage.pt", proto(2) + tensor(storage("0", 2), size=(4,)) + STOP, [("0", bytes(8))])
torch_zip("stride_beyond.pt", proto(2) + tensor(storage("0", 2), stride=(1000,)) + STOP, [("0", bytes(8))])
torch_zip("offset_beyond.pt", proto(2) + tensor(storage("0", 2), offset=2 ** 40) + STOP, [("0", bytes(8))])
torch_zip("negative.pt", proto(2) + tensor(storage("0", 2), offset=-1) + STOP, [("0", bytes(8))])
torch_zip("overflow.pt", proto(2) + tensor(storage("0", 2), size=(2 ** 62, 8), stride=(1, 1)) + STOP, [("0", bytes(8))])
torch_zip("missing_member.pt", proto(2) + tensor(storage("1", 2)) + STOP, [("0", bytes(8))])
torch_zip("setitem.pt", proto(2) + tensor(storage("0", 2)) + number(0) + number(1) + SETITEM + STOP, [("0", bytes(8))])
torch_zip("key_is_a_path.pt", proto(2) + tensor(storage("../../x", 2)) + STOP, [("0", bytes(8))])
