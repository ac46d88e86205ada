# What loaders take besides what the gguf package writes.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from gguf_parts import *

save("version_2.gguf", model(version=2).tensor("x", [3]).build())
save("nothing.gguf", Gguf().build())
save("last_padding_missing.gguf", model().tensor("x", [3]).build(data=b"\1" * 12))
save("metadata_padded.gguf", model().build() + bytes(-len(model().build()) % 32))
save("scalar.gguf", model().tensor("x", []).build())
save("zero_sized.gguf", model().tensor("x", [0, 5], size=0).tensor("y", [3]).tensor("z", [4, 0], size=0).build())
save("zero_sized_alone.gguf", model().tensor("x", [0], size=0).build())
save("q8_1_of_36_bytes.gguf", model().tensor("x", [64], kind=TYPE_Q8_1, size=72).tensor("y", [3]).build())
save("q8_1_of_40_bytes.gguf", model().tensor("x", [64], kind=TYPE_Q8_1, size=80).tensor("y", [3]).build())
save("q8_1_of_40_bytes_last.gguf", model().tensor("x", [512], kind=TYPE_Q8_1, size=640).build())
save("longest_name.gguf", model().tensor("n" * 63, [3]).build())
save("empty_values.gguf", model().pair("a.b", STRING, "").pair("a.c", ARRAY, (STRING, [])).pair("a.d", ARRAY, (F32, [])).build())
save("adapter_key.gguf", model().pair("comfy.gguf.orig_shape.Model.Block-1/Proj", ARRAY, (I32, [3, 4])).build())
save("home_page.gguf", model().pair("general.url", STRING, "https://example.com/model").build())
save("description.gguf", model().pair("general.description", STRING, "Data: a corpus of texts").build())
save("imatrix.gguf", model().pair("quantize.imatrix.file", STRING, "\\\\nas\\models\\imatrix.dat").build())
save("other_name.bin", model().tensor("x", [3]).build())
