"""assay beside h5py: whatever libhdf5 cannot read of damaged files must be a finding."""
import collections
import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ.get("ASSAY_SOURCE", os.path.dirname(os.path.dirname(HERE)))
ASSAY = os.environ.get("ASSAY", os.path.join(SOURCE, "build/release/assay"))
PYTHON = os.environ.get("ASSAY_PEER_PYTHON", os.path.join(SOURCE, "build/peers/python/bin/python3"))
SEED = int(os.environ.get("ASSAY_SEED", "1"))
COUNT = int(os.environ.get("ASSAY_COUNT", "600"))
CASES = os.path.join(SOURCE, "testdata/hdf5/benign_h5py/input")
FILES = ["layouts_earliest.h5", "layouts_latest.h5", "groups_earliest.h5", "groups_latest.h5", "ordered.h5",
         "values_earliest.h5", "values_latest.h5"]

# What h5py or libhdf5 refuse for reasons that make no other file of it: names that are not UTF-8, which only h5py
# minds, once with a fault of its own; numbers that numpy has no type for, or whose exponent
# begins at 0; room between the bits of a number, a guess of libhdf5's at damage; where
# free space is managed in files that are only read, and caches of what is said elsewhere; numbers that no filter can
# unpack, since they are not unpacked here.
NOT_OURS = ["codec can't decode", "Insufficient precision", "unusually large # of unused bits", "No NumPy equivalent",
            "free space", "temporary file space", "ring type mismatch", "filter returned failure",
            "has no attribute 'encode'", "NumPy dtype descriptor", "H5Tget_ebias"]
# What libhdf5 takes and assay reports, with the reason.
STRICTER = {
    "h5.structure.invalid: data lies beyond the end of the file": "data is only read when it is asked for",
    "h5.structure.invalid: the same bytes belong to two": "nobody looks at where things lie",
    "h5.structure.invalid: a chunk of another size": "a chunk that no filter packs has the size that it has to have",
    "h5.structure.invalid: names of a group out of order": "names are listed, not looked up",
    "h5.structure.invalid: a dataset is larger than": "data is only read when it is asked for",
    "h5.structure.invalid: more chunks than": "chunks outside of the shape are passed over",
    "h5.structure.invalid: an attribute's name": "the name ends where its first zero is",
    "h5.structure.invalid: the neighbours of a tree's node": "trees are walked one way only",
    "h5.structure.invalid: a structure's checksum is wrong": "the index by the order of creation is not asked for",
    "h5.structure.invalid: a block's checksum is wrong": "the index by the order of creation is not asked for",
    "h5.structure.invalid: an array type whose size": "the size is computed anew",
    "h5.structure.invalid: a number whose bits": "types are decoded when they are asked for",
    "h5.structure.invalid: a text in unknown characters": "the numbers are kept for later characters",
    "h5.structure.invalid: a dataset lacks": "what is missing is not asked for when the dataset is opened",
    "h5.structure.invalid: a fill value": "fill values are decoded when they are asked for",
    "h5.structure.invalid: chunks that do not fit": "the layout is only used when data is read",
    "h5.structure.invalid: two values of a heap": "a heap is searched, not read as a whole",
    "h5.structure.invalid: a value is longer than its heap": "a heap is only read when a value is asked for",
    "h5.structure.invalid: a string is not in its heap": "a heap is only read when a value is asked for",
    "h5.structure.invalid: a string lies beyond": "a heap is only read when a value is asked for",
    "h5.structure.invalid: no heap of strings": "a heap is only read when a value is asked for",
    "h5.structure.invalid: a heap of strings": "a heap is only read when a value is asked for",
    "h5.structure.invalid: a value has another length": "a heap is only read when a value is asked for",
    "h5.structure.invalid: a name that nobody finds": "keys of a tree are only read where a search comes by",
    "h5.structure.invalid: a name lies outside": "keys of a tree are only read where a search comes by",
    "h5.structure.invalid: free room lies outside": "only writers need free room",
    "h5.structure.invalid: a structure is another one": "what only writers need, and indexes by the order of creation",
    "h5.structure.invalid: a shape of unknown": "of two shapes the first one counts",
    "h5.structure.invalid: a type without size": "types are decoded when they are asked for",
    "h5.structure.invalid: a filter is not told": "filters are only needed when data is read",
    "h5.structure.invalid: a chunk does not unpack": "data is only read up to a size",
    "h5.link.": "links are listed, not followed",
    "h5.filter.unknown": "filters are only needed when data is read",
    "h5.dataset.shape_bomb": "memory is only needed when data is read",
}


def scan(folder):
    done = subprocess.run([ASSAY, "scan", "-q", "-o", "json", folder], capture_output=True, timeout=300)
    said = collections.defaultdict(list)
    for record in json.loads(done.stdout)["records"]:
        name = record["path"].split("!")[0]
        said[name] += [f"{finding['rule']}: {finding['detail']}" for finding in record["findings"]]
        if record["coverage"] != "full":
            said[name].append(record["coverage"])
    return said


class Hdf5(unittest.TestCase):
    def test_what_h5py_refuses_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([PYTHON, "-B", os.path.join(HERE, "hdf5_oracle.py"), folder, str(SEED), str(COUNT),
                            *(os.path.join(CASES, name) for name in FILES)], check=True, timeout=500)
            with open(os.path.join(folder, "verdicts.json")) as file:
                verdicts = json.load(file)
            os.remove(os.path.join(folder, "verdicts.json"))
            said = scan(folder)
        missed = [f"{name} ({verdict['done']}): {verdict['says']}" for name, verdict in verdicts.items()
                  if verdict["says"] and not said[name] and not any(known in verdict["says"] for known in NOT_OURS)]
        refused = sum(1 for verdict in verdicts.values() if verdict["says"])
        self.maxDiff = None
        self.assertGreater(refused, COUNT // 5, "the damage does too little")
        self.assertEqual(missed, [], "\n".join(missed))
        over = [f"{name} ({verdict['done']}): {what}" for name, verdict in verdicts.items() if not verdict["says"]
                for what in said[name] if "." in what and not any(map(what.startswith, STRICTER))]
        self.assertEqual(over, [], "\n".join(over))


if __name__ == "__main__":
    found = os.path.exists(PYTHON) and subprocess.run([PYTHON, "-c", "import h5py"], capture_output=True)
    if not found or found.returncode != 0:
        print(f"SKIP: {PYTHON} has no h5py; `make peers` installs it")
        sys.exit(77)
    unittest.main()
