"""What follows the tensors, and files that are something else as well."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from safetensors_files import *

import io
import pickle
import zipfile


class Shell:
    def __reduce__(self):
        import os
        return os.system, ("id",)


w = file(tensors(("w", "F32", [2, 2])))
payload = pickle.dumps(Shell(), protocol=2)
write("trailing_byte.safetensors", w + b"x")
write("trailing_zeros.safetensors", w + bytes(4096))
write("trailing_pickle.safetensors", w + payload)
write("trailing_safetensors.safetensors", w + w)
write("no_tensors_but_data.safetensors", raw(padded(b"{}"), b"hello"))
write("no_tensors_but_pickle.safetensors", raw(padded(b'{"__metadata__":{"a":"b"}}'), payload))

archive = io.BytesIO(w)
archive.seek(0, 2)
with zipfile.ZipFile(archive, "a") as out:
    out.writestr(zipfile.ZipInfo("evil/data.pkl"), payload)
write("archive_appended.safetensors", archive.getvalue())

inside = io.BytesIO()
with zipfile.ZipFile(inside, "w") as out:
    out.writestr(zipfile.ZipInfo("data.pkl"), payload)
whole = inside.getvalue()
write("archive_in_tensor.safetensors", file({"w": entry("U8", [len(whole)], 0)}, whole))

# The length begins with 0x56, which is pickle's instruction for a text that ends with its line: the header is that
# text, and the program goes on behind the first newline of the data.
program = b"\n0cos\nsystem\n(S'id'\ntR."
header = text({"w": entry("U8", [len(program)], 0)})
header += b" " * (0x56 - len(header)) if len(header) <= 0x56 else b" " * (0x156 - len(header))
write("pickle_in_length.safetensors", raw(header, program))
