# What stands where no tensor is: behind the data, and between tensors.
import io
import os
import sys
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from gguf_parts import *

good = model().tensor("x", [3]).tensor("y", [5]).build()
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as file:
    file.writestr(zipfile.ZipInfo("note.txt"), "hidden")
save("trailing_note.gguf", good + b"and a note\n")
save("trailing_zip.gguf", good + archive.getvalue())
save("trailing_pickle.gguf", good + b"\x80\x04cos\nsystem\n\x8c\x02id\x85R.")
save("trailing_zeros.gguf", good + bytes(4096))
save("trailing_metadata_only.gguf", model().build() + bytes(32) + b"x")
save("pad_before_data.gguf", model().tensor("x", [3]).build(pad=b"\xff"))
save("pad_between.gguf", model().tensor("x", [3]).tensor("y", [3]).build(data=b"\1" * 12 + b"hidden" + bytes(14) + b"\1" * 32))
save("pad_behind.gguf", model().tensor("x", [3]).build(data=b"\1" * 12 + bytes(19) + b"!"))
