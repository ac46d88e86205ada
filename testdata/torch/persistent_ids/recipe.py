import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from torch_files import *

good = storage("0", 6)

def one(path, value):
    checkpoint(state(good, value)).close(path)

one("text.pt", text("storage") + b"Q")
one("text_form.pt", b"Pstorage\n")
one("number.pt", number(7) + b"Q")
one("other_tuple.pt", persistent(text("module"), name("os", "system"), text("a"), text("b")))
one("short_tuple.pt", persistent(text("storage"), name("torch", "FloatStorage"), text("0")))
one("long_tuple.pt", storage("0", 6, more=(b"N",)))
one("no_storage_class.pt", persistent(text("storage"), name("posix", "system"), text("0"), text("cpu"), number(6)))
one("class_called.pt", persistent(text("storage"), call(), text("0"), text("cpu"), number(6)))
one("numel_text.pt", persistent(text("storage"), name("torch", "FloatStorage"), text("0"), text("cpu"), text("6")))
one("numel_huge.pt", storage("0", 2 ** 70))
one("key_parent.pt", storage("../secret", 6))
one("key_absolute.pt", storage("/etc/passwd", 6))
one("key_empty.pt", storage("", 6))
one("key_number.pt", persistent(text("storage"), name("torch", "FloatStorage"), number(0), text("cpu"), number(6)))
one("list.pt", b"](" + text("storage") + b"eQ")
