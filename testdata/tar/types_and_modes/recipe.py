import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from tar_parts import *

A = member(b"a", b"first\n")
CALL = b"cos\nsystem\n(S'id'\ntR."

write("device.tar", A, header(b"disk", kind=b"4"))
write("character_device.tar", A, header(b"tty", kind=b"3"))
write("pipe.tar", A, header(b"pipe", kind=b"6"))
write("unknown.tar", A, member(b"u", CALL, kind=b"Q"))
write("dump_folder.tar", A, member(b"d", b"Yfile\0\0", kind=b"D"))
write("multivolume.tar", A, member(b"m", CALL, kind=b"M"))
write("label_with_data.tar", member(b"label", member(b"evil", CALL), kind=b"V"), A)
write("setuid.tar", A, member(b"program", b"text\n", mode=0o4755))
write("setgid.tar", A, member(b"program", b"text\n", mode=0o2755))
write("world_writable.tar", A, member(b"open", b"text\n", mode=0o666))
