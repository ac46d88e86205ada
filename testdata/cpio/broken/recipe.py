"""cpio archives that lie."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.parent))
sys.dont_write_bytecode = True

from archive_parts import *

text = b"A model card.\n" * 20


def write(name, data):
    pathlib.Path(name).write_bytes(data)


write("names.cpio", cpio(("../up", b"x"), ("/abs", b"y"), ("a", b"1"), ("a", b"2"), (b"caf\xe9", b"z")))
write("types.cpio", cpio(("root", b"x", 0o104755), ("disk", b"", 0o060600), ("pipe", b"", 0o010600), ("out", b"/etc", 0o120777), ("out/passwd", b"x")))
write("cut.cpio", cpio(("README.md", text), end=False)[:200])
write("no_end.cpio", cpio(("README.md", text), end=False))
write("behind.cpio", cpio(("README.md", text)) + EVIL)
write("folder_with_data.cpio", cpio(("README.md", text), ("d", cpio_member("evil.pkl", EVIL), 0o040755)))
write("pipe_with_data.cpio", cpio(("README.md", text), ("p", cpio_member("evil.pkl", EVIL), 0o010644)))
write("socket_with_data.cpio", cpio(("README.md", text), ("s", cpio_member("evil.pkl", EVIL), 0o140644)))
write("device_with_data.cpio", cpio(("README.md", text), ("c", cpio_member("evil.pkl", EVIL), 0o020644)))
write("afio.dat", afio(("evil.pkl", EVIL)))
write("link_with_data.cpio", cpio(("README.md", text), ("l", b"README.md\0\0\0" + cpio_member("evil.pkl", EVIL), 0o120777)))
write("before.dat", b"\0\1junk" * 20 + cpio(("evil.pkl", EVIL)))
