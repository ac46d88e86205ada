"""Damages HDF5 files and says what h5py makes of each.

usage: hdf5_oracle.py FOLDER SEED COUNT SOURCE..., with a Python that has h5py. FOLDER/verdicts.json says for each file
what was done to it and what h5py says: "" if every object, attribute and value of it can be read. Values that take much
memory are left.
"""
import json
import os
import random
import signal
import sys

import h5py

MOST = 1 << 24
LIES = [0, 1, 2, 4, 8, 255]


def damage(data, dice):
    data = bytearray(data)
    if dice.random() < 0.15:
        del data[dice.randrange(len(data)):]
        return bytes(data), "cut"
    done = []
    for _ in range(dice.choice([1, 1, 1, 2, 4])):
        at = dice.randrange(len(data))
        data[at] = dice.choice([*LIES, data[at] ^ 1 << dice.randrange(8), dice.randrange(256)])
        done.append(f"{data[at]} at {at}")
    return bytes(data), ", ".join(done)


def look_at(found):
    for name in list(found.attrs.keys()):
        attribute = h5py.h5a.open(found.id, name.encode())
        attribute.get_type()
        attribute.get_space()
        found.attrs[name]
    if isinstance(found, h5py.Dataset):
        found.id.get_type()
        found.id.get_space()
        if found.chunks:
            found.id.get_num_chunks()
        if found.nbytes <= MOST:
            found[()]


def walk(group, seen):
    for name in list(group.keys()):
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            continue
        found = group[name]
        key = h5py.h5o.get_info(found.id).addr
        if key in seen:
            continue
        seen.add(key)
        look_at(found)
        if isinstance(found, h5py.Group):
            walk(found, seen)


def verdict(path):
    """In a process of its own, since damaged files have crashed libhdf5."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(10)
        said = ""
        try:
            with h5py.File(path, "r") as file:
                look_at(file["/"])
                walk(file["/"], set())
        except Exception as fault:
            said = f"{type(fault).__name__}: {fault}" or "fault"
        os.write(write, said.encode()[:500])
        os._exit(0)
    os.close(write)
    _, status = os.waitpid(child, 0)
    with os.fdopen(read, "rb") as told:
        said = told.read().decode(errors="replace")
    return said or (f"ended by {status}" if status else "")


def main():
    folder, seed, count, *sources = sys.argv[1:]
    dice = random.Random(int(seed))
    verdicts = {}
    for number in range(int(count)):
        source = sources[number % len(sources)]
        with open(source, "rb") as file:
            data, done = damage(file.read(), dice)
        name = f"{number}.h5"
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(data)
        verdicts[name] = {"done": f"{os.path.basename(source)}: {done}", "says": verdict(path)}
    with open(os.path.join(folder, "verdicts.json"), "w") as file:
        json.dump(verdicts, file)


if __name__ == "__main__":
    main()
