"""`assay inspect` against CPython's unpickler, over generated pickles and those of the test data.

Whatever the oracle saw a pickle do, ours must tell: each global, call, state and item, at its
opcode, and how the pickle ended. Ours may tell more. Where they differ, the pickle is made as small
as it can be and printed with its seed.

Budget: ASSAY_PICKLES pickles (2000), 0 for no end; ASSAY_PICKLE_SEED says where to begin (else a
fixed place).
"""
import _compat_pickle
import bz2
import collections
import gzip
import io
import json
import lzma
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import generate
import oracle

ASSAY = os.environ.get("ASSAY", "")
TESTDATA = os.path.join(os.environ.get("ASSAY_SOURCE", os.path.join(HERE, "..", "..")), "testdata")
BUDGET = int(os.environ.get("ASSAY_PICKLES", "2000"))
FIRST = int(os.environ.get("ASSAY_PICKLE_SEED", "1"))
BATCH = 250
FAKE = [sys.executable, "-B", os.path.join(HERE, "fake_assay.py")]

# Faults that follow from the type or the value of an object, and not from the stack. An abstract
# machine may go on, and so shows more; that is the safe side. Each with its reason.
VALUE_FAULTS = [
    ("TypeError", r"unhashable type", "a list as a key: containers are not followed that far"),
    ("TypeError", r"is not callable|argument list must be a tuple|argument after \* must",
     "what is called is no callable"),
    ("TypeError",
     r"does not support item assignment|indices must be integers|be interpreted as an integer",
     "items of something that has none"),
    ("TypeError", r"keywords must be strings", "arguments by name whose names are no text"),
    ("TypeError", r"cannot modify read-only memory|bytes-like object is required|memoryview",
     "a buffer of something else"),
    ("TypeError",
     r"can't concat|can assign only|is not iterable|an integer is required|expected iterable",
     "items of a bytearray"),
    ("ValueError", r"byte must be in range", "items of a bytearray"),
    ("IndexError", r"index out of range|cannot fit '.*' into an index",
     "an item of a list that it does not have"),
    ("AttributeError", r"has no attribute", "items or state of an object that takes none"),
    ("UnpicklingError", r"state is not a dictionary|slot state is not",
     "state of a built-in object"),
    ("UnpicklingError",
     r"class argument must be a type|expected an arg tuple|args? argument must be",
     "NEWOBJ of something that is no class"),
    ("UnpicklingError", r"STACK_GLOBAL requires str", "a computed name might be text"),
    ("UnpicklingError", r"out-of-band data", "the loader may give buffers"),
    ("ValueError", r"unregistered extension code", "the registry is the loader's"),
    ("UnpicklingError", r"list items|'list' expected", "items that are no list"),
]

# What a class of these makes is a container like a built-in one: items call nothing of anybody's.
CONTAINERS = {
    "collections": None,
    "builtins": {"list", "dict", "set", "bytearray", "frozenset"},
    "__builtin__": {"list", "dict", "set", "bytearray", "frozenset"}
}


def is_container(module, name):
    names = CONTAINERS.get(module, ())
    return names is None or name in names


def spellings(module, name):
    """A global may be told as written or as Python 3 calls it."""
    mapped = _compat_pickle.NAME_MAPPING.get((module, name))
    return {(module, name), mapped or (_compat_pickle.IMPORT_MAPPING.get(module, module), name)}


def plain(text):
    """Names are compared where their spelling is beyond doubt."""
    return all(" " <= char <= "~" for char in text)


def same(expected, told):
    offset, event, module, name = expected
    if (told["offset"], told["event"]) != (offset, event):
        return False
    if event == "persid" or not plain(module + name) or module == oracle.EXTENSION_MODULE:
        return True
    if module == "assay_extension" or not module and not name:
        return True  # what is called or changed is no global: how it is described is free
    if event in ("build", "set") and not told.get("module"):
        return True
    return (told.get("module", ""), told.get("name", "")) in spellings(module, name)


def value_fault(truth):
    return any(truth["kind"] == kind and re.search(pattern, truth["message"])
               for kind, pattern, _ in VALUE_FAULTS)


def missing_events(truth, told):
    """The oracle's events that ours does not tell, in order."""
    rest, missing, first = list(told), [], 0
    for expected in truth:
        while first < len(rest) and rest[first] is None:
            first += 1
        for index in range(first, len(rest)):
            event = rest[index]
            if event and (same(expected, event) or expected[1] == "global" and event[
                    "event"] == "ext" and event["offset"] == expected[0]):
                # A call at the same opcode may be told before or after what it needs.
                rest[index] = None
                break
        else:
            if not (expected[1] == "set" and is_container(*expected[2:])):
                missing.append(expected)
    return missing


NOT_TAKEN = "not taken for a pickle, and yet clean"


def can_import(events):
    """Whether the first name is one that a module can have: any other ends the pickle right there."""
    names = [module + "." + name for _, event, module, name in events if event == "global"]
    return not names or all(part.isidentifier() for part in names[0].split("."))


def up_to_the_array(events):
    """Behind the state of a wrapper joblib reads an array, where the unpickler reads instructions: from there on
    the two are told apart, and the second is told only where it matters."""
    for index, event in enumerate(events):
        if event[1] == "build" and event[3].endswith("ArrayWrapper"):
            return events[:index + 1]
    return events


def difference(truth, told, to_the_end=True):
    """What is wrong with `told` about one file, in words, or nothing."""
    if "failed" in told:
        return f"inspect failed: {told['failed']}"
    if not truth["pickles"]:
        return ""
    # Pickles that were found in the values of others have a place of their own.
    answers = [one for one in told.get("pickles", []) if "!" not in one.get("path", "")]
    first = truth["pickles"][0]
    if not answers and first["offset"] == 0:
        return NOT_TAKEN
    if not answers or answers[0]["offset"] != first["offset"]:
        return "no pickle is told at its beginning"
    events = [event for answer in answers for event in answer["events"] if "event" in event]
    for pickle in truth["pickles"]:
        calls = any(event[1] in ("call", "build", "set") for event in pickle["events"])
        if pickle is not first and not (calls and can_import(pickle["events"])):
            continue  # what follows a pickle and calls nothing may be taken for something else
        expected = pickle["events"] if to_the_end else up_to_the_array(pickle["events"])
        missing = missing_events(expected, events)
        if missing:
            return f"not told: {missing[0]} (pickle at {pickle['offset']})"
    if not to_the_end:
        return ""
    offsets = [event["offset"] for event in answers[0]["events"] if "event" in event]
    if offsets != sorted(offsets):
        return "the events are not in order"
    return wrong_end(first, answers[0])


def wrong_end(truth, told):
    if truth["outcome"] == "gave_up":
        return ""
    if truth["outcome"] == "stop":
        if (told["outcome"], told["end"]) != ("stop", truth["end"]):
            return (f"stops at {truth['end']}, told: {told['outcome']} {told.get('fault', '')!r} "
                    f"at {told['end']}")
        return ""
    reason = f"faults at {truth['at']}: {truth['kind']}: {truth['message']}"
    if value_fault(truth):
        return ""
    if told["outcome"] == "stop":
        return f"{reason}; told: stop at {told['end']}"
    if told.get("fault_offset") != truth["at"]:
        return (f"{reason}; told: {told['outcome']} {told.get('fault', '')!r} "
                f"at {told.get('fault_offset')}")
    return ""


class Bench:
    """The oracle and a command to compare with it."""
    def __init__(self, command, folder):
        self.command, self.folder, self.oracle = command, folder, oracle.Oracle()
        self.asked = self.gave_up = 0

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def inspect(self, paths):
        """What is told of these files; nothing where the command fails."""
        done = subprocess.run([*self.command, "inspect", "--as-pickle", "-o", "jsonl", *paths],
                              capture_output=True, timeout=300)
        lines = done.stdout.splitlines()
        if len(lines) != len(paths) or done.returncode < 0:
            self.failure = f"exit {done.returncode}, {len(lines)} lines, {done.stderr[-300:]!r}"
            return None
        try:
            return [json.loads(line) for line in lines]
        except ValueError as error:
            self.failure = f"no JSON: {error}"
            return None

    def told(self, paths):
        """What is told of each file. Where that fails, the file is found on which it does."""
        answers = self.inspect(paths)
        if answers is None and len(paths) == 1:
            return [{"failed": self.failure}]
        if answers is None:
            middle = len(paths) // 2
            return self.told(paths[:middle]) + self.told(paths[middle:])
        return answers

    def differences(self, paths, to_the_end=True):
        """(path, what is wrong) for each file where something is; with or without how it ends."""
        wrong = []
        for path, told in zip(paths, self.told(paths)):
            truth = self.oracle.ask(path)
            self.asked += 1
            if truth is None or any(one["outcome"] == "gave_up" for one in truth["pickles"]):
                self.gave_up += 1
            problem = difference(truth, told, to_the_end) if truth else ""
            if problem == NOT_TAKEN and self.scan_fails(path):
                problem = ""
            if problem:
                wrong.append((path, problem))
        return wrong

    def scan_fails(self, path):
        """Without a magic it may not be known for a pickle; then it must not be clean either."""
        return subprocess.run([*self.command, "scan", "-q", path], capture_output=True,
                              timeout=60).returncode in (1, 2)

    def problem(self, data):
        """What is wrong about these bytes, without the numbers in it."""
        wrong = self.differences([self.write("smaller.pkl", data)]) if data else []
        return re.sub(r"\d+|'.*'|\".*\"", "", wrong[0][1]) if wrong else ""

    def minimised(self, data, tries=300):
        """Leaves out what the difference does not need."""
        step, end, same_as = max(1, len(data) // 2), time.monotonic() + 30, self.problem(data)
        while step and tries > 0 and time.monotonic() < end:
            place, shrunk = 0, False
            while place < len(data) and tries > 0:
                candidate = data[:place] + data[place + step:]
                tries -= 1
                if self.problem(candidate) == same_as:
                    data, shrunk = candidate, True
                else:
                    place += step
            step = step if shrunk and step == 1 else step // 2
        return data

    def explained(self, what, path, problem):
        with open(path, "rb") as file:
            small = self.minimised(file.read())
        again = self.differences([self.write("smallest.pkl", small)])
        words = again[0][1] if again else problem
        return f"{what}: {words}\n  hex {small[:2000].hex()}\n  {small[:200]!r}"

    def close(self):
        self.oracle.close()


def compare_generated(command, first, count, most=5, shrink=True):
    """Compares `count` generated pickles, or never ends. What differs, and the Bench."""
    real, reports, seed = generate.samples(TESTDATA), [], first
    with tempfile.TemporaryDirectory(prefix="assay-pickles-") as folder:
        bench = Bench(command, folder)
        try:
            while (not count or seed < first + count) and len(reports) < most:
                seeds = range(seed, seed + BATCH if not count else min(seed + BATCH, first + count))
                paths = [
                    bench.write(f"{one % BATCH}.pkl", generate.generate(one, real)) for one in seeds
                ]
                for path, problem in bench.differences(paths)[:most - len(reports)]:
                    which = seeds[paths.index(path)]
                    what = f"seed {which} (ASSAY_PICKLE_SEED={which} ASSAY_PICKLES=1)"
                    reports.append(bench.explained(what, path, problem) if shrink else what)
                seed = seeds[-1] + 1
        finally:
            bench.close()
    return reports, bench


def seen_otherwise(readings):
    """Whether one of the other ways of reading does something that the C unpickler does not."""
    if not readings or "memory" not in readings:
        return False
    return any(event not in readings["memory"] for way in ("file", "python")
               for event in readings[way])


# From these no unpickler comes back.
ENDLESS = {"visits_without_end"}


def recipes():
    """The folders of the test data whose files come from a recipe."""
    root = os.path.join(TESTDATA, "pickle")
    for name in sorted(os.listdir(root)) if os.path.isdir(root) else []:
        if name not in ENDLESS and os.path.exists(os.path.join(root, name, "recipe.py")):
            yield name, os.path.join(root, name, "recipe.py")


LARGEST = 4 << 20  # the recipes' own; what is larger is noise around something small


def pickle_files(folder, largest=LARGEST):
    for base, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            path = os.path.join(base, name)
            if not os.path.islink(path) and 0 < os.path.getsize(path) <= largest:
                yield path


# The formats that hold pickles, by the folders of the test data.
CARRIERS = ("torch", "joblib", "npy", "npz", "skops")
# About what joblib reads otherwise than the unpickler.
OF_JOBLIB_ALONE = {"frame_cursors", "frame_trap"}
UNPACKERS = ((b"\x1f\x8b", gzip.decompress), (b"BZh", bz2.decompress), (b"\xfd7zXZ", lzma.decompress),
             (b"\x5d\0\0", lzma.decompress), (b"x", zlib.decompress))


def objects_of_npy(data):
    """What follows the header of an array of objects."""
    wide = data[6:7] != b"\1"
    length = int.from_bytes(data[8:12 if wide else 10], "little")
    start = (12 if wide else 10) + length
    return data[start:] if b"O" in data[:start].split(b"descr")[-1].split(b"fortran")[0] else b""


def inner_pickles(data, most=1 << 20):
    """The bytes of each pickle that a file carries, and whether it is told to its end: joblib's own
    reader steps over arrays that the unpickler stumbles over."""
    if len(data) > most:
        return
    if data.startswith(b"\x93NUMPY"):
        yield objects_of_npy(data), True
    elif data.startswith(b"PK") and zipfile.is_zipfile(io.BytesIO(data)):
        yield from pickles_of_zip(data, most)
    else:
        for magic, unpack in UNPACKERS:
            try:
                data = unpack(data) if data.startswith(magic) else data
            except (OSError, EOFError, zlib.error, lzma.LZMAError):
                return
        yield data, False


def pickles_of_zip(data, most):
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                inner = archive.read(member) if member.file_size <= most else b""
                if member.filename.endswith((".pkl", ".pickle", ".debug_pkl")):
                    yield inner, True
                elif member.filename.endswith(".npy"):
                    yield from inner_pickles(inner)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error, ValueError):
        return  # an archive that Python does not read has no pickle to compare


class Differential(unittest.TestCase):
    def test_generated(self):
        print(f"seeds from {FIRST}, {BUDGET or 'no end of'} pickles", file=sys.stderr)
        reports, bench = compare_generated([ASSAY], FIRST, BUDGET)
        self.assertFalse(reports, "\n" + "\n".join(reports))
        self.assertLess(bench.gave_up, bench.asked / 20 + 5,
                        "the oracle gave up too often to prove anything")

    def test_what_libraries_write(self):
        paths = [
            path for path in pickle_files(os.path.join(TESTDATA, "pickle")) if path.endswith(".pkl")
        ]
        self.assertGreater(len(paths), 100, "the test data is gone")
        self.check(paths)

    def test_hostile(self):
        for name, recipe in recipes():
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                environment = dict(os.environ, PYTHONPATH=HERE)
                subprocess.run([sys.executable, "-B", recipe],
                               cwd=folder,
                               check=True,
                               timeout=60,
                               env=environment)
                self.check(
                    [path for path in pickle_files(folder) if path.endswith((".pkl", ".bin"))])

    def test_carried(self):
        """The pickles inside of archives and arrays, and joblib's and torch's own streams."""
        for form in CARRIERS:
            with tempfile.TemporaryDirectory() as folder:
                whole, parts = self.carried(form, folder)
                print(f"{form}: {len(whole)} pickles, {len(parts)} streams", file=sys.stderr)
                with self.subTest(form):
                    self.check(whole)
                    self.check(parts, to_the_end=False)
                    arrays = self.pickles_of_arrays(parts, folder)
                    print(f"{form}: {len(arrays)} pickles of arrays", file=sys.stderr)
                    self.check(arrays, to_the_end=False)

    def pickles_of_arrays(self, streams, folder):
        """Where joblib starts an unpickler of its own, for an array of objects; as files."""
        paths = []
        told = Bench([ASSAY], folder).told(streams) if streams else []
        for path, one in zip(streams, told):
            with open(path, "rb") as file:
                data = file.read()
            for pickle in one.get("pickles", []):
                if pickle["offset"] > 0 and "!" not in pickle["path"]:
                    paths.append(f"{path}_{pickle['offset']}.pkl")
                    with open(paths[-1], "wb") as file:
                        file.write(data[pickle["offset"]:])
        return paths

    def carried(self, form, folder):
        """Paths of pickles that are compared as a whole, and of those whose events alone are."""
        root, paths = os.path.join(TESTDATA, form), ([], [])
        for name in sorted(os.listdir(root)) if os.path.isdir(root) else []:
            if name in OF_JOBLIB_ALONE:
                continue
            with tempfile.TemporaryDirectory() as made:
                recipe = os.path.join(root, name, "recipe.py")
                if os.path.exists(recipe):
                    subprocess.run([sys.executable, "-B", recipe], cwd=made, check=True, timeout=60,
                                   env=dict(os.environ, PYTHONPATH=HERE))
                for path in [*pickle_files(made, LARGEST), *pickle_files(os.path.join(root, name, "input"), LARGEST)]:
                    with open(path, "rb") as file:
                        inner = list(inner_pickles(file.read()))
                    for data, whole in inner:
                        kept = paths[0 if whole else 1]
                        out = os.path.join(folder, f"{name}_{len(paths[0]) + len(paths[1])}_{os.path.basename(path)}.pkl")
                        with open(out, "wb") as file:
                            file.write(data)
                        if data:
                            kept.append(out)
        return paths

    def test_readings_that_differ(self):
        """What another unpickler does, and the C unpickler in memory does not, is never clean."""
        real = generate.samples(TESTDATA)
        with tempfile.TemporaryDirectory(prefix="assay-readings-") as folder, oracle.Oracle(
                sys.executable, "--readings") as readers:
            kept = 0
            for seed in range(FIRST, FIRST + 600):
                path = os.path.join(folder, f"{seed}.pkl")
                with open(path, "wb") as file:
                    file.write(generate.generate(seed, real))
                if seen_otherwise(readers.ask(path)):
                    kept += 1
                else:
                    os.remove(path)
            self.assertGreater(kept, 10, "the generator makes none any more")
            done = subprocess.run([ASSAY, "scan", "-q", "-o", "json", "."],
                                  cwd=folder,
                                  capture_output=True,
                                  timeout=120)
            self.assertGreaterEqual(done.returncode, 0, "scan crashed")
            records = json.loads(done.stdout)["records"]
            self.assertEqual(len(records), kept)
            clean = [
                record["path"] for record in records
                if not record["findings"] and record["coverage"] == "full"
            ]
            self.assertEqual(clean, [], "seeds that are read differently and told to be clean")

    def check(self, paths, to_the_end=True):
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench([ASSAY], folder)
            try:
                wrong = bench.differences(paths, to_the_end) if paths else []
                shown = [bench.explained(path, path, problem) for path, problem in wrong[:5]]
            finally:
                bench.close()
        self.assertFalse(shown, f"{len(wrong)} files\n" + "\n".join(shown))


class DifferentialItself(unittest.TestCase):
    """The test must fail when `assay inspect` is wrong: here it is a fake with one lie, or none."""
    def reports(self, how, count=250):
        return compare_generated([*FAKE, how], 1, count, most=1, shrink=False)[0]

    def test_truth_passes(self):
        self.assertEqual(self.reports("truth"), [])

    def test_each_lie_is_found(self):
        for how in ("no_last_call", "no_first_global", "no_build", "no_set", "no_persid",
                    "wrong_name", "wrong_offset", "wrong_end", "stop_for_fault", "fault_for_stop",
                    "first_pickle_only", "nothing"):
            with self.subTest(how):
                reports = self.reports(how)
                self.assertTrue(reports, f"{how} went unseen")
                self.assertIn("ASSAY_PICKLE_SEED=", reports[0])

    def test_minimised(self):
        """What is left of a long pickle is what the lie is about."""
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench([*FAKE, "no_last_call"], folder)
            try:
                padding = b"".join(b"K\x01" for _ in range(40)) + b"0" * 40
                whole = padding + b"cos\nsystem\n)R0" + padding + b"N."
                small = bench.minimised(whole)
                self.assertLess(len(small), 25)
                self.assertTrue(bench.differences([bench.write("small", small)]))
            finally:
                bench.close()

    def test_oracle_reads_as_loads_does(self):
        """The file object that tells opcodes apart changes nothing of what happens."""
        real = generate.samples(TESTDATA)
        with tempfile.TemporaryDirectory() as folder, oracle.Oracle() as exact, \
                oracle.Oracle(sys.executable, "--readings") as readers:
            path, compared = os.path.join(folder, "one"), 0
            for seed in range(1, 500):
                with open(path, "wb") as file:
                    file.write(generate.generate(seed, real))
                truth, readings = exact.ask(path), readers.ask(path)
                if truth and truth["pickles"] and readings and "memory" in readings:
                    # Without offsets, items that follow each other cannot be told apart.
                    one = [
                        event[1:] for event in truth["pickles"][0]["events"] if event[1] != "set"
                    ]
                    self.assertEqual(one,
                                     [event for event in readings["memory"] if event[0] != "set"],
                                     f"seed {seed}")
                    compared += 1
            self.assertGreater(compared, 450)

    def test_generator_uses_every_opcode(self):
        real, seen, outcomes = generate.samples(
            TESTDATA), collections.Counter(), collections.Counter()
        for seed in range(1, 1500):
            program = generate.generate(seed, real)
            starts = generate.op_starts(program)
            seen.update(program[start:start + 1] for start in starts)
        missing = [
            op.name for op in generate.pickletools.opcodes if not seen[op.code.encode("latin-1")]
        ]
        self.assertEqual(missing, [])


if __name__ == "__main__":
    unittest.main(warnings="ignore")  # pickletools evaluates odd escapes
