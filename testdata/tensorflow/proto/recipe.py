import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from tf_parts import *


def model(name, content):
    os.makedirs(name)
    write(name + "/saved_model.pb", content)


relu = node("relu", "Relu")
whole = saved_model(graph([relu]))
model("cut", whole[:-3])
model("invalid", whole + tag(0, 0) + b"\0")
model("len_overflow", saved_model(data(1, data(1, "relu", longer=1000))))
model("twice", saved_model(graph([relu]), more=data(2, graph([node("n", "PyFunc")]))))
model("other_form", saved_model(graph([relu]), more=num(2, 1)))
model("depth", saved_model(graph([relu]), more=data(7, data(1, data(4, tag(40, 3) * 120)))))
model("lambda_in_objects", saved_model(graph([relu]), objects=data(1, data(4, data(1, "_tf_keras_layer") + data(
    3, '{"name": "l", "class_name": "Lambda", "config": {}}')))))
