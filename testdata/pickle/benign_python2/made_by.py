# coding: utf-8
# Wrote the files in input/ (run it there). No test runs it.
# Python 2.7.18
import cPickle, collections, datetime, decimal

def save(what, value, protocols=(0, 1, 2)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            cPickle.dump(value, file, protocol)

class Old:
    pass

class New(object):
    pass

Old.__module__ = New.__module__ = "acme_models.old"
import sys, types
module = types.ModuleType("acme_models.old")
module.Old, module.New = Old, New
sys.modules["acme_models"], sys.modules["acme_models.old"] = types.ModuleType("acme_models"), module
save("plain", [1, 2L ** 70, u"\u00e9 \\ \n", "bytes \\ \xff 'quoted'", 1.5, None, True, (1, 2), {"a": [set([1])]}, xrange(3)])
save("stdlib", [collections.OrderedDict(a=1), collections.defaultdict(int), datetime.date(2011, 1, 1), decimal.Decimal("2.5"), ValueError("x"), IOError(2, "m")])
old, new = Old(), New()
old.x, new.y = 1, 2
save("objects", [old, new])
