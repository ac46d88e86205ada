"""Files that lead out of themselves, take more than they hold, or hold more than weights."""

import json
import pathlib
import pickle
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from hdf5_parts import (NOWHERE, File, attribute, chunked, contiguous, external_files,
                        external_link, filters, link, soft_link, space, type_f4, virtual)


def write(name, make, before=b"", **superblock):
    file = File(before)
    pathlib.Path(name).write_bytes(file.bytes(file.group(*make(file)), **superblock))


def whole(file):
    return [link("w", file.dataset(contiguous(file.add(bytes(16)), 16)))]


class Runs:
    def __reduce__(self):
        return eval, ("1",)


def main():
    write("good.h5", whole)
    write("soft.h5", lambda f: [*whole(f), soft_link("v", "/w")])
    write("external_link.h5", lambda f: [external_link("v", "/etc/passwd", "/w")])
    write("external_data.h5", lambda f: [link("w", f.dataset(
        contiguous(NOWHERE, 16), external_files(f.names("/etc/passwd"))))])
    source = b"\0" + (1).to_bytes(8, "little") + b"/etc/other.h5\0/w\0"
    write("virtual.h5", lambda f: [link("w", f.dataset(virtual(f.collection(source))))])
    write("bomb.h5", lambda f: [link("w", f.object(
        space(1 << 20, 1 << 20), type_f4(), chunked(NOWHERE, 64, 64)))])
    write("bomb_unwritten.h5", lambda f: [link("w", f.object(
        space(1 << 40), type_f4(), contiguous(NOWHERE, 1 << 42)))])
    write("bomb_overflow.h5", lambda f: [link("w", f.object(
        space(1 << 40, 1 << 40), type_f4(), chunked(NOWHERE, 64, 64)))])
    write("filter.h5", lambda f: [link("w", f.dataset(chunked(NOWHERE, 2, 2), filters((1, 6), 32015)))])
    write("userblock.h5", whole, before=pickle.dumps(Runs(), 2).ljust(512, b"\0"))
    write("userblock_from_the_start.h5", whole, before=bytes(512), base=512)
    write("end_before_the_start.h5", whole, before=bytes(512), base=512, end=100)
    write("end_at_the_start.h5", whole, before=bytes(512), base=512, end=512)
    code = {"class_name": "__lambda__", "config": {"code": "4wAAAA=="}}
    model = {"class_name": "Sequential", "config": {"layers": [
        {"class_name": "Lambda", "config": {"function": code}}]}}
    write("lambda.h5", lambda f: [*whole(f), attribute("model_config", json.dumps(model))])


main()
