# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1
import pickle

def save(what, value, protocols=(0, 2, 4, 5)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            pickle.dump(value, file, protocol)

shared = [1, 2]
shared.append(shared)
save("plain", {"none": None, "bools": (True, False), "ints": [0, -1, 255, 65536, 2**31, -2**63, 10**40],
               "floats": [0.5, float("inf"), float("nan")], "complex": 1 - 2j, "text": "na\u00efve \U0001f600\n",
               "bytes": b"\x00\xff" * 9, "sets": [{1, 2}, frozenset({"a"})], "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)],
               "range": range(3), "slice": slice(1, 2), "bytearray": bytearray(b"xyz"), "shared": shared,
               "long text": "a" * 300, "ellipsis": ..., "not implemented": NotImplemented})
save("types", [int, str, list, dict, type(None), object, len, print.__class__])
save("none", None, (0, 1, 2, 3, 4, 5))
