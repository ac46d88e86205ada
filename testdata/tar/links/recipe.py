import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from tar_parts import *

A = member(b"a", b"first\n")


def symlink(name, target):
    return header(name, kind=b"2", link=target, mode=0o777)


def hard(name, target):
    return header(name, kind=b"1", link=target)


write("absolute.tar", A, symlink(b"l", b"/etc/passwd"))
write("absolute_hard.tar", A, hard(b"l", b"/etc/passwd"))
write("traversal.tar", A, symlink(b"d/l", b"../../x"))
write("traversal_hard.tar", A, hard(b"d/l", b"../x"))
write("traversal_through.tar", A, symlink(b"d/e/l", b"../.."), symlink(b"m", b"d/e/l/../x"))
write("traversal_crossed.tar", A, symlink(b"m", b"d/../x"), symlink(b"d", b"e/f/g"))
write("write_through.tar", symlink(b"d", b"other"), member(b"d/file", b"x\n"))
write("write_through_file.tar", symlink(b"f", b"other"), member(b"f", b"x\n"))
write("write_through_case.tar", symlink(b"D", b"other"), member(b"d/file", b"x\n"))
write("write_through_pax.tar", symlink(b"d", b"other"), pax((b"path", b"./d//file")), A)
write("hard_to_symlink.tar", symlink(b"s", b"a"), hard(b"l", b"s"))
write("hard_through_symlink.tar", symlink(b"s", b"d"), hard(b"l", b"s/a"))
write("dangling.tar", A, hard(b"l", b"none"))
write("forward.tar", hard(b"l", b"a"), A)
write("self.tar", A, symlink(b"l", b"l"))
write("self_hard.tar", A, hard(b"l", b"./l"))
write("chain.tar", A, hard(b"b", b"a"), hard(b"c", b"b"))
