"""Makes GGUF files with the gguf package, whole and damaged, and says what its reader makes of each.

usage: gguf_oracle.py FOLDER SEED COUNT, with a Python that has gguf. FOLDER/verdicts.json says for each file what was
done to it and what GGUFReader says: "" if it takes it.
"""
import json
import os
import random
import signal
import struct
import sys
import warnings

import numpy
from gguf import GGML_QUANT_SIZES, GGUFEndian, GGUFReader, GGUFWriter

PLAIN = {"F32": numpy.float32, "F16": numpy.float16, "F64": numpy.float64, "I8": numpy.int8, "I16": numpy.int16,
         "I32": numpy.int32, "I64": numpy.int64}
LIES = [0, 1, 2, 3, 4, 5, 9, 12, 13, 31, 255, 256, 65535, 1 << 31, (1 << 32) - 1, 1 << 32, 1 << 61, (1 << 63) - 1,
        1 << 63, (1 << 64) - 32, (1 << 64) - 1]


def fill(writer, dice):
    writer.add_name("interop")
    writer.add_block_count(dice.randrange(100))
    writer.add_rope_freq_base(10000.0)
    writer.add_add_bos_token(True)
    if dice.random() < 0.5:
        writer.add_token_list([f"t{i}" for i in range(dice.randrange(1, 9))])
        writer.add_token_types([1] * dice.randrange(1, 9))
        writer.add_array("interop.truths", [True, False])
    if dice.random() < 0.5:
        writer.add_chat_template("{% for m in messages %}{{ m['content'] }}{% endfor %}")
    if dice.random() < 0.4:
        writer.add_custom_alignment(dice.choice([8, 16, 64, 256]))


def add_tensors(writer, dice):
    for i in range(dice.randrange(4)):
        # Q8_1 has another size in ggml than in this package.
        kind = dice.choice([kind for kind in GGML_QUANT_SIZES if kind.name != "Q8_1"])
        block, size = GGML_QUANT_SIZES[kind]
        if kind.name in PLAIN:
            shape = [dice.randrange(1, 6) for _ in range(dice.randrange(1, 5))]
            writer.add_tensor(f"blk.{i}.weight", numpy.ones(shape, PLAIN[kind.name]))
        else:
            rows = numpy.ones((dice.randrange(1, 3), dice.randrange(1, 3) * size), numpy.uint8)
            writer.add_tensor(f"blk.{i}.weight", rows, raw_dtype=kind)


def write(path, dice, tensors=True):
    order = GGUFEndian.BIG if dice.random() < 0.2 else GGUFEndian.LITTLE
    writer = GGUFWriter(path, dice.choice(["llama", "qwen2-vl", "bert"]), endianess=order)
    fill(writer, dice)
    if tensors:
        add_tensors(writer, dice)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def damage(data, dice):
    data = bytearray(data)
    # Most of what can be wrong is wrong in the head.
    at = dice.randrange(min(len(data), 600) if dice.random() < 0.9 else len(data))
    how = dice.choice(["lie8", "lie8", "lie4", "lie4", "bit", "byte", "cut", "drop", "insert", "twice", "append"])
    lie = dice.choice(LIES)
    if how == "lie8":
        data[at:at + 8] = struct.pack("<Q", lie)
    elif how == "lie4":
        data[at:at + 4] = struct.pack("<I", lie & 0xffffffff)
    elif how == "bit":
        data[at] ^= 1 << dice.randrange(8)
    elif how == "byte":
        data[at] = dice.randrange(256)
    elif how == "cut":
        del data[at:]
    elif how == "drop":
        del data[at:at + dice.randrange(1, 17)]
    elif how == "insert":
        data[at:at] = dice.randbytes(dice.randrange(1, 17))
    elif how == "twice":
        data[at:at] = data[at:at + dice.randrange(1, 65)]
    else:
        data += dice.randbytes(dice.randrange(1, 65))
    return bytes(data), f"{how} at {at}, {lie}"


def give_up(*_):
    raise TimeoutError("it takes far too long")


def read_all(path):
    reader = GGUFReader(path)
    for field in reader.fields.values():
        field.contents()


def verdict(path):
    """An array that the file does not hold keeps the reader busy until memory ends: that is no acceptance. The time may
    be over while a fault is on its way, too."""
    try:
        signal.setitimer(signal.ITIMER_PROF, 0.3)
        try:
            read_all(path)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except Exception as fault:
        return f"{type(fault).__name__}: {fault}"
    return ""


def main():
    folder, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGPROF, give_up)
    os.chdir(folder)
    verdicts = {}
    for number in range(count):
        dice = random.Random(seed * 1_000_003 + number)
        name, done = f"{number}.gguf", ""
        write(name, dice)
        if number % 10:
            with open(name, "rb") as file:
                data, done = damage(file.read(), dice)
            with open(name, "wb") as file:
                file.write(data)
        verdicts[name] = [done, verdict(name)]
    with open("verdicts.json", "w") as out:
        json.dump(verdicts, out)


if __name__ == "__main__":
    main()
