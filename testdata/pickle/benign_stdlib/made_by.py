# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1
import pickle

def save(what, value, protocols=(0, 2, 4, 5)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            pickle.dump(value, file, protocol)

import argparse, array, collections, datetime, decimal, fractions, functools, ipaddress, logging, operator, pathlib, random, re, uuid
save("time", [datetime.date(2024, 2, 29), datetime.time(1, 2, 3), datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc),
              datetime.timedelta(days=3, microseconds=1)])
save("numbers", [decimal.Decimal("1.50"), fractions.Fraction(1, 3)])
save("uuid", uuid.UUID(int=7))
save("paths", [pathlib.PurePosixPath("a/b"), pathlib.PosixPath("models"), pathlib.PureWindowsPath("c:/x")])
save("collections", [collections.OrderedDict(a=1, b=2), collections.defaultdict(list, {"a": [1]}), collections.defaultdict(int),
                     collections.Counter("hello"), collections.deque([1, 2], maxlen=4), collections.ChainMap({"a": 1})])
save("namespace", argparse.Namespace(lr=0.1, layers=[1, 2], name="run"))
save("functions", [functools.partial(int, base=2), operator.itemgetter(1, "a"), operator.attrgetter("shape", "dtype.name"),
                   operator.methodcaller("strip", " "), operator.add])
save("bound", ["abc".upper, {"a": 1}.get, [3].count])
save("errors", [ValueError("bad", 3), KeyError("k"), OSError(2, "missing", "f"), StopIteration()])
save("logger", logging.getLogger("training"))
save("regex", [re.compile("a+b", re.I), re.compile(b"\\d")])
save("random", random.Random(3).getstate())
save("array", array.array("d", [1.0, 2.0]))
save("net", ipaddress.ip_address("127.0.0.1"))
