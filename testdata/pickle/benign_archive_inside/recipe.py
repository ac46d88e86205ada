# A model that was saved into memory, and pickled with other things (torch.save into a BytesIO).
import io
import struct
import zipfile

from pickle_asm import *


def archive(member):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(zipfile.ZipInfo("archive/data.pkl"), member)
        file.writestr(zipfile.ZipInfo("archive/version"), b"3\n")
    return out.getvalue()


HARMLESS = archive(proto(2) + EMPTY_DICT + STOP)
save("wrapped.pkl", proto(4) + EMPTY_DICT + text("model") + b"B" + struct.pack("<I", len(HARMLESS)) + HARMLESS + SETITEM + STOP)
save("wrapped_wide.pkl", proto(4) + EMPTY_DICT + text("model") + b"\x8e" + struct.pack("<Q", len(HARMLESS)) + HARMLESS + SETITEM + STOP)
save("wrapped_twice.pkl", proto(4) + EMPTY_LIST + MARK + 2 * (b"B" + struct.pack("<I", len(HARMLESS)) + HARMLESS) + text("x" * 40) + APPENDS + STOP)
