"""Makes GGUF files of which every field may lie. For recipes: the standard library alone."""
import struct

U8, I8, U16, I16, U32, I32, F32, BOOL, STRING, ARRAY, U64, I64, F64 = range(13)
FORMS = {U8: "B", I8: "b", U16: "H", I16: "h", U32: "I", I32: "i", F32: "f", BOOL: "B", U64: "Q", I64: "q", F64: "d"}
TYPE_F32, TYPE_Q4_0, TYPE_Q4_2, TYPE_Q8_1 = 0, 2, 4, 9


class Gguf:
    def __init__(self, order="<", version=3):
        self.order = order
        self.version = version
        self.pairs = []
        self.tensors = []
        self.data = b""

    def pack(self, form, *values):
        return struct.pack(self.order + form, *values)

    def string(self, text, length=None):
        raw = text.encode() if isinstance(text, str) else text
        return self.pack("Q", len(raw) if length is None else length) + raw

    def value(self, kind, value):
        if kind == STRING:
            return self.string(value)
        if kind == ARRAY:
            item, values = value
            return self.pack("IQ", item, len(values)) + b"".join(self.value(item, one) for one in values)
        return self.pack(FORMS[kind], value)

    def pair(self, key, kind, value):
        return self.raw_pair(self.string(key) + self.pack("I", kind) + self.value(kind, value))

    def raw_pair(self, raw):
        self.pairs.append(raw)
        return self

    def tensor(self, name, shape, kind=TYPE_F32, offset=None, size=None):
        """With `size` bytes of data; without one as many as a tensor of floats has."""
        offset = len(self.data) if offset is None else offset
        self.tensors.append(self.string(name) + self.pack("I", len(shape)) + self.pack("q" * len(shape), *shape)
                            + self.pack("IQ", kind, offset))
        if size is None:
            size = 4
            for length in shape:
                size *= length
        self.data += b"\x01" * size + bytes(-size % 32)
        return self

    def build(self, tensors=None, pairs=None, pad=None, data=None, magic=b"GGUF"):
        out = magic + self.pack("I", self.version)
        out += self.pack("q", len(self.tensors) if tensors is None else tensors)
        out += self.pack("q", len(self.pairs) if pairs is None else pairs)
        out += b"".join(self.pairs) + b"".join(self.tensors)
        if self.tensors:
            out += bytes(-len(out) % 32) if pad is None else pad * (-len(out) % 32)
        return out + (self.data if data is None else data)


def model(**options):
    return Gguf(**options).pair("general.architecture", STRING, "llama")


def save(name, data):
    with open(name, "wb") as file:
        file.write(data)
