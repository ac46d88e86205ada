"""Random pickles for the differential test: programs of every opcode, and mutations of real ones.

Everything follows from the seed. A program keeps a model of the stack, so that most of it runs;
now and then it does what the model forbids.
"""
import collections
import datetime
import decimal
import os
import pickle
import pickletools
import random
import struct

import pickle_asm as asm

NAMES = [("os", "system"), ("builtins", "eval"), ("__builtin__", "list"),
         ("copy_reg", "_reconstructor"), ("acme.models", "Net"), ("collections", "OrderedDict"),
         ("posix", "system"), ("a.b.c", "d.e"), ("commands", "getoutput"),
         ("numpy.core.multiarray", "_reconstruct"), ("os.path", "join"),
         ("builtins", "getattr.__call__"), ("m\u00f6dule", "n\u00e4me"), ("s p", "a'b"),
         ("exceptions", "ValueError"), ("cPickle", "loads"), ("torch._utils", "_rebuild_tensor_v2")]

ODD_NAMES = [("x", ""), ("", "y"), ("", ""), ("os\r", "system\r"), (" os", "system "),
             ("o\x00s", "system"), ("os", "\ud800")]

# Lines of the text opcodes: what the C unpickler takes and what it nearly takes.
INTS = [
    "0", "1", "00", "01", "-1", "+5", " 7", "7 ", " 1 ", "0x1f", "0X1F", "1_0", "1__0", "0b101",
    "0o17", "017", "09", "9" * 19, "-" + "9" * 19, "9" * 40, "9223372036854775807",
    "9223372036854775808", "", " ", "-", "1L", "1.0", "1e5", "0x", "\t12", "12\r", "1\x0012",
    "\u0661", "1,0", "_1", "1_", "000", "0_0", "- 1", "--1", "0x-1", "12\x0b"
]
LONGS = [
    "0L", "1L", "-1L", "12345678901234567890L", "5", "L", "1LL", "0x1fL", "1_0L", " 3L", "3 L",
    "3L ", "", "017L", "0b11L", "l", "3l", "00L", "-", "1.5L", "\t9L", "9L\r", "1\x00L"
]
FLOATS = [
    "0", "1.5", "-0.0", "nan", "inf", "-inf", "infinity", "NaN", "1e5", "1e999", ".5", "5.",
    "1_0.5", " 1.0", "1.0 ", "0x1p3", "", "abc", "+1", "1e", "1.5\r", "1\x00", "--1", "nan(1)",
    "-nan", "1,5", "1d5", "\t2"
]
STRINGS = [
    "'abc'", '"abc"', "''", '""', "'a\\'b'", "'\\x41\\n'", "'\\101'", "'\\x4'", "abc", "'abc",
    "abc'", "'", '"', "", "'a'b'", "'a\"b'", "'\\u0041'", "'\\N{DASH}'", "'os'", "'system'", " 'a'",
    "'a' ", "'a'\r", "'\u00e9'", "'\\", "'\\'", "'\\\\'", "'\\q'", "'a'\t ", "'a\x00b'", "'\\400'",
    "'\\x'", "'a''", "\"a'"
]
UNICODES = [
    "abc", "os", "system", "\\u0041", "\\U00000041", "\\U0001f600", "\\u004", "\\U00110000",
    "\\x41", "", "\\", "\\\\", "caf\u00e9", "\\ud800", "a\x00b", "a\rb", "\\\\u0041", "\\u",
    "\\N{DASH}", " x ", "\\u0o41", "\\\\\\u0041"
]
INDEXES = [
    "0", "1", "2", "255", "00", " 1", "1 ", "-1", "+1", "1_0", "0x1", "", "x", "1L",
    "99999999999999999999", "1\r", "\u0661", "65536"
]
PERSIDS = ["1", "", "abc", "\u00e9", "a b", "('storage',)"]
TEXTS = [
    "os", "system", "builtins", "eval", "a.b", "x", "", "\u00e9", "y" * 300, "__class__",
    "acme.models", "Net", "\ud800"
]

HASHABLE, CONTAINER, TUPLES, GLOBAL, RESULT, TEXT = "h", "c", "t", "g", "r", "s"


class Program:
    def __init__(self, rng):
        self.rng = rng
        self.out = bytearray()
        self.stack = []  # kinds; None is a mark
        self.memo = {}
        self.wild = rng.choice([0, 0, 0, 0, 0, 0.01, 0.05, 0.3])
        self.odd = rng.choice([0, 0, 0, 0.02, 0.1, 0.8])
        self.sparse = rng.random() < 0.2
        self.deep = rng.random() < 0.1
        self.version = rng.choice([0, 0, 1, 2, 2, 3, 4, 4, 4, 5, 5])

    def build(self):
        rng = self.rng
        if self.version >= 2 or rng.random() < 0.2:
            self.out += asm.proto(self.version)
        if rng.random() < self.wild / 3:
            self.out += asm.proto(rng.randrange(256))
        steps = int(rng.expovariate(1 / 40)) + 1
        for _ in range(steps):
            self.step()
        while None in self.stack and rng.random() < 0.97:
            self.close_mark()
        if not self.stack and rng.random() < 0.95:
            self.constant()
        if rng.random() < 0.95:
            self.out += asm.STOP
        if rng.random() < 0.1:
            self.out += rng.choice(
                [b"\0\0", b"junk", b".", b"N.", asm.EVIL + b".",
                 bytes(self.out[:200])])
        return frames(rng, bytes(self.out)) if self.version >= 4 or rng.random() < 0.05 else bytes(
            self.out)

    def push(self, kind, code):
        self.out += code
        self.stack.append(kind)

    def depth(self):
        """How many values lie above the topmost mark."""
        count = 0
        for kind in reversed(self.stack):
            if kind is None:
                break
            count += 1
        return count

    def step(self):
        rng = self.rng
        if rng.random() < self.wild:
            self.anything()
            return
        depth = self.depth()
        choices = [(self.constant, 5), (self.text, 3), (self.container, 3), (self.name, 4),
                   (self.mark, 6 if self.deep else 1.5)]
        if depth:
            choices += [(self.put, 3), (self.pop, 0.7), (self.dup, 0.7), (self.small_tuple, 2),
                        (self.persistent, 0.4)]
            if None in self.stack:
                choices += [(self.close_mark, 4)]
        if depth >= 2:
            choices += [(self.call, 6), (self.build_state, 3), (self.one_item, 2)]
        if self.memo:
            choices += [(self.get, 3)]
        choices += [(self.extension, 0.15), (self.persistent_line, 0.2)]
        functions, weights = zip(*choices)
        rng.choices(functions, weights)[0]()

    def anything(self):
        """An opcode that need not make sense here, its operand as it should be or not."""
        rng = self.rng
        opcode = rng.choice(pickletools.opcodes)
        self.out += opcode.code.encode("latin-1") + operand(rng, opcode)
        change = len(opcode.stack_after) - len(opcode.stack_before)
        for _ in range(-change):
            if self.stack:
                self.stack.pop()
        for _ in range(change):
            self.stack.append(HASHABLE)

    def line(self, odd, plain):
        rng = self.rng
        value = rng.choice(odd) if rng.random() < self.odd else plain
        return value.encode("utf-8", "surrogatepass") + b"\n"

    def constant(self):
        rng = self.rng
        which = rng.randrange(12)
        if which == 0:
            self.push(HASHABLE, b"I" + self.line(INTS, str(rng.randrange(-5, 100000))))
        elif which == 1:
            self.push(HASHABLE, b"L" + self.line(LONGS, "%dL" % rng.randrange(2**70)))
        elif which == 2:
            self.push(HASHABLE, b"F" + self.line(FLOATS, repr(rng.random())))
        elif which == 3:
            self.push(HASHABLE, rng.choice([asm.NONE, asm.TRUE, asm.FALSE, b"I00\n", b"I01\n"]))
        elif which == 4:
            size = rng.choice([0, 1, 8, 255])
            self.push(HASHABLE, b"\x8a" + bytes([size]) + rng.randbytes(size))
        elif which == 5:
            size = rng.choice([0, 1, 9, 300])
            self.push(HASHABLE, b"\x8b" + asm.u32(size) + rng.randbytes(size))
        elif which == 6:
            raw = rng.randbytes(rng.choice([0, 1, 30, 300]))
            self.push(
                HASHABLE,
                rng.choice([
                    b"C" + bytes([len(raw) % 256]) + raw[:len(raw) % 256],
                    asm.data(raw), b"\x8e" + asm.u64(len(raw)) + raw
                ]))
        elif which == 7:
            raw = rng.randbytes(rng.choice([0, 3, 400]))
            self.push(CONTAINER, b"\x96" + asm.u64(len(raw)) + raw)
            if rng.random() < 0.2:
                self.out += b"\x98"
        elif which == 8:
            self.push(HASHABLE, b"G" + struct.pack(">d", rng.random()))
        else:
            self.push(
                HASHABLE,
                asm.number(
                    rng.choice([0, 1, 2, 255, 256, 65535, 65536, -1, 2**40,
                                rng.randrange(1000)])))

    def text(self):
        rng = self.rng
        which = rng.randrange(7)
        value = rng.choice(TEXTS).encode("utf-8", "surrogatepass")
        if rng.random() < self.odd / 4:
            value = rng.choice(
                [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"ok\x80"])
        if which == 0:
            self.push(TEXT,
                      b"S" + self.line(STRINGS, "'%s'" % rng.choice(["os", "system", "a", "b.c"])))
        elif which == 1:
            self.push(TEXT, b"V" + self.line(UNICODES, rng.choice(["os", "system", "a", "b.c"])))
        elif which == 2:
            self.push(TEXT, b"T" + asm.u32(len(value)) + value)
        elif which == 3:
            self.push(TEXT, b"U" + bytes([min(len(value), 255)]) + value[:255])
        elif which == 4:
            self.push(TEXT, asm.short_text(value[:255]))
        else:
            self.push(TEXT, rng.choice([asm.text, asm.long_text])(value))

    def container(self):
        self.push(*self.rng.choice([(CONTAINER, b"]"), (CONTAINER,
                                                        b"}"), (CONTAINER,
                                                                b"\x8f"), (TUPLES,
                                                                           b")"), (TUPLES, b")")]))

    def name(self):
        rng = self.rng
        module, name = rng.choice(ODD_NAMES if rng.random() < self.odd / 4 else NAMES)
        if rng.random() < 0.5:
            self.push(GLOBAL, asm.glob(module, name))
        elif rng.random() < 0.2:
            self.mark()
            while rng.random() < 0.4:
                self.step()
            if None in self.stack and not (self.stack and self.stack[-1] is None
                                           and rng.random() < 0.1):
                self.cut_at_mark()
                self.push(RESULT, asm.inst(module, name)[1:])
        else:
            for value in (module, name):
                memoized = rng.random() < 0.3
                way = rng.choice([
                    asm.short_text, asm.text, asm.long_text,
                    lambda v: b"V" + v.encode("raw-unicode-escape") + b"\n",
                    lambda v: b"S" + ascii(v).encode() + b"\n"
                ])
                self.out += way(value)
                if memoized:
                    self.stack.append(TEXT)
                    self.put()
                    self.stack.pop()
            self.push(GLOBAL, asm.STACK_GLOBAL)

    def mark(self):
        self.push(None, asm.MARK)

    def cut_at_mark(self):
        """Takes what lies above the topmost mark, and the mark."""
        items = []
        while self.stack:
            kind = self.stack.pop()
            if kind is None:
                break
            items.append(kind)
        return items[::-1]

    def pairs(self):
        """Makes what lies above the mark a list of keys and values, mostly."""
        if self.depth() % 2 and self.rng.random() < 0.97:
            self.constant()

    def close_mark(self):
        rng = self.rng
        which = rng.choice(["t", "t", "l", "d", "1", "o", "e", "u", "\x90", "\x91"])
        below = self.stack[:len(self.stack) - self.depth() - 1]
        fits = below and below[-1] in (CONTAINER, RESULT, GLOBAL)
        if which in "eu\x90" and not fits:
            which = "t"
        items = self.stack[len(self.stack) - self.depth():]
        if which == "o" and not (items and items[0] in (GLOBAL, RESULT)):
            which = "t"
        hashed = items[::2] if which == "d" else items
        if which in "d\x91" and not set(hashed) <= {HASHABLE, TEXT, GLOBAL, RESULT
                                                    } and rng.random() < 0.9:
            which = "l"
        if which in "du":
            self.pairs()
        self.cut_at_mark()
        if which == "1":
            self.out += which.encode()
        elif which in "eu\x90":
            self.out += which.encode("latin-1")
        else:
            kind = {
                "t": TUPLES,
                "l": CONTAINER,
                "d": CONTAINER,
                "o": RESULT,
                "\x91": HASHABLE
            }[which]
            self.push(kind, which.encode("latin-1"))

    def put(self):
        rng = self.rng
        index = len(self.memo)
        if self.sparse:
            index = rng.choice([rng.randrange(300), rng.randrange(70000), index])
        elif rng.random() < 0.05:
            index = rng.randrange(index + 3)
        way = rng.randrange(4)
        if way == 0 and self.version >= 4 or way == 1 and index > 255:
            self.out += asm.MEMOIZE
            index = len(self.memo)
        elif way == 1:
            self.out += b"q" + bytes([index])
        elif way == 2:
            self.out += b"r" + asm.u32(index)
        else:
            self.out += b"p" + self.line(INDEXES, str(index))
        self.memo[index] = self.stack[-1]

    def get(self):
        rng = self.rng
        index = rng.choice(list(self.memo))
        if rng.random() < 0.01:
            index += 1
        way = rng.randrange(3)
        if way == 0:
            code = b"g" + self.line(INDEXES, str(index))
        else:
            code = b"h" + bytes([index]) if way == 1 and index < 256 else b"j" + asm.u32(index)
        self.push(self.memo.get(index, HASHABLE), code)

    def pop(self):
        self.stack.pop()
        self.out += asm.POP
        if self.stack and self.stack[-1] is None and self.rng.random() < 0.3:
            self.stack.pop()
            self.out += asm.POP

    def dup(self):
        self.push(self.stack[-1], asm.DUP)

    def small_tuple(self):
        count = self.rng.randrange(1, min(3, self.depth()) + 1)
        del self.stack[len(self.stack) - count:]
        self.push(TUPLES, [asm.TUPLE1, asm.TUPLE2, asm.TUPLE3][count - 1])

    def persistent(self):
        self.stack.pop()
        self.push(RESULT, asm.BINPERSID)

    def persistent_line(self):
        self.push(RESULT, b"P" + self.line(PERSIDS, "7"))

    def extension(self):
        rng = self.rng
        code = rng.choice([1, 5, 255, 257, 65535] + [0, 256] * (rng.random() < self.odd))
        self.push(
            GLOBAL,
            rng.choice([
                b"\x82" + bytes([code % 256]), b"\x83" + struct.pack("<H", code),
                b"\x84" + asm.u32(code)
            ]))

    def call(self):
        """Makes the two topmost values a callable and its arguments, and calls."""
        rng = self.rng
        if rng.random() < 0.7 and self.stack[-2] not in (GLOBAL, RESULT):
            self.name()
            self.out += asm.EMPTY_TUPLE if rng.random() < 0.5 else asm.args(
                *[1, "true"][:rng.randrange(3)])
            self.stack.append(TUPLES)
        if self.depth() < 2 or self.stack[-2] not in (GLOBAL, RESULT) or self.stack[-1] != TUPLES:
            if rng.random() > self.wild:
                return
        ways = [asm.REDUCE] * 4 + [asm.NEWOBJ] * 2
        if rng.random() < 0.15:
            self.push(CONTAINER, asm.EMPTY_DICT)
            self.stack.pop()
            ways = [asm.NEWOBJ_EX]
        del self.stack[-2:]
        self.push(RESULT, rng.choice(ways))

    def build_state(self):
        rng = self.rng
        if self.stack[-2] not in (GLOBAL, RESULT) and rng.random() > self.wild:
            return
        self.stack.pop()
        self.out += asm.BUILD

    def one_item(self):
        rng = self.rng
        if self.depth() >= 3 and self.stack[-3] in (GLOBAL, RESULT) and rng.random() < 0.7:
            del self.stack[-2:]
            self.out += asm.SETITEM
        elif self.stack[-2] in (GLOBAL, RESULT):
            self.stack.pop()
            self.out += asm.APPEND
        elif rng.random() < 0.3:
            self.out += asm.EMPTY_DICT + asm.number(rng.randrange(9)) + asm.NONE + asm.SETITEM
            self.stack.append(CONTAINER)


def operand(rng, opcode):
    """Some operand for an opcode: right in form, mostly."""
    if opcode.arg is None:
        return b""
    name = opcode.arg.name
    lines = {
        "decimalnl_short": INTS + INDEXES,
        "decimalnl_long": LONGS,
        "floatnl": FLOATS,
        "stringnl": STRINGS,
        "stringnl_noescape": PERSIDS,
        "unicodestringnl": UNICODES
    }
    if name in lines:
        return rng.choice(lines[name]).encode("utf-8", "surrogatepass") + b"\n"
    if name == "stringnl_noescape_pair":
        module, attribute = rng.choice(NAMES)
        return module.encode() + b"\n" + attribute.encode() + rng.choice(
            [b"\n", b"\n", b"\r\n", b""])
    size = opcode.arg.n
    if size > 0:
        return rng.choice(
            [bytes(size),
             rng.randbytes(size), b"\x01" + bytes(size - 1), b"\xff" * size])
    width = {-2: 1, -3: 4, -4: 4, -5: 8}.get(size, 4)
    length = rng.choice([0, 1, 5, 200, 2**31 - 1, 2**31, 2**46, 2**63 - 1, 2**63]) % 256**width
    return length.to_bytes(width, "little") + rng.randbytes(min(length, 200))


def frames(rng, program):
    """Puts frames into a program: none, one that fits, several, too short, straddling, too long."""
    way = rng.choice(
        ["none", "one", "one", "one", "several", "several", "straddling", "empty", "long"])
    head = 2 if program[:1] == b"\x80" else 0
    body = program[head:]
    if way == "none":
        return program
    if way == "one":
        return program[:head] + asm.frame(body)
    if way == "long":
        return program[:head] + asm.frame(
            body, rng.choice([len(body) + 1, 2**31, 2**62, 2**63, 2**64 - 1]))
    if way == "empty":
        return program[:head] + asm.frame(b"") + asm.frame(b"") + body
    starts = [place for place in op_starts(program) if place > head] or [len(program)]
    cut = rng.choice(starts) - head
    if way == "straddling":
        cut = max(0, cut - rng.randrange(1, 4))
        return program[:head] + asm.frame(body, min(cut, len(body)))
    return program[:head] + asm.frame(body[:cut]) + asm.frame(body[cut:])


def op_starts(program):
    """Where opcodes begin, as far as pickletools can say."""
    starts = []
    try:
        for _, _, place in pickletools.genops(program):
            starts.append(place)
    except Exception:
        pass
    return starts


def mutate(rng, original, others):
    """A real pickle with some damage."""
    data = bytearray(original)
    for _ in range(rng.choice([1, 1, 1, 2, 4, 10])):
        if not data:
            break
        starts = op_starts(bytes(data)) or [0]
        way = rng.randrange(8)
        place = rng.choice(starts)
        if way == 0:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        elif way == 1:
            del data[rng.randrange(len(data)):]
        elif way == 2:
            data[place] = ord(rng.choice(pickletools.opcodes).code)
        elif way == 3:
            other = rng.choice(others)
            there = op_starts(other) or [0]
            data[place:] = other[rng.choice(there):]
        elif way == 4:
            index = starts.index(place)
            end = starts[index + 1] if index + 1 < len(starts) else len(data)
            del data[place:end]
        elif way == 5:
            data[place:place] = rng.choice([
                asm.POP, asm.DUP, asm.MARK, asm.POP_MARK, asm.EVIL, asm.EVIL4, asm.MEMOIZE,
                b"h\x00", b"h\x01", asm.STOP, asm.BUILD, asm.REDUCE,
                asm.glob("os", "system")
            ])
        elif way == 6:
            data[min(place + 1,
                     len(data) - 1)] = rng.choice([0, 1, 127, 128, 255, 10,
                                                   rng.randrange(256)])
        else:
            first, second = sorted(rng.choice(starts) for _ in range(2))
            data[place:place] = data[first:second][:200]
    return bytes(data[:20000])


def samples(folder):
    """Pickles of the standard library in all protocols, and the small ones of the test data."""
    ordered = collections.OrderedDict(a=[1, 2.5], b=(None, True))
    values = [
        None, [1, "a", b"b", 2**70], {
            "k": {1, 2},
            "f": frozenset([3])
        }, ordered,
        datetime.datetime(2024, 1, 1, 2, 3),
        decimal.Decimal("1.5"),
        ValueError("x", 1),
        collections.defaultdict(list, {"a": [1]}), [len, print, dict], [[[]] * 3] * 3,
        collections.deque([1], 3),
        complex(1, 2),
        bytearray(b"abc"),
        range(5), "x" * 500,
        list(range(300))
    ]
    found = [pickle.dumps(value, protocol) for value in values for protocol in range(6)]
    for base, _, names in sorted(os.walk(os.path.join(folder, "pickle"))):
        for name in sorted(names):
            path = os.path.join(base, name)
            if "benign_" in base and name.endswith(".pkl") and os.path.getsize(path) <= 4096:
                with open(path, "rb") as file:
                    found.append(file.read())
    return found


def generate(seed, real):
    """The pickle of a seed."""
    rng = random.Random("pickle %d" % seed)
    if real and rng.random() < 0.4:
        return mutate(rng, rng.choice(real), real)
    program = Program(rng).build()
    return mutate(rng, program, real or [program]) if rng.random() < 0.1 else program
