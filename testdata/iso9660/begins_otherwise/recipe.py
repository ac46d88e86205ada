"""Disc images that do not begin with zeros: a boot sector, a text, a model of another kind."""
import gzip
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.parent))
sys.dont_write_bytecode = True

from archive_parts import *

HEADER = b'{"t":{"dtype":"U8","shape":[%d],"data_offsets":[0,%d]}}'
MEMBERS = (("README.MD;1", b"A model card.\n"), ("EVIL.PKL;1", EVIL))


def write(name, data):
    pathlib.Path(name).write_bytes(data)


def with_tensor(size):
    header = HEADER % (size, size)
    return struct.pack("<Q", len(header)) + header


image = iso(*MEMBERS)
write("plain.iso", image)
write("boot.bin", iso(*MEMBERS, start=b"\x33\xed\x90\x90" + bytes(506) + b"\x55\xaa"))
write("boot.bin.gz", gzip.compress(iso(*MEMBERS, start=b"\x33\xed\x90\x90"), mtime=0))
write("text.dat", iso(*MEMBERS, start=b"just a little text\n\n"))
size = len(image)
while 8 + len(HEADER % (size, size)) + size > len(image):
    size -= 1
write("tensor.safetensors", iso(*MEMBERS, start=with_tensor(size)))
# What only its name says is an image is not called clean.
write("noise.iso", bytes(range(1, 256)) * 300)
