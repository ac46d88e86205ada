"""A TFLite model with the builder of flatbuffers 25.12.19, by the numbers of TFLite's schema. usage: made_by.py FILE"""
import struct
import sys

import flatbuffers


def offsets(builder, items):
    builder.StartVector(4, len(items), 4)
    for item in reversed(items):
        builder.PrependUOffsetTRelative(item)
    return builder.EndVector()


def numbers(builder, items):
    builder.StartVector(4, len(items), 4)
    for item in reversed(items):
        builder.PrependInt32(item)
    return builder.EndVector()


def table(builder, *fields):
    """Of (slot, kind, value)."""
    builder.StartObject(max((slot for slot, _, _ in fields), default=-1) + 1)
    for slot, kind, value in fields:
        {"offset": builder.PrependUOffsetTRelativeSlot, "int": builder.PrependInt32Slot, "byte": builder.PrependInt8Slot,
         "uint": builder.PrependUint32Slot}[kind](slot, value, 0)
    return builder.EndObject()


def tensor(builder, name, shape, buffer):
    name, shape = builder.CreateString(name), numbers(builder, shape)
    return table(builder, (0, "offset", shape), (2, "uint", buffer), (3, "offset", name))


def main():
    builder = flatbuffers.Builder(1024)
    weights = builder.CreateByteVector(struct.pack("<8f", *range(8)))
    buffers = offsets(builder, [table(builder), table(builder, (0, "offset", weights))])
    codes = offsets(builder, [table(builder, (0, "byte", 9), (2, "int", 1), (3, "int", 9))])  # FULLY_CONNECTED
    tensors = offsets(builder, [tensor(builder, "x", [1, 4], 0), tensor(builder, "w", [2, 4], 1), tensor(builder, "y", [1, 2], 0)])
    inputs, outputs, weighed = numbers(builder, [0]), numbers(builder, [2]), numbers(builder, [0, 1, -1])
    options = table(builder, (0, "byte", 1))
    operators = offsets(builder, [table(builder, (0, "uint", 0), (1, "offset", weighed), (2, "offset", outputs), (3, "byte", 8),
                                        (4, "offset", options))])
    name, text = builder.CreateString("main"), builder.CreateString("made with flatbuffers")
    graphs = offsets(builder, [table(builder, (0, "offset", tensors), (1, "offset", inputs), (2, "offset", outputs),
                                     (3, "offset", operators), (4, "offset", name))])
    root = table(builder, (0, "uint", 3), (1, "offset", codes), (2, "offset", graphs), (3, "offset", text), (4, "offset", buffers))
    builder.Finish(root, b"TFL3")
    with open(sys.argv[1], "wb") as file:
        file.write(builder.Output())


if __name__ == "__main__":
    main()
