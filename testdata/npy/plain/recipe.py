import struct


def npy(header, data, version=(1, 0), pad=64, newline=b"\n"):
    text = header.encode("latin1")
    prefix = 10 if version[0] == 1 else 12
    if pad:
        text += b" " * (-(prefix + len(text) + len(newline)) % pad)
    text += newline
    length = struct.pack("<H" if version[0] == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes(version) + length + text + data


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


def header(descr, shape, order="False"):
    return "{'descr': %s, 'fortran_order': %s, 'shape': %s, }" % (descr, order, shape)


write("floats.npy", npy(header("'<f4'", "(2, 3)"), bytes(24)))
write("scalar.npy", npy(header("'>f8'", "()"), bytes(8)))
write("nothing.npy", npy(header("'|u1'", "(0, 5)"), b""))
write("fortran.npy", npy(header("'<c16'", "(2, 2)", "True"), bytes(64)))
write("version_2.npy", npy(header("'<i8'", "(3,)"), bytes(24), (2, 0)))
write("version_3.npy", npy(header("[('\xe9', '<i4')]".encode("utf8").decode("latin1"), "(2,)"), bytes(8), (3, 0)))
write("python_2.npy", npy(header("'<i4'", "(4L,)"), bytes(16), pad=16))
write("text.npy", npy(header("'<U3'", "(2,)"), bytes(24)))
write("times.npy", npy(header("'<M8[25us]'", "(2,)"), bytes(16)))
write("record.npy", npy(header("[('a', '<f4'), (('a title', 'b'), '|S5', (2, 3)), ('c', [('d', '|b1')]), ('', '|V3')]",
                               "(2,)"), bytes(2 * (4 + 30 + 1 + 3))))
write("subarray.npy", npy(header("[('a', '<f4', (2,))]", "(3,)"), bytes(24)))
