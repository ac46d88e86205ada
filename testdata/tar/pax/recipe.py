import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from tar_parts import *

A = member(b"a", b"first\n")
N = member(b"n", b"12345\n")
EVIL = member(b"evil", b"cos\nsystem\n(S'id'\ntR.")

write("size_more.tar", A, pax((b"size", b"1024")), header(b"n", 0), EVIL)
write("size_less.tar", A, pax((b"size", b"0")), member(b"n", EVIL))
write("size_global.tar", A, pax((b"size", b"1024"), kind=b"g"), header(b"n", 0), EVIL)
write("size_negative.tar", A, pax((b"size", b"-512")), N)
write("size_no_number.tar", A, pax((b"size", b"6x")), N)
write("dup_key.tar", A, pax((b"path", b"one"), (b"path", b"two")), N)
write("length_long.tar", A, pax(b"99 path=evil\n"), N)
write("length_short.tar", A, pax(b"6 path=evil\n"), N)
write("length_none.tar", A, pax(b"path=evil\n"), N)
write("length_zero.tar", A, pax(b"0 path=evil\n"), N)
write("no_newline.tar", A, pax(b"12 path=evil "), N)
write("nul.tar", A, pax((b"path", b"one\0two")), N)
write("not_utf8.tar", A, pax((b"path", b"na\xefve")), N)
write("huge.tar", A, pax((b"comment", b"c" * (1 << 20))), N)
write("unknown_key.tar", A, pax((b"VENDOR.thing", b"v")), N)
write("two_headers.tar", A, pax((b"path", b"one")), pax((b"mtime", b"1")), N)
write("local_then_global.tar", A, pax((b"path", b"one")), pax((b"comment", b"1"), kind=b"g"), N)
write("dangling.tar", A, pax((b"path", b"one")))
write("global_dangling.tar", A, pax((b"comment", b"1"), kind=b"g"))
write("global_path.tar", A, pax((b"path", b"everything"), kind=b"g"), N)
write("empty_path.tar", A, pax((b"path", b"")), N)
write("capability.tar", A, pax((b"SCHILY.xattr.security.capability", b"\1\0\0\2\0\4\0\0")), N)
