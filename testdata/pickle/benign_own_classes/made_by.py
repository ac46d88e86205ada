# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1
import pickle

def save(what, value, protocols=(0, 2, 4, 5)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            pickle.dump(value, file, protocol)

import collections, dataclasses, enum, sys, types
package = types.ModuleType("acme_models.config")
sys.modules["acme_models"] = types.ModuleType("acme_models")
sys.modules[package.__name__] = package

def ours(kind):
    kind.__module__ = package.__name__
    kind.__qualname__ = kind.__name__
    setattr(package, kind.__name__, kind)
    return kind

@ours
class Color(enum.Enum):
    RED = 1

@ours
class Bits(enum.IntFlag):
    A = 1
    B = 2

@ours
@dataclasses.dataclass
class Config:
    layers: int = 3
    names: list = dataclasses.field(default_factory=list)

@ours
class Slots:
    __slots__ = ("a", "b")

@ours
class Plain:
    def __init__(self):
        self.weights = [1.0, 2.0]

@ours
class Words(list):
    pass

@ours
class Table(dict):
    pass

Point = ours(collections.namedtuple("Point", "x y"))
slots = Slots()
slots.a, slots.b = 1, [2]
save("objects", [Config(2, ["a"]), Plain(), Plain(), slots], (2, 4, 5))
save("plain", [Config(2, ["a"]), Plain()], (0, 1))
save("enums", [Color.RED, Bits.A | Bits.B])
save("tuples", Point(1, 2))
words = Words("ab")
words.note = "x"
save("containers", [words, Table(a=1)])
