# Wrote the files in input/ (run it there). No test runs it.
# Python 3.11.2
import pickle, sys, types

def save(what, value, protocols=(0, 2, 4, 5)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            pickle.dump(value, file, protocol)

import ast, calendar, datetime, difflib, http, inspect, operator, platform, signal, socket, textwrap, threading
import urllib.error, xml.etree.ElementTree, zipfile
save("signature", inspect.signature(str.join))
save("text", [str.lower, str.upper, str.split, str.strip, str.join, str.maketrans])
save("values", [bytes.decode, bytes.fromhex, dict.fromkeys, dict.get, float.fromhex, frozenset.union, int.from_bytes,
                set.union, tuple.count])
save("dates", [datetime.date.fromisoformat, datetime.datetime.fromisoformat, datetime.datetime.strptime,
               datetime.time.isoformat, datetime.timedelta.total_seconds])

# With arguments by name, a methodcaller is pickled as a call of a partial.
save("callers", [operator.methodcaller("mean", axis=1), operator.methodcaller("split", ",", maxsplit=2),
                 operator.methodcaller("astype", dtype=float)])
save("members", [http.HTTPStatus.OK, signal.SIGINT, signal.SIG_DFL, socket.AF_INET, socket.SOCK_STREAM])
save("parts", [textwrap.TextWrapper(), calendar.TextCalendar(), difflib.SequenceMatcher(None, "ab", "bc"),
               platform.uname_result("Linux", "host", "6", "#1", "x86_64"), threading.local])
save("error", urllib.error.URLError("x"))
save("syntax", ast.parse("a = b[1] + f(2, c=3)"))
save("tree", xml.etree.ElementTree.ElementTree(xml.etree.ElementTree.fromstring("<a b='c'>x<d/></a>")), (2, 4, 5))
save("archived", zipfile.ZipInfo("a"), (2, 4, 5))

# A program's own enumerations, which Python 3.11 reduces to getattr(class, member).
mine = sys.modules["trainer_settings"] = types.ModuleType("trainer_settings")
exec("""
import enum
class _Hidden(enum.Enum): RED = 1
class colour(enum.Enum): RED = 1
class Level(enum.IntEnum):
    LOW = 1
    _SPARE = 2
class Outer:
    class Mode(enum.Enum): FAST = 1
    class State: pass
class _Part: pass
""", mine.__dict__)
save("enums", [mine._Hidden.RED, mine.colour.RED, mine.Level._SPARE])
save("enum_inside", mine.Outer.Mode.FAST)
save("own_private", mine._Part())
save("own_inside", mine.Outer.State(), (4, 5))
