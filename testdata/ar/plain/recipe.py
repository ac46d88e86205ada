"""ar archives, as of static libraries: a table, a member, and a pickle."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.parent))
sys.dont_write_bytecode = True

from archive_parts import *

pathlib.Path("plain.a").write_bytes(ar(("a.txt", b"text\n" * 30), ("b.pkl", EVIL)))
pathlib.Path("cut.a").write_bytes(ar(("a.txt", b"text\n" * 30))[:100])
pathlib.Path("behind.a").write_bytes(ar(("a.txt", b"text\n" * 30)) + b"no header of a member, whatever it is: sixty bytes and then some\n")
