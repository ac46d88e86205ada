#!/usr/bin/env python3
"""Makes the files of this case: h5py 3.16.0, numpy. Writes into input/, beside this file."""

import pathlib

import h5py
import numpy

HERE = pathlib.Path(__file__).parent / "input"
DICE = numpy.random.default_rng(1)


def layouts(file):
    file["contiguous"] = DICE.random((8, 6)).astype("<f4")
    file["big_endian"] = numpy.arange(5, dtype=">i8")
    file["scalar"] = 1.5
    file["text"] = "a text"
    file["texts"] = numpy.array([b"one", b"three"])
    file.create_dataset("variable", data=["a", "bc"], dtype=h5py.string_dtype())
    file.create_dataset("empty", shape=(0, 4), dtype="f4")
    file.create_dataset("nothing", data=h5py.Empty("f4"))
    file.create_dataset("unwritten", shape=(4, 4), dtype="f4")
    file.create_dataset("single", data=numpy.ones((4, 4)), chunks=(4, 4))
    file.create_dataset("single_packed", data=numpy.ones((4, 4)), chunks=(4, 4), compression="gzip")
    file.create_dataset("many", data=DICE.random((20, 20)), chunks=(3, 7))
    file.create_dataset("packed", data=DICE.random((20, 20)), chunks=(3, 7), compression="gzip",
                        shuffle=True, fletcher32=True)
    file.create_dataset("lzf", data=numpy.ones((40, 4)), chunks=(8, 4), compression="lzf")
    file.create_dataset("grows", data=DICE.random((20, 4)), chunks=(3, 4), maxshape=(None, 4))
    file.create_dataset("grows_packed", data=DICE.random((20, 4)), chunks=(3, 4),
                        maxshape=(None, 4), compression="gzip")
    file.create_dataset("grows_both", data=DICE.random((9, 9)), chunks=(2, 2),
                        maxshape=(None, None))
    file.create_dataset("grows_both_packed", data=DICE.random((9, 9)), chunks=(2, 2),
                        maxshape=(None, None), compression="gzip")
    compound = numpy.dtype([("a", "<i4"), ("b", "S5"), ("c", "<f8", (2, 3))])
    file["compound"] = numpy.zeros(3, dtype=compound)
    file["truth"] = numpy.array([True, False])
    file["complex"] = numpy.array([1 + 2j])
    file["named_type"] = numpy.dtype("<f8")
    file.create_dataset("of_named_type", data=[1.0], dtype=file["named_type"])
    file["compact"] = 0
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((3,))
    held = h5py.h5d.create(file.id, b"in_the_header", h5py.h5t.IEEE_F32LE, space, plist)
    held.write(h5py.h5s.ALL, h5py.h5s.ALL, numpy.ones(3, "f4"))
    again = file.create_group("group")
    again["same"] = file["contiguous"]  # a hard link
    again["up"] = file["/"]


def attributes(file):
    for i in range(30):
        file.attrs[f"attribute {i}"] = f"value {i}"
    file.attrs["numbers"] = numpy.arange(10)
    file.attrs["types"] = numpy.array([b"a", b"bcd"])
    file.attrs["reference"] = file["contiguous"].ref
    file["contiguous"].attrs["unit"] = "m"
    file["contiguous"].attrs["empty"] = h5py.Empty("f4")
    file["contiguous"].attrs.create("typed", 1.0, dtype=file["named_type"])


def groups(file):
    inner = file
    for i in range(12):
        inner = inner.create_group(f"level{i}", track_order=i % 3 == 0)
        inner["weight"] = numpy.full(4, i)
    many = file.create_group("many_links")
    for i in range(300):
        many.create_group(f"child{i:04}_of_a_long_name")
    ordered = file.create_group("many_ordered", track_order=True)
    for i in range(40):
        ordered[f"{39 - i}"] = i


def large_attributes(file):
    """In a heap: some of them beside it, since they are larger than its blocks take."""
    for i in range(12):
        file.attrs[f"small{i}"] = i
    file.attrs["large"] = numpy.arange(6000, dtype="u1")
    layers = ",".join('{"class_name": "Dense", "config": {"name": "dense_%d", "units": 3}}' % i for i in range(90))
    file.attrs["model_config"] = numpy.bytes_(
        '{"class_name": "Sequential", "config": {"name": "s", "layers": [%s]}}' % layers)
    file.create_group("group", track_order=True)["x" * 5000] = 1


def many_chunks(file):
    """So many that the blocks of the index have pages, of which few are written."""
    file.create_dataset("fixed", shape=(5000,), chunks=(1,), dtype="u1")[4000:4003] = 7
    for name, packed in (("grows", {}), ("grows_packed", {"compression": "gzip"})):
        data = file.create_dataset(name, shape=(200_000,), maxshape=(None,), chunks=(1,), dtype="u1", **packed)
        for at in (0, 5, 300, 140_000, 150_001):
            data[at] = at % 251


def values(file):
    """Of varying length: in one piece, behind filters, as parts of others, in attributes."""
    texts = [f"text {i}" * (i % 5) for i in range(40)]
    text = h5py.string_dtype()
    file.create_dataset("texts", data=texts, dtype=text)
    file.create_dataset("packed", data=texts, dtype=text, chunks=(7,), compression="gzip")
    file.create_dataset("shuffled", data=texts, dtype=text, chunks=(7,), compression="gzip", shuffle=True)
    file.create_dataset("grows", data=texts, dtype=text, chunks=(7,), maxshape=(None,), compression="gzip")
    file.create_dataset("lists", data=[numpy.arange(i) for i in range(1, 5)] + [numpy.arange(0)],
                        dtype=h5py.vlen_dtype("<i4"))
    parts = numpy.zeros(3, numpy.dtype([("name", text), ("sizes", h5py.vlen_dtype("<f4")), ("n", "<i8")]))
    for i in range(3):
        parts[i] = (f"part {i}", numpy.ones(i, "f4"), i)
    file.create_dataset("parts", data=parts)
    file.create_dataset("parts_packed", data=parts, chunks=(2,), compression="gzip", shuffle=True)
    pairs = numpy.empty((2, 2), object)
    pairs[:] = [["a", "b"], ["c", "d"]]
    file.create_dataset("pairs", data=pairs, dtype=text)
    file.attrs.create("names", ["one", "two", ""], dtype=text)
    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    early.set_chunk((4,))
    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    found = h5py.h5d.create(file.id, b"early", h5py.h5t.py_create(text, logical=True), h5py.h5s.create_simple((8,)),
                            early)
    h5py.Dataset(found)[:] = texts[:8]


def write(name, fill, **options):
    with h5py.File(HERE / name, "w", **options) as file:
        for step in fill:
            step(file)


def main():
    HERE.mkdir(exist_ok=True)
    for version in ("earliest", "v108", "v110", "v112", "v114", "latest"):
        write(f"layouts_{version}.h5", [layouts, attributes], libver=version)
    write("groups_earliest.h5", [groups], libver="earliest")
    write("groups_latest.h5", [groups], libver="latest")
    write("empty.h5", [])
    write("values_earliest.h5", [values], libver="earliest")
    write("values_latest.h5", [values], libver="latest")
    write("large_attributes.h5", [large_attributes], libver="latest")
    write("many_chunks.h5", [many_chunks], libver="latest")
    write("ordered.h5", [layouts, attributes], track_order=True)


if __name__ == "__main__":
    main()
