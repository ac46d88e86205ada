import pickle
import struct


def npy(header, data):
    text = header.encode("latin1")
    text += b" " * (-(11 + len(text)) % 64) + b"\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text + data


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


def header(descr):
    return "{'descr': %s, 'fortran_order': False, 'shape': (2,), }" % descr


harmless = pickle.dumps([1, "two"], protocol=4)
# What the type is matters, not what the data looks like.
write("objects.npy", npy(header("'|O'"), harmless))
write("in_a_record.npy", npy(header("[('a', '<f4'), ('b', [('c', '|O')])]"), harmless))
write("comma.npy", npy(header("'i4,O'"), harmless))
write("letters_as_a_pair.npy", npy(header("['aO']"), harmless))
write("last_key_wins.npy", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'descr': '|O', }", harmless))
