"""What CPython's own unpickler does with a pickle, told by the C unpickler itself and harmlessly.

Every global resolves to an inert class: it can be called, instantiated, given state and items, and
does nothing but write down that it was. So the stream decides alone how far it goes, and what is
told is what a real loader would have been made to do.

The C unpickler reads through a file object of ours that has no peek(): it asks for one opcode, then
for its operand, and so the offset of the opcode is known at every event, and the exact end at STOP.
Only FRAME reads ahead; its length is checked as it would be and then shown to it as zero, which is
how a pickle is read from memory (pickle.loads), where frames are only checked.

As a script: paths on standard input, one line of JSON for each on standard output. `Oracle` starts
that as a child with limits on memory and time; where CPython itself crashes, the oracle gave up.
"""
import _pickle
import copyreg
import gc
import io
import json
import pickle
import resource
import signal
import subprocess
import sys

SECONDS = 2
MEMORY = 2 << 30
EXTENSIONS = 70000  # codes 1 to here are registered
EXTENSION_MODULE = "assay_extension"

# What the C unpickler reads after an opcode: nothing or lines, a fixed operand, a length and as
# many bytes, a frame.
_FIXED, _SIZED, _FRAME = 1, 2, 3
_READS = [0] * 256
for _code in b"KMJGhjqr\x80\x82\x83\x84":
    _READS[_code] = _FIXED
for _code in b"UCTBX\x8a\x8b\x8c\x8d\x8e\x96":
    _READS[_code] = _SIZED
_READS[0x95] = _FRAME


class GaveUp(BaseException):
    """The time is over."""


class ExactFile:
    """A file that knows at which opcode its reader is."""

    def __init__(self, data, start=0):
        self.data, self.pos, self.at, self.state = data, start, start, 0

    def read(self, size):
        begin = self.pos
        out = self.data[begin:begin + size]
        self.pos = begin + len(out)
        if self.state == 0:
            self.at = begin
            self.state = _READS[out[0]] if out else 0
        elif self.state == _SIZED:
            self.state = _FIXED if any(out) else 0
        elif self.state == _FRAME:
            self.state = 0
            if int.from_bytes(out, "little") <= len(self.data) - self.pos:
                return bytes(len(out))
            self.state = _FIXED  # it will ask for the frame, in vain
        else:
            self.state = 0
        return out

    def readline(self):
        end = self.data.find(b"\n", self.pos) + 1 or len(self.data)
        out = self.data[self.pos:end]
        self.pos = end
        return out


class MemoryFile(io.BytesIO):
    """A file that shows all it has: the C unpickler reads it as it reads bytes in memory."""
    at = 0

    def peek(self, _):
        begin = self.tell()
        out = self.read()
        self.seek(begin)
        return out


class PlainFile(io.BytesIO):
    """A file without peek(): frames are read whole, and what is left of them may be dropped."""
    at = 0


class Inert(type):
    """Classes that stand for whatever a pickle asks for; each is also its own instance."""

    def __call__(*given, **_):
        return given[0]._log.called(given[0])

    def __setstate__(cls, _):
        cls._log.note("build", cls)

    def extend(cls, _):
        cls._log.note("set", cls)

    append = add = extend

    def __setitem__(cls, _, __):
        cls._log.note("set", cls)


def _new(*given, **_):
    return given[0]._log.called(given[0])


class Log:
    """The events of one pickle, in order."""

    def __init__(self, file):
        self.file, self.events, self.last = file, [], None

    def inert(self, origin, is_global):
        # In older Pythons the class would keep its namespace's functions as they are; __new__ is
        # a static method wherever it is defined.
        return Inert("inert", (), {"__new__": _new, "_log": self, "_origin": origin,
                                   "_global": is_global})

    def note(self, event, thing):
        """Several items given to one object by one opcode are one event."""
        origin = thing._origin or ("", "")
        entry = (self.file.at, event, *origin)
        if event == "set" and entry == self.last:
            return
        self.last = entry
        self.events.append(entry)

    def called(self, thing):
        origin = thing._origin if thing._global else None
        self.last = None
        self.events.append((self.file.at, "call", *(origin or ("", ""))))
        return self.inert(origin, False)

    def resolved(self, module, name):
        self.last = None
        self.events.append((self.file.at, "global", module, name))
        return self.inert((module, name), True)

    def persistent(self):
        self.last = None
        self.events.append((self.file.at, "persid", "", ""))
        return self.inert(None, False)


def unpickler_of(base):
    class Unpickler(base):
        def __init__(self, file, log):
            # Loaders choose how the strings of Python 2 are read; this way none of them faults.
            super().__init__(file, encoding="latin1")
            self.log = log

        def find_class(self, module, name):
            return self.log.resolved(module, name)

        def persistent_load(self, _):
            return self.log.persistent()

    return Unpickler


C_UNPICKLER = unpickler_of(_pickle.Unpickler)
PYTHON_UNPICKLER = unpickler_of(pickle._Unpickler)


def kind_of(error):
    return type(error).__name__


def run(file, reader=C_UNPICKLER):
    """Loads one pickle. What happened: events (offset, event, module, name), outcome and end."""
    log = Log(file)
    getattr(copyreg, "_extension_cache").clear()
    gave_up, error = False, None
    try:
        reader(file, log).load()
    except (MemoryError, GaveUp, RecursionError) as reason:
        gave_up, error = True, reason
    except Exception as reason:
        error = reason
    told = {"events": log.events, "outcome": "stop", "kind": "", "message": "", "at": file.at,
            "end": file.pos if isinstance(file, ExactFile) else file.tell()}
    if error is not None:
        told["outcome"] = "gave_up" if gave_up else "fault"
        told["kind"] = kind_of(error)
        told["message"] = str(error)[:200]
        error = None
    return told


def register_extensions():
    registry = copyreg._inverted_registry
    for code in range(1, EXTENSIONS):
        registry[code] = (EXTENSION_MODULE, "code%d" % code)


def tell(data):
    """All pickles of these bytes, one behind the other until one does not end."""
    pickles, start = [], 0
    while start < len(data) and len(pickles) < 50:
        one = run(ExactFile(data, start))
        one["offset"] = start
        pickles.append(one)
        if one["outcome"] != "stop":
            break
        start = one["end"]
    return {"pickles": pickles}


def readings(data):
    """What else may be made of the same bytes: the names that each way of reading resolves.

    Real files lead the C unpickler to keep frames apart, and the unpickler that is written in
    Python always does; a stream that is read differently from memory is a trap for scanners."""
    def names(told):
        return [list(event[1:]) for event in told["events"]]

    return {"memory": names(run(MemoryFile(data))),
            "file": names(run(PlainFile(data))),
            "python": names(run(PlainFile(data), PYTHON_UNPICKLER))}


def limit_self():
    """Once for a process that is going to load hostile pickles."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)

    def over(*_):
        raise GaveUp("time")

    signal.signal(signal.SIGALRM, over)
    register_extensions()
    if hasattr(gc, "freeze"):
        gc.freeze()


def limited(what, data):
    """what(data), within the time."""
    try:
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        told = what(data)
        signal.setitimer(signal.ITIMER_REAL, 0)
        return told
    except (GaveUp, MemoryError):
        return {"pickles": []}


def serve():
    limit_self()
    what = readings if sys.argv[1:] == ["--readings"] else tell
    for line in sys.stdin:
        with open(line.rstrip("\n"), "rb") as source:
            data = source.read()
        print(json.dumps(limited(what, data)), flush=True)


class Oracle:
    """Asks a child, which may crash: `ask` gives None for what it could not answer."""

    def __init__(self, python=sys.executable, *options):
        self.command = [python, "-B", __file__, *options]
        self.child = None
        self.crashes = 0

    def ask(self, path):
        if self.child is None:
            self.child = subprocess.Popen(self.command, stdin=subprocess.PIPE, text=True,
                                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            self.child.stdin.write(str(path) + "\n")
            self.child.stdin.flush()
            answer = self.child.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            self.crashes += 1
            self.close()
            return None
        return json.loads(answer)

    def close(self):
        child, self.child = self.child, None
        if child is not None:
            for stream in (child.stdin, child.stdout):
                try:
                    stream.close()
                except BrokenPipeError:
                    pass
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


if __name__ == "__main__":
    serve()
