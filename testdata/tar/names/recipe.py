import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from tar_parts import *


def named(*names):
    return [member(name, b"%d\n" % i) for i, name in enumerate(names)]


write("traversal.tar", *named(b"../a"))
write("traversal_inside.tar", *named(b"a/../../b"))
write("absolute.tar", *named(b"/etc/cron.d/job"))
write("drive.tar", *named(b"C:evil.dll"))
write("backslash.tar", *named(b"..\\evil"))
write("duplicate.tar", *named(b"model.pkl", b"model.pkl"))
write("normalized.tar", *named(b"model.pkl", b".//model.pkl"))
write("case.tar", *named(b"Model.pkl", b"model.PKL"))
write("composed.tar", *named("caf\u00e9.bin".encode(), "cafe\u0301.bin".encode()))
write("composed_hangul.tar", *named("\ud55c.bin".encode(), "\u1112\u1161\u11ab.bin".encode()))
write("file_and_folder.tar", *named(b"a"), header(b"a/", kind=b"5"))
write("file_as_folder.tar", *named(b"a", b"a/b"))
write("folder_as_file.tar", *named(b"a/b", b"a"))
write("slash.tar", member(b"a/", b""))
write("slash_with_data.tar", member(b"a/", b"data\n"))
write("nul_tail.tar", *named(b"a\0hidden"))
write("link_nul_tail.tar", *named(b"a"), header(b"l", kind=b"2", link=b"a\0hidden"))
write("empty.tar", *named(b"a", b""))
write("control.tar", *named(b"a\x1b[2Kb"))
write("not_utf8.tar", *named(b"a\xff"))
write("too_long.tar", pax((b"path", b"n" * 300)), *named(b"n"))
write("too_deep.tar", pax((b"path", b"d/" * 200 + b"f")), *named(b"n"))
write("nested.tar", member(b"inner.tar", archive(*named(b"a"))))
