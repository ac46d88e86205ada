"""More behind the end record than a comment may have; Info-ZIP searches the last 66,000 bytes, and 7-Zip from the front."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.parent))
sys.dont_write_bytecode = True

from zip_parts import *

write("model.dat", archive([Member("evil.pkl", b"cos\nsystem\n(S'id'\ntR.")], prefix=b"x" * 10, trailing=b"tail" * 16_450))
write("further.dat", archive([Member("evil.pkl", b"cos\nsystem\n(S'id'\ntR.")], prefix=b"\0\xffx" * 10, trailing=b"tail" * 17_000))
