import gzip
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from tar_parts import *

A = member(b"a", b"first\n")
CALL = b"cos\nsystem\n(S'id'\ntR."

write("missing.tar", A, end=b"")
write("one_block.tar", A, end=bytes(BLOCK))
write("single_block.tar", A, bytes(BLOCK), member(b"evil.pkl", CALL))
write("data_behind.tar", A, end=END + CALL)
write("archive_behind.tar", A, end=END + archive(member(b"evil.pkl", CALL)))
write("far_behind.tar", A, end=bytes(100_000) + CALL)
write("cut_member.tar", member(b"evil.pkl", CALL + b"x" * 5000), end=b"")
write("cut_header.tar", A + member(b"evil", CALL)[:300], end=b"")
write("cut_padding.tar", A + member(b"evil.pkl", CALL)[:540], end=b"")
write("cut_pax.tar", A + pax((b"path", b"p" * 600))[:700], end=b"")
for name in ("cut_member", "single_block", "data_behind"):
    with open(name + ".tar", "rb") as tar, open(name + ".stream.tgz", "wb") as file:
        content = tar.read()
        file.write(gzip.compress(content[:1500] if name == "cut_member" else content, mtime=0))
with open("cut_member.tar", "r+b") as tar:
    tar.truncate(1500)
