import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from proto_parts import *


def feature(name):
    return data(1, name) + data(3, data(5, data(1, varint(1) + varint(3)) + num(2, 65568)))


def described(more=b""):
    return data(1, feature("x")) + data(10, feature("y")) + data(100, data(1, "a test") + data(3, "nobody") + more)


def coreml(content, description=None):
    return num(1, 5) + data(2, described() if description is None else description) + content


layer = data(1, "relu") + data(2, "x") + data(3, "y") + data(130, data(10, b""))
network = data(1, layer)
write("network.mlmodel", coreml(data(500, network)))
write("renamed.bin", coreml(data(500, network)))
write("classifier.mlmodel", coreml(data(403, network + data(100, data(1, "cat") + data(1, "dog")))))
write("pipeline.mlmodel", coreml(data(202, data(1, coreml(data(500, network))) + data(2, "first"))))


def node(tree, number, *more):
    return data(1, num(1, tree) + num(2, number) + b"".join(more))


def leaf(tree, number, *outputs):
    return node(tree, number, num(3, 6), *[data(20, num(1, i)) for i in outputs])


# Numbers of nodes are any; what a leaf adds to is counted from 0.
ensemble = node(0, 0, num(10, 1), num(12, 1), num(13, 2)) + leaf(0, 1, 0) + leaf(0, 2, 1) + leaf(7, 900, 0) + num(2, 2)
write("trees.mlmodel", coreml(data(302, data(1, ensemble))))
write("trees_classifier.mlmodel", coreml(data(402, data(1, ensemble) + num(2, 1) + data(100, data(1, "cat")))))
write("linear.mlmodel", coreml(data(300, data(1, data(1, bytes(16))) + data(2, bytes(8)))))
write("other_order.bin", data(500, network) + data(2, described()) + num(1, 5))
os.makedirs("weights")
write("weights/weight.bin", (1).to_bytes(4, "little") + (2).to_bytes(4, "little") + bytes(56) + bytes.fromhex("efbeadde") + bytes(124))
value = data(5, data(1, "@model_path/weights/weight.bin") + num(2, 64))
operation = data(1, "const") + data(5, data(1, "val") + data(2, value))
program = num(1, 1) + data(2, data(1, "main") + data(2, data(2, "CoreML6") + data(3, data(1, "CoreML6") + data(
    2, data(3, operation)))))
write("program.mlmodel", coreml(data(502, program), described(data(100, data(1, "com.github.apple.coremltools.version") +
                                                                   data(2, "8.0")))))
