# Few bytes that stand for very many: what refers to one table, or one list, over and over.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from flatbuffer_parts import *

MANY = 10_000


def again(name, table):
    return [Later(name)] * (MANY - 1) + [At(name, table)]


def model(tensors, operators):
    graph = {0: tensors, 1: ("i", [0]), 2: ("i", [0]), 3: operators, 4: "main"}
    return Builder(b"TFL3").build({0: ("I", 3), 1: [{0: ("b", 0)}], 2: [graph], 4: [{}, {0: ("B", [0] * 16)}]})


def tensor(shape=(1, 4)):
    return {0: ("i", list(shape)), 1: ("b", 0), 2: ("I", 1), 3: "t"}


def operator(inputs=(0,)):
    return {0: ("I", 0), 1: ("i", list(inputs)), 2: ("i", [0])}


save("operators.tflite", model([tensor()], again("o", operator([0] * MANY))))
save("tensors.tflite", model(again("t", tensor([1] * MANY)), [operator()]))
save("fields.tflite", model(again("t", {**tensor(), 30_000: ("b", 0)}), [operator()]))
