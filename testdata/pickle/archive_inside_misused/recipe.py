# An archive in a pickle that only looks like a harmless operand: it holds a pickle that runs something, the pickle's
# program never comes by it, or a reader that takes offsets as they are written finds another one.
import io
import struct
import zipfile

from pickle_asm import *


def archive(member, name="archive/data.pkl"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(zipfile.ZipInfo(name), member)
    return out.getvalue()


def operand(raw):
    return b"B" + struct.pack("<I", len(raw)) + raw


HARMLESS = archive(proto(2) + EMPTY_DICT + STOP)
HOSTILE = archive(proto(2) + glob("os", "system") + text("true") + TUPLE1 + REDUCE + STOP)
save("hostile.pkl", proto(4) + operand(HOSTILE) + STOP)
save("within_another.pkl", proto(4) + operand(operand(HARMLESS)) + STOP)
save("longer.pkl", proto(4) + operand(HARMLESS + b"more") + STOP)
save("behind_the_end.pkl", proto(4) + NONE + STOP + operand(HARMLESS) + STOP)
# As archives of the whole file: their directories are where the inner one says that its own is.
START = proto(4) + EMPTY_LIST + MARK + b"B"
directory = HOSTILE[HOSTILE.index(b"PK\1\2"):HOSTILE.rindex(b"PK\5\6")]
longer = archive(bytes(600))
end = longer.rindex(b"PK\5\6")
size, offset = struct.unpack("<II", longer[end + 12:end + 20])
pad = bytes(offset - len(START) - 4) + directory
save("read_as_written.pkl", START + struct.pack("<I", len(pad)) + pad + operand(longer) + APPENDS + STOP)
