"""rar archives, with a pickle in one, cut, and with more behind."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.parent))
sys.dont_write_bytecode = True

from archive_parts import *

good = rar(("a.txt", b"text\n" * 30), ("b.txt", b"more\n"))
pathlib.Path("plain.rar").write_bytes(good)
pathlib.Path("evil.rar").write_bytes(rar(("a.txt", b"text\n" * 30), ("b.pkl", EVIL)))
pathlib.Path("cut.rar").write_bytes(good[:len(good) * 3 // 4])
pathlib.Path("behind.rar").write_bytes(good + EVIL)
