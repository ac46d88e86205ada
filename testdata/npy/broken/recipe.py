import struct


def npy(header, data, version=(1, 0), pad=64, newline=b"\n", longer=0):
    text = header.encode("latin1")
    prefix = 10 if version[0] == 1 else 12
    if pad:
        text += b" " * (-(prefix + len(text) + len(newline)) % pad)
    text += newline
    length = struct.pack("<H" if version[0] == 1 else "<I", len(text) + longer)
    return b"\x93NUMPY" + bytes(version) + length + text + data


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


def header(descr="'<f4'", shape="(2,)", order="False"):
    return "{'descr': %s, 'fortran_order': %s, 'shape': %s, }" % (descr, order, shape)


four = bytes(8)
write("magic_alone.npy", b"\x93NUMPY")
write("bad_version.npy", npy(header(), four, (4, 0)))
write("minor_version.npy", npy(header(), four, (1, 1)))
write("len_exceeds_file.npy", npy(header(), four, longer=1000))
write("extra_key.npy", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 1}", four))
write("number_as_key.npy", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 7: 1}", four))
write("missing_key.npy", npy("{'descr': '<f4', 'fortran_order': False}", four))
write("no_literal.npy", npy("__import__('os').system('id')", four))
write("no_dict.npy", npy("('<f4', False, (2,))", four))
write("deep.npy", npy(header("[('a', " * 20 + "'<f4'" + ")]" * 20), four))
write("long.npy", npy(header() + " " * 11000, four, pad=0))
write("too_long.npy", npy(header() + " " * 300000, four, (2, 0), pad=0))
write("no_newline.npy", npy(header(), four, newline=b""))
write("not_padded.npy", npy(header(), four, pad=0))
write("unknown_dtype.npy", npy(header("'<x4'"), four))
write("dtype_is_none.npy", npy(header("None"), four))
write("itemsize_overflow.npy", npy(header("'<U2000000000'"), four))
write("fields_overflow.npy", npy(header("[('a', '|V2147483647'), ('b', '|V2147483647')]"), four))
write("zero_size.npy", npy(header("'|V0'"), b""))
write("negative.npy", npy(header(shape="(-2,)"), four))
write("not_int.npy", npy(header(shape="(2.0,)"), four))
write("bool_dimension.npy", npy(header(shape="(True,)"), four))
write("list_shape.npy", npy(header(shape="[2]"), four))
write("overflow.npy", npy(header(shape="(4294967296, 4294967296)"), four))
write("overflow_of_nothing.npy", npy(header(shape="(0, 4294967296, 4294967296)"), b""))
write("beyond_64_bits.npy", npy(header(shape="(36893488147419103232,)"), four))
write("times_itemsize.npy", npy(header(shape="(4611686018427387904,)"), four))
write("not_bool.npy", npy(header(order="0"), four))
write("trailing.npy", npy(header(), four + b"and a note\n"))
write("truncated.npy", npy(header(), four[:-1]))

# What numpy refuses, although nothing is to be read: no shape hides it.
for name, descr in {"field_twice": "[('a', '<f4'), ('a', '<f4')]", "field_and_title": "[('a', '<f4'), (('a', 'b'), '<f4')]",
                    "unit": "'<M8[xs]'", "unit_divisor": "'<m8[D/0]'", "subarray": "('<f4', 2)"}.items():
    write(name + ".npy", npy(header(descr, "(0,)"), b""))
write("dimensions.npy", npy(header(shape="(" + "1, " * 65 + ")"), bytes(4)))

# Where objects were promised, no pickle, or a part of one.
objects = header("'|O'")
for name, data in {"none": b"", "one_byte": b"\x80", "protocol": b"\x80\4", "protocol_0_cut": b"(lp0\nI1\na",
                   "length_46": b"\x80\4\x8e" + struct.pack("<Q", 1 << 46) + b"abc.", "zeros": bytes(64), "text": b"no pickle at all"}.items():
    write("objects_" + name + ".npy", npy(objects, data))
