"""Names that no model has."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from safetensors_files import *



def names(name, *own):
    write(name + ".safetensors", file(tensors(*((tensor, "U8", [1]) for tensor in own))))


names("empty", "")
names("control_char", "a\x07b", "a\x1b[2Jb", "a\x7f")
names("nul", "a\0b")
names("path_like", "../../etc/passwd", "a/../b", "/etc/passwd", "~/x", "C:\\x", "..", "a\\..\\b")
names("bidi", "a\u202eb", "a\u2066b", "a\u200fb")
names("confusable_composed", "\u00e9", "e\u0301")
names("confusable_decomposed_first", "e\u0301", "\u00e9")
names("confusable_cyrillic", "weight", "w\u0435ight")
names("confusable_cyrillic_first", "w\u0435ight", "weight")
names("confusable_unseen", "weight", "wei\u200bght")
names("confusable_full_width", "weight", "\uff57eight")
names("confusable_hangul", "\uac00", "\u1100\u1161")
names("confusable_space", "a b", "a\u00a0b")
names("too_long", "x" * 4097)
names("too_long_by_far", "x" * 200_000)
write("confusable_and_twice.safetensors", raw(padded(pairs(
    ("w\u0435ight", entry("U8", [1], 0)), ("weight", entry("U8", [1], 1)), ("weight", entry("U8", [1], 2)))), b"abc"))
