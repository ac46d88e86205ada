import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from tar_parts import *

A = member(b"a", b"first\n")
Z = member(b"z", b"last\n")


def damaged(block):
    return block[:120] + b"\x01" + block[121:]


write("checksum_first.tar", damaged(member(b"bad", b"cos\nsystem\n(S'id'\ntR.")), Z)
write("checksum_middle.tar", A, damaged(member(b"bad", b"cos\nsystem\n(S'id'\ntR.")), Z)
write("checksum_signed.tar", A, member(b"sign\xc3\xa9", b"x\n", signed=True), Z)
write("checksum_tail.tar", A, Z[:155] + b"." + Z[156:])
write("magic.tar", A, member(b"m", b"x\n", magic=b"whatever"), Z)
write("number_garbage.tar", A, member(b"n", b"12345\n", size=b"6 7        \0"), Z)
write("number_binary.tar", A, member(b"n", b"12345\n", size=binary(6)), Z)
write("number_mode.tar", A, member(b"n", b"12345\n", mode=b"64four \0"), Z)
write("negative.tar", A, member(b"n", b"", size=binary(-512)), Z)
write("negative_digits.tar", A, member(b"n", b"", size=b"-0000001000\0"), Z)
write("huge.tar", A, member(b"n", b"", size=b"\x80" + b"\0" * 3 + b"\x7f" + b"\xff" * 7), Z)
write("size_on_hard_link.tar", A, header(b"l", 1024, kind=b"1", link=b"a"), member(b"inner", b"x\n"), Z)
write("size_on_symlink.tar", A, header(b"l", 1024, kind=b"2", link=b"a"), member(b"inner", b"x\n"), Z)
write("size_on_folder.tar", A, header(b"d", 1024, kind=b"5"), member(b"inner", b"x\n"), Z)
write("size_on_pipe.tar", A, header(b"p", 1024, kind=b"6"), member(b"inner", b"x\n"), Z)
write("data_on_folder.tar", A, header(b"d", 30, kind=b"5"), padded(b"cos\nsystem\n(S'id'\ntR."), Z)
