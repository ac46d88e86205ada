"""cpio archives as they should be, and a pickle in one."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.parent))
sys.dont_write_bytecode = True

from archive_parts import *

pathlib.Path("plain.cpio").write_bytes(cpio(("README.md", b"A model card.\n" * 20), ("dir", b"", 0o040755), ("dir/link", b"../README.md", 0o120777)))
pathlib.Path("evil.cpio").write_bytes(cpio(("weights.pkl", EVIL)))
