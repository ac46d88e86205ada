"""cab archives, with a pickle in one, cut, and with more behind."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.parent))
sys.dont_write_bytecode = True

from archive_parts import *

good = cab(("a.txt", b"text\n" * 30), ("b.txt", b"more\n"))
pathlib.Path("plain.cab").write_bytes(good)
pathlib.Path("evil.cab").write_bytes(cab(("a.txt", b"text\n" * 30), ("b.pkl", EVIL)))
pathlib.Path("names.cab").write_bytes(cab(("../up", b"x\n"), ("a", b"1\n"), ("a", b"2\n")))
pathlib.Path("cut.cab").write_bytes(good[:len(good) * 3 // 4])
pathlib.Path("behind.cab").write_bytes(good + EVIL)
