"""What unpacks to itself: whoever follows it never ends."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from quine_parts import gzip_quine  # noqa: E402

with open("quine.gz", "wb") as out:
    out.write(gzip_quine())
