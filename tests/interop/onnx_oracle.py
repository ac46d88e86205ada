"""Makes ONNX models, whole and damaged, and says what the onnx package makes of each.

usage: onnx_oracle.py FOLDER SEED COUNT, with a Python that has onnx. Each model lies in a folder of its own;
FOLDER/verdicts.json says for each what was done to it and what onnx says: "" if it takes it.
"""
import json
import os
import random
import sys

import numpy
import onnx
from onnx import TensorProto, checker, helper, numpy_helper
from onnx.external_data_helper import load_external_data_for_model, set_external_data

FLOAT = TensorProto.FLOAT


def value(name, shape=(2, 3), kind=FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def weights(name, shape=(2, 3), dtype=numpy.float32):
    return numpy_helper.from_array(numpy.arange(int(numpy.prod(shape))).reshape(shape).astype(dtype), name)


def model(nodes, initializers=(), **more):
    imports = [helper.make_opsetid("", 20)] + more.pop("imports", [])
    graph = helper.make_graph(nodes, "g", [value("x")], [value("y")], list(initializers),
                              sparse_initializer=more.pop("sparse", []))
    return helper.make_model(graph, opset_imports=imports, producer_name="interop", **more)


def add(right="w"):
    return helper.make_node("Add", ["x", right], ["y"])


def plain():
    return model([add()], [weights("w")])


def metadata():
    made = model([add()], [weights("w")], producer_version="1", doc_string="a sum", domain="org.example",
                 model_version=7)
    helper.set_model_props(made, {"author": "somebody", "names": "{0: 'cat', 1: 'dog'}", "stride": "32"})
    return made


def constants():
    typed = {"FLOAT": 1.5, "DOUBLE": 1.5, "INT64": 5, "UINT64": 5, "INT32": 5, "INT8": -5, "UINT8": 5, "INT16": 5,
             "UINT16": 5, "UINT32": 5, "BOOL": 1, "FLOAT16": 1.5, "BFLOAT16": 1.5, "COMPLEX64": 1j,
             "COMPLEX128": 1j, "STRING": b"a", "INT4": 3, "UINT4": 3, "FLOAT8E4M3FN": 1.0, "FLOAT8E5M2": 1.0}
    nodes = []
    for i, (name, number) in enumerate(sorted(typed.items())):
        kind = getattr(TensorProto, name)
        shape = (3,) if i % 2 else (2, 2)
        made = helper.make_tensor(f"c{i}", kind, shape, [number] * int(numpy.prod(shape)))
        nodes.append(helper.make_node("Constant", [], [f"c{i}"], value=made))
    return model([*nodes, helper.make_node("Identity", ["x"], ["y"])])


def raw_types():
    dtypes = [numpy.float32, numpy.float64, numpy.int64, numpy.int32, numpy.int8, numpy.uint8, numpy.bool_,
              numpy.float16, numpy.complex64, numpy.complex128]
    tensors = [weights(f"w{i}", (2, i + 1), dtype) for i, dtype in enumerate(dtypes)]
    tensors += [weights("empty", (0, 4)), weights("scalar", ())]
    return model([helper.make_node("Identity", ["x"], ["y"])], tensors)


def subgraphs():
    def branch(name):
        inner = helper.make_graph([helper.make_node("Constant", [], [name], value=weights("t"))], name + "_graph", [],
                                  [value(name)])
        return inner
    condition = helper.make_node("Constant", [], ["c"], value=helper.make_tensor("b", TensorProto.BOOL, (), [True]))
    choose = helper.make_node("If", ["c"], ["d"], then_branch=branch("then"), else_branch=branch("else"))
    return model([condition, choose, add("d")])


def functions():
    body = [helper.make_node("Constant", [], ["one"], value=weights("o")),
            helper.make_node("Add", ["a", "one"], ["b"])]
    function = helper.make_function("org.example.layers", "AddOne", ["a"], ["b"], body,
                                    [helper.make_opsetid("", 20)])
    return model([helper.make_node("AddOne", ["x"], ["y"], domain="org.example.layers")],
                 imports=[helper.make_opsetid("org.example.layers", 1)], functions=[function])


def sparse():
    values = helper.make_tensor("s", FLOAT, (2,), [1.0, 2.0])
    indices = helper.make_tensor("s_indices", TensorProto.INT64, (2,), [1, 4])
    return model([add("s")], sparse=[helper.make_sparse_tensor(values, indices, [2, 3])])


def training():
    made = plain()
    info = made.training_info.add()
    info.algorithm.CopyFrom(helper.make_graph([helper.make_node("Constant", [], ["t"], value=weights("t"))], "a", [],
                                              [value("t")]))
    info.initialization.CopyFrom(helper.make_graph(
        [helper.make_node("Constant", [], ["i"], value=weights("i"))], "i", [], [value("i")]))
    binding = info.update_binding.add()
    binding.key, binding.value = "w", "t"
    return made


def machine_learning():
    node = helper.make_node("LabelEncoder", ["x"], ["y"], domain="ai.onnx.ml", keys_floats=[0.0, 1.0],
                            values_floats=[1.0, 0.0])
    return model([node], imports=[helper.make_opsetid("ai.onnx.ml", 4)])


def external():
    """With the file that it needs."""
    name, data = "weights.bin", b""
    made = model([add("w0")], [weights("w0"), weights("w1", (40, 5))])
    for tensor in made.graph.initializer:
        set_external_data(tensor, name, len(data), len(tensor.raw_data))
        data += tensor.raw_data
        tensor.ClearField("raw_data")
    return made, {name: data}


def build(maker):
    made = maker()
    return made if isinstance(made, tuple) else (made, {})


GOOD = [plain, metadata, constants, raw_types, subgraphs, functions, sparse, training, machine_learning,
        external]


def tensors_of(message):
    """Every TensorProto in a message, wherever it hides."""
    for field, content in message.ListFields():
        if field.message_type is None:
            continue
        for item in content if hasattr(content, "add") else [content]:
            if isinstance(item, TensorProto):
                yield item
            yield from tensors_of(item)


# -------------------------------------------------------------------------------------------------
# Damage to what the message says

STORES = ["float_data", "int32_data", "string_data", "int64_data", "double_data", "uint64_data"]


def change_dims(tensor, dice):
    if tensor.dims and dice.random() < 0.8:
        at = dice.randrange(len(tensor.dims))
        tensor.dims[at] = dice.choice([0, -1, 1, tensor.dims[at] + 1, 2**31, 2**62, -2**63])
    else:
        tensor.dims.append(dice.choice([0, 2, -1, 2**40]))


def change_type(tensor, dice):
    tensor.data_type = dice.choice([*range(0, 30), 99, -1])


def change_raw(tensor, dice):
    if tensor.HasField("raw_data"):
        tensor.raw_data = tensor.raw_data[:dice.randrange(len(tensor.raw_data) + 1)]
    else:
        tensor.raw_data = bytes(dice.randrange(1, 40))


def change_list(tensor, dice):
    field = dice.choice(STORES)
    items = getattr(tensor, field)
    if items and dice.random() < 0.7:
        del items[dice.randrange(len(items)):]
    else:
        items.extend([b"a" if field == "string_data" else 1] * dice.randrange(1, 9))


def drop_field(tensor, dice):
    present = [field.name for field, _ in tensor.ListFields()]
    tensor.ClearField(dice.choice(present))


LOCATIONS = ["", "../weights.bin", "/etc/hostname", "weights.bin/../../x", "nothing.bin", "a/../weights.bin",
             "./weights.bin", ".", "sub", "a..b", "weights.bin/", "..", "sub/weights.bin"]
NUMBERS = ["-1", "", "x", "1e3", "99999999999999999999", "9223372036854775807", "0", "8", "4.0"]


def change_external(tensor, dice):
    if not tensor.external_data:
        tensor.data_location = TensorProto.EXTERNAL
        entry = tensor.external_data.add()
        entry.key, entry.value = "location", dice.choice(LOCATIONS)
        return
    entry = dice.choice(list(tensor.external_data))
    if dice.random() < 0.15:
        entry.key = dice.choice(["locations", "__class__", ""])
    elif entry.key == "location":
        entry.value = dice.choice(LOCATIONS)
    else:
        entry.value = dice.choice(NUMBERS)


SEMANTIC = [change_dims, change_type, change_raw, change_list, drop_field, change_external]


# -------------------------------------------------------------------------------------------------
# Damage to the bytes

def cut(data, dice):
    return data[:dice.randrange(len(data))]


def flip(data, dice):
    data = bytearray(data)
    for _ in range(dice.choice([1, 1, 1, 2, 4])):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(data)


def insert(data, dice):
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.randbytes(dice.choice([1, 1, 2, 5, 20])) + data[at:]


def remove(data, dice):
    at = dice.randrange(len(data))
    return data[:at] + data[at + dice.choice([1, 1, 2, 8]):]


def append(data, dice):
    return data + dice.choice([b"\0", b"\0" * 16, b"PK\3\4", b"\x80\x04.", dice.randbytes(4), b"\xff" * 12,
                               b"\x0b\x0c", b"\x7b\x08\x01\x7c"])


BYTES = [cut, flip, flip, insert, remove, append]


# -------------------------------------------------------------------------------------------------

def nested(depth):
    """A graph inside a node's attribute, `depth` times: three messages each."""
    made = onnx.ModelProto(ir_version=9)
    made.opset_import.add().version = 20
    inner = b""
    for _ in range(depth):
        inner = wrap(1, wrap(5, wrap(6, inner)))
    return made.SerializeToString() + wrap(7, inner)


def wrap(field, content):
    length, rest = b"", len(content)
    while rest > 127:
        length, rest = length + bytes([rest & 127 | 128]), rest >> 7
    return bytes([field << 3 | 2]) + length + bytes([rest]) + content


def opinion(folder):
    path = os.path.join(folder, "model.onnx")
    try:
        made = onnx.load(path, load_external_data=False)
    except Exception as error:
        return "load: " + str(error)
    try:
        checker.check_model(path)
    except Exception as error:
        return "check: " + str(error)
    try:
        load_external_data_for_model(made, folder)
    except Exception as error:
        return "data: " + str(error)
    return ""


def damaged(dice):
    maker = dice.choice(GOOD)
    made, files = build(maker)
    what = []
    if dice.random() < 0.6:
        tensors = list(tensors_of(made))
        for _ in range(dice.choice([1, 1, 2])):
            if tensors:
                change = dice.choice(SEMANTIC)
                change(dice.choice(tensors), dice)
                what.append(change.__name__)
        data = made.SerializeToString()
    else:
        data = made.SerializeToString()
        change = dice.choice(BYTES)
        data = change(data, dice)
        what.append(change.__name__)
    return f"{maker.__name__}: {', '.join(what)}", data, files


def main(folder, seed, count):
    dice = random.Random(seed)
    verdicts = {}

    def put(name, what, data, files):
        home = os.path.join(folder, name)
        os.makedirs(os.path.join(home, "sub"))
        for other, content in [*files.items(), ("model.onnx", data), ("sub/weights.bin", bytes(24))]:
            with open(os.path.join(home, other), "wb") as out:
                out.write(content)
        verdicts[name] = {"what": what, "onnx": opinion(home)}

    for maker in GOOD:
        made, files = build(maker)
        put("good_" + maker.__name__, "good", made.SerializeToString(), files)
    for depth in (10, 32, 33, 34, 50):
        put(f"depth_{depth}", "nested", nested(depth), {})
    for i in range(count):
        put(f"bad_{i:05}", *damaged(dice))
    with open(os.path.join(folder, "verdicts.json"), "w") as out:
        json.dump(verdicts, out)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
