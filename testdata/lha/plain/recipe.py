"""lha archives, with a pickle in one, cut, and with more behind."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.parent))
sys.dont_write_bytecode = True

from archive_parts import *

good = lha(("a.txt", b"text\n" * 30), ("b.txt", b"more\n"))
pathlib.Path("plain.lzh").write_bytes(good)
pathlib.Path("evil.lzh").write_bytes(lha(("a.txt", b"text\n" * 30), ("b.pkl", EVIL)))
pathlib.Path("names.lzh").write_bytes(lha(("../up", b"x\n"), ("a", b"1\n"), ("a", b"2\n")))
pathlib.Path("cut.lzh").write_bytes(good[:len(good) * 3 // 4])
pathlib.Path("behind.lzh").write_bytes(good + EVIL)
