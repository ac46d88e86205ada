"""Files whose structures contradict themselves, or each other."""

import pathlib
import struct
import sys
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from hdf5_parts import (NOWHERE, File, attribute, chunked, contiguous, filters, link, one_chunk, space,
                        type_f4, type_text)

BENIGN = pathlib.Path(__file__).parents[1] / "benign_h5py/input"


def write(name, make, **options):
    file = File()
    pathlib.Path(name).write_bytes(file.bytes(file.group(*make(file)), **options))


def weight(file, name="w"):
    return link(name, file.dataset(contiguous(file.add(bytes(16)), 16)))


def damaged(name, at, to):
    file = File()
    data = bytearray(file.bytes(file.group(weight(file))))
    data[at] = to
    pathlib.Path(name).write_bytes(data)


def old(name, before, at, to):
    """A file of the older kind, with something else behind where it first says `before`."""
    data = bytearray((BENIGN / "groups_earliest.h5").read_bytes())
    at += data.index(before)
    data[at:at + len(to)] = to
    pathlib.Path(name).write_bytes(data)


def older():
    address = struct.Struct("<Q").pack
    old("old_extension.h5", b"\x89HDF", 32, address(96))
    old("old_root_kind.h5", b"\x89HDF", 72, b"\3")
    old("old_key_outside.h5", b"TREE\0\0", 24, address(1 << 20))
    old("old_key_first.h5", b"TREE\0\0", 40, address(0))
    old("old_name_empty.h5", b"SNOD", 8, address(0))


def message(kind, data):
    return lambda file: [link("w", file.object((kind, data)))]


def texts():
    """Texts of varying length, whose dataset holds places in a heap."""
    kind = 3, struct.pack("<BBBBI", 0x19, 1, 0, 0, 16) + struct.pack("<BBBBIHH", 0x10, 0, 0, 0, 1, 0, 8)

    def one(name, length=5, index=1, beyond=0, at=None, old=b"", new=b""):
        def make(f):
            heap = f.collection(b"words") + beyond
            f.parts[:] = f.parts.replace(old, new) if old else f.parts
            data = f.add(struct.pack("<IQI", length, heap if at is None else at, index))
            return [link("w", f.object(space(1), kind, contiguous(data, 16)))]
        write(name, make)

    one("text.h5")  # as it should be
    one("text_none.h5", length=0, at=0, index=0)  # as it should be
    one("text_none_somewhere.h5", length=0, index=0)
    one("text_nowhere.h5", at=NOWHERE)
    one("text_index.h5", index=7)
    one("text_of_free_room.h5", index=0)
    one("text_length.h5", length=4)
    one("text_beyond.h5", beyond=1 << 40)
    one("text_elsewhere.h5", beyond=8)
    free = 4096 - 32 - 8
    one("text_free_room.h5", old=struct.pack("<HHxxxxQ", 0, 0, free), new=struct.pack("<HHxxxxQ", 0, 0, 0))
    one("text_long.h5", old=struct.pack("<HHxxxxQ", 1, 1, 5), new=struct.pack("<HHxxxxQ", 1, 1, 1 << 40))


TEXT = struct.pack("<BBBBI", 0x19, 1, 0, 0, 16) + struct.pack("<BBBBIHH", 0x10, 0, 0, 0, 1, 0, 8)
LISTS_OF_TEXTS = 3, struct.pack("<BBBBI", 0x19, 0, 0, 0, 16) + TEXT


def packed_texts():
    def one(name, index=1, ids=((1, 6),), mask=0, pack=zlib.compress, kept=4):
        def make(f):
            places = struct.pack("<IQI", 5, f.collection(b"words"), index) * kept
            stored = pack(places)
            data = one_chunk(f.add(stored), 4, 16, len(stored), mask)
            return [link("w", f.object(space(4), (3, TEXT), filters(*ids), data))]
        write(name, make)

    one("packed.h5")  # as it should be
    one("packed_not.h5", mask=1, pack=bytes)  # as it should be
    one("packed_index.h5", index=7)
    one("packed_short.h5", kept=3)
    one("packed_damaged.h5", pack=lambda data: zlib.compress(data)[:-1])
    one("packed_by_others.h5", ids=((32000,),), pack=bytes)


def filters_told():
    def one(name, *told):
        write(name, lambda f: [link("w", f.object(
            space(4), type_f4(), filters(told), one_chunk(f.add(bytes(16)), 4, 4, 16)))])

    one("deflate.h5", 1)
    one("deflate_level.h5", 1, 10)
    one("shuffle.h5", 2, 0)
    one("szip.h5", 4, 141, 4, 32)
    one("scale.h5", 6, 0, 0)
    one("nbit.h5", 5)
    one("nbit_atom.h5", 5, 8, 0, 4, 1, 4, 0, 20, 2)  # as it should be
    one("nbit_bits.h5", 5, 8, 0, 4, 1, 4, 0, 20, 20)
    one("nbit_members.h5", 5, 12, 0, 4, 3, 8, 2, 0, 1, 4, 0, 20)
    one("nbit_long.h5", 5, 10, 0, 4, 1, 4, 0, 20, 2)


def lists_of_texts():
    def one(name, index=1, length=2):
        def make(f):
            inner = struct.pack("<IQI", 5, f.collection(b"words"), 1)
            inner += struct.pack("<IQI", 5, 48, index)
            data = f.add(struct.pack("<IQI", length, f.collection(inner), 1))
            return [link("w", f.object(space(1), LISTS_OF_TEXTS, contiguous(data, 16)))]
        write(name, make)

    one("lists.h5")  # as it should be
    one("lists_index.h5", index=9)
    one("lists_length.h5", length=3)


def broken_heap_of_many(f):
    """Is told once, not for each dataset."""
    at = f.collection(b"words")
    f.parts[at] = 0
    return [link(name, f.object(space(1), (3, TEXT), contiguous(f.add(struct.pack("<IQI", 5, at, 1)), 16)))
            for name in "abc"]


def main():
    write("cut.h5", lambda f: [weight(f)], end=100_000)
    write("trailing.h5", lambda f: [weight(f), attribute("a", "b")], end=None)
    with open("trailing.h5", "ab") as out:
        out.write(b"more")
    write("data_outside.h5", lambda f: [link("w", f.dataset(contiguous(1 << 20, 16)))])
    write("data_too_small.h5", lambda f: [link("w", f.dataset(contiguous(f.add(bytes(8)), 8)))])
    write("data_shared.h5", lambda f: [
        link(name, f.dataset(contiguous(48, 16))) for name in "ab" if f.add(bytes(16))])
    write("link_outside.h5", lambda f: [link("w", 1 << 30)])
    write("link_nowhere.h5", lambda f: [link("w", NOWHERE)])
    write("link_to_data.h5", lambda f: [link("w", f.add(b"no object header" * 4))])
    write("name_twice.h5", lambda f: [weight(f), weight(f)])
    write("no_shape.h5", lambda f: [link("w", f.object(type_f4(), contiguous(NOWHERE, 0)))])
    write("no_type.h5", lambda f: [link("w", f.object(space(2), contiguous(NOWHERE, 0)))])
    write("circle.h5", lambda f: [(16, struct.pack("<QQ", 48, 24))])
    write("circle_of_headers.h5", lambda f: [(16, struct.pack("<QQ", len(f.parts), 64))])
    write("tree_missing.h5", lambda f: [link("w", f.dataset(chunked(48, 2, 2)))])
    write("group_without_names.h5", lambda f: [(17, struct.pack("<QQ", NOWHERE, NOWHERE))])
    write("group_of_nothing.h5", lambda f: [(17, struct.pack("<QQ", 48, 48))])
    write("heap_missing.h5", lambda f: [(2, struct.pack("<BBQQ", 0, 0, 48, 48))])
    write("type_unknown.h5", message(3, bytes([0x1f]) + bytes(11)))
    sign_in_number = bytearray(type_f4()[1])
    sign_in_number[2] = 5
    write("sign_in_number.h5", message(3, bytes(sign_in_number)))
    for name, offset in {"members": 4, "members_shared": 2}.items():
        both = b"".join(text + b"\0" + bytes([at]) + type_f4()[1] for text, at in ((b"a", 0), (b"b", offset)))
        write(name + ".h5", message(3, struct.pack("<BBBBI", 0x36, 2, 0, 0, 8) + both))
    for name, flags in {"normal.h5": 0x30, "order.h5": 0x60}.items():
        write(name, message(3, b"\x31" + bytes([flags]) + type_f4()[1][2:]))
    number = struct.pack("<BBBBIHH", 0x10, 0, 0, 0, 1, 0, 8)
    write("member_twice.h5", message(3, struct.pack("<BBBBI", 0x36, 2, 0, 0, 2) + b"a\0\0" + number + b"a\0\1" + number))
    write("enum_nameless.h5", message(3, struct.pack("<BBBBI", 0x38, 1, 0, 0, 1) + number + b"\0\1"))
    write("variable_unknown.h5", message(3, b"\x19\4" + TEXT[2:]))
    write("shape_unknown.h5", lambda f: [link("w", f.object(
        (1, bytes([9, 1, 0, 1]) + bytes(8)), type_f4(), contiguous(NOWHERE, 0)))])
    write("layout_unknown.h5", lambda f: [link("w", f.dataset((8, bytes([9]) + bytes(20))))])
    write("filters_cut.h5", lambda f: [link("w", f.dataset(
        chunked(NOWHERE, 2, 2), (11, b"\2\x20")))])
    write("attribute_cut.h5", lambda f: [(12, attribute("name", "text")[1][:-2])])
    write("must_understand.h5", lambda f: [(6, b"\2" + bytes(10))])
    write("link_shareable.h5", lambda f: [(*weight(f), 0x40)])
    write("status.h5", lambda f: [weight(f)], status=8)
    texts()
    packed_texts()
    lists_of_texts()
    filters_told()
    write("heap_of_many.h5", broken_heap_of_many)
    older()
    write("nothing_with_data.h5", lambda f: [link("w", f.object(
        space(0), type_f4(), contiguous(f.add(bytes(8)), 8)))])
    write("text_of_nothing.h5", lambda f: [link("w", f.object(space(2), type_text(0), contiguous(NOWHERE, 0)))])
    damaged("checksum_of_superblock.h5", 44, 1)
    damaged("checksum_of_header.h5", 75, 1)
    damaged("version.h5", 8, 9)
    damaged("widths.h5", 9, 3)


main()
