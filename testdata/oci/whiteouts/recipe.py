"""Marks that remove more, less or something else than they show."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from oci_parts import *


def case(name, *parts):
    put(name + ".tar", tar(*parts))


case("ordinary", folder("a"), file("a/.wh.b", b""))
case("opaque", file("a/.wh..wh..opq", b""))
case("no_name", file("a/.wh.", b""))
case("dot", file("a/.wh..", b""))
case("dotdot", file("a/.wh...", b""))
case("content", file("a/.wh.b", b"content"))
case("link", tar_parts.header(b"a/.wh.b", kind=b"2", link=b"c"))
case("same_layer", file("a/b"), file("a/.wh.b", b""))
case("own_marks", file(".wh..wh.aufs", b""), folder(".wh..wh.plnk"))
