# Wrote the files in input/ (run it there). No test runs it.
# Python 3.11.2
import collections, enum, functools, pickle, sys, types

package = types.ModuleType("acme_models.config")
sys.modules["acme_models"] = types.ModuleType("acme_models")
sys.modules[package.__name__] = package

def save(what, value, protocols=(0, 1, 2, 3, 4, 5)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            pickle.dump(value, file, protocol)

exec("""
import enum
class Outer:
    class Inner:
        pass
    class Mode(enum.Enum):
        FAST = 1
    class Failed(Exception):
        pass
def schedule(step):
    return step
""", package.__dict__)
save("nested", [package.Outer.Inner(), package.Outer.Mode.FAST, package.Outer.Failed("x")])
save("kept", [functools.partial(package.schedule, 1), collections.defaultdict(package.schedule)])
