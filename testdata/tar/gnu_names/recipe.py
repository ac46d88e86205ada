import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from tar_parts import *

N = member(b"n", b"12345\n", magic=GNU)

write("two_names.tar", long(b"first"), long(b"second"), N)
write("two_links.tar", long(b"first", kind=b"K"), long(b"second", kind=b"K"), header(b"n", kind=b"2", link=b"l"))
write("huge.tar", long(b"n" * (1 << 20)), N)
write("very_long.tar", long(b"d/" * 40_000), N)
write("then_pax.tar", long(b"gnu"), pax((b"path", b"pax")), N)
write("pax_then.tar", pax((b"path", b"pax")), long(b"gnu"), N)
write("pax_size_then.tar", pax((b"size", b"6")), long(b"gnu"), N)
write("nul_tail.tar", long(b"name\0hidden"), N)
write("dangling.tar", N, long(b"name"))
write("prefix_of_gnu.tar", member(b"n", b"1\n", magic=GNU, prefix=b"other/place"))
write("prefix_of_old.tar", member(b"n", b"1\n", magic=OLD, prefix=b"other/place"))
