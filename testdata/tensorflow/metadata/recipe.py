import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from tf_parts import *


def keras(name, text, identifier="_tf_keras_layer"):
    os.makedirs(name)
    node = num(2, 1) + data(3, "root.layer-0") + data(4, identifier) + data(5, text)
    write(name + "/keras_metadata.pb", data(1, node))


keras("lambda", '{"name": "l", "class_name": "Lambda", "config": {"function": {"class_name": "__tuple__"}}}')
keras("nested", '{"class_name": "Sequential", "config": {"layers": [{"config": {}, "class_name": "Lambda"}]}}',
      "_tf_keras_sequential")
keras("escaped", '{"class_\\u006eame": "L\\u0061mbda"}')
keras("registered", '{"class_name": "keras.layers>Lambda"}')
keras("far", '{"padding": "' + "x" * 100000 + '", "class_name": "Lambda"}')
keras("no_json", '{"class_name": Lambda}')
