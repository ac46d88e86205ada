# Names and values: what is no metadata, and what readers see differently.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from gguf_parts import *


def entry(key, kind, value):
    return model().pair(key, kind, value).build()


def raw(key, kind, rest):
    file = model()
    return file.raw_pair(file.string(key) + file.pack("I", kind) + rest).build()


save("empty_key.gguf", entry("", U32, 1))
save("dup_key.gguf", model().pair("a.b", U32, 1).pair("a.c", U32, 1).pair("a.b", STRING, "x").build())
save("dup_architecture.gguf", model().pair("general.architecture", STRING, "gpt2").build())
save("reserved_key.gguf", entry("GGUF.version", U32, 3))
save("bad_type.gguf", raw("a.b", 13, bytes(8)))
save("bad_item_type.gguf", raw("a.b", ARRAY, struct.pack("<IQ", 99, 0)))
save("nested_array.gguf", entry("a.b", ARRAY, (ARRAY, [(U32, [1])])))
save("key_too_long.gguf", entry("k" * 65536, U32, 1))
save("key_blank.gguf", entry("general name", U32, 1))
save("key_cyrillic.gguf", entry("generаl.name", STRING, "a look-alike"))
save("key_not_utf8.gguf", entry(b"a.\xff", U32, 1))
save("key_surrogate.gguf", entry(b"a." + b"k" * 5000 + b"\xed\xa0\x80", U32, 1))
save("key_nul.gguf", entry("general.name\0x", STRING, "hidden"))
save("bool_2.gguf", entry("a.b", BOOL, 2))
save("bools_2.gguf", entry("a.b", ARRAY, (BOOL, [0, 1, 255])))
save("string_nul.gguf", entry("a.b", STRING, "one\0two"))
save("string_not_utf8.gguf", entry("a.b", STRING, b"caf\xe9"))
save("string_len.gguf", raw("a.b", STRING, struct.pack("<Q", 1 << 40) + b"text"))
save("string_len_wraps.gguf", raw("a.b", STRING, struct.pack("<Q", (1 << 64) - 1) + b"text"))
save("key_len.gguf", model().raw_pair(struct.pack("<Q", 1 << 62) + b"key" + bytes(8)).build())
save("array_len.gguf", raw("a.b", ARRAY, struct.pack("<IQ", U32, 1 << 40)))
save("array_len_wraps.gguf", raw("a.b", ARRAY, struct.pack("<IQ", U64, 1 << 61)))
save("strings_len.gguf", raw("a.b", ARRAY, struct.pack("<IQQ", STRING, 1, 1 << 20)))
save("align_0.gguf", entry("general.alignment", U32, 0))
save("align_24.gguf", entry("general.alignment", U32, 24))
save("align_u64.gguf", entry("general.alignment", U64, 32))
save("align_string.gguf", entry("general.alignment", STRING, "32"))
save("align_8192.gguf", entry("general.alignment", U32, 8192))
save("ref_file.gguf", entry("general.source", STRING, "file:///etc/passwd"))
save("ref_share.gguf", entry("general.file", STRING, "\\\\host\\share\\imatrix.dat"))
save("ref_tokenizer.gguf", entry("tokenizer.ggml.model", STRING, "https://example.com/tokenizer.py"))
