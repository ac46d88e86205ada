import os
import pickle
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from zip_parts import DEFLATED, Member, archive, write


def npy(data=bytes(8)):
    text = b"{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }".ljust(117) + b"\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text + data


def arrays(*members):
    return archive([Member("weight.npy", npy()), *members])


harmless = pickle.dumps({"a": [1, 2]}, protocol=4)
write("arrays.npz", arrays(Member("bias.npy", npy(), DEFLATED), Member("notes.txt", b"of any kind\n")))
write("pickle.npz", arrays(Member("bias.npy", harmless)))
write("packed_pickle.npz", arrays(Member("bias.npy", harmless * 40, DEFLATED)))
write("text_pickle.npz", arrays(Member("bias.NPY", pickle.dumps({"a": 1}, protocol=0))))
write("behind_a_header.npz", arrays(Member("bias.npy", npy() + harmless)))
write("damaged.npz", arrays(Member("bias.npy", b"\x94" + npy()[1:])))
write("empty.npz", arrays(Member("bias.npy", b"")))
write("archive.npz", arrays(Member("bias.npy", archive([Member("x", b"y")]))))
# What a Mac's archiver adds, and what only looks so.
write("mac.zip", arrays(Member("__MACOSX/._weight.npy", b"\0\5\x16\7\0\2\0\0Mac OS X".ljust(64, b"\0"))))
write("not_mac.zip", arrays(Member("__MACOSX/._weight.npy", harmless)))
# The name promises nothing, but readers go by the content anyway.
write("no_extension.npz", arrays(Member("bias", npy())))
