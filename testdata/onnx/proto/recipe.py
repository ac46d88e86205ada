import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from proto_parts import *

import pickle


class Runs:
    def __reduce__(self):
        import os
        return os.system, ("true",)


whole = model()
write("invalid.onnx", num(1, 9) + data(2, "recipe") + tag(0, 0))
write("no_graph.onnx", num(1, 9) + data(2, "recipe") + data(3, "1") + data(4, "x") + imports(""))
write("group.onnx", num(1, 9) + data(2, "recipe") + data(7, graph([node()]) + tag(30, 4)) + imports(""))
write("group_open.onnx", num(1, 9) + data(2, "recipe") + data(7, graph([node()]) + tag(30, 3)) + imports(""))
write("long_number.onnx", model(graph([node()], [num(2, 1) + tag(1, 0) + b"\xff" * 10 + b"\x01"])))
write("packed.onnx", model(graph([node()], [num(2, 1) + num(1, 1) + data(4, bytes(5))])))
write("garbage.onnx", bytes(range(255, 0, -1)) * 4)
write("text.onnx", b"Access denied.\n")
content = graph([node()])
for _ in range(34):
    content = graph([node("If", attributes=[data(1, "then_branch") + data(6, content)])])
write("depth.onnx", model(content))
write("groups_deep.onnx", model(more=tag(40, 3) * 200 + tag(40, 4) * 200))
write("two_graphs.onnx", model(more=data(7, graph([node("PyOp", "pyop")]))))
write("two_names.onnx", model(graph([node("Relu") + data(4, "Sigmoid")])))
write("len_overflow.onnx", model(graph([data(4, "Relu", longer=1000)])))
write("len_huge.onnx", model(graph([node() + tag(3, 2) + varint(2**40)])))
write("trailing.onnx", whole + bytes(16))
write("trailing_pickle.onnx", whole + bytes(1) + pickle.dumps(Runs(), 2))
write("cut.onnx", whole[:-20])
write("other_form.onnx", model(more=num(7, 1)))
