import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from proto_parts import *

write("custom.onnx", model(graph([node("Magic", "org.example"), node("More", "org.example")]), sets=imports("", "org.example")))
function = data(1, "Twice") + data(7, node("Magic", "org.example")) + data(9, num(2, 1) + data(1, "org.example")) + data(10, "pkg")
write("custom_in_function.onnx", model(graph([node("Twice", "pkg")]), data(25, function), sets=imports("", "pkg")))
write("other_function.onnx", model(graph([node("Thrice", "pkg")]), data(25, function), sets=imports("", "pkg")))
write("python.onnx", model(graph([node("PyOp", "pyopmulti_1")]), sets=imports("", "pyopmulti_1")))
write("python_training.onnx", model(graph([node("PythonOp", "com.microsoft")]), sets=imports("", "com.microsoft")))
inner = data(1, "then_branch") + data(6, graph([node("PyCustomOpDef", "ai.onnx.contrib")])) + num(20, 5)
write("python_in_subgraph.onnx", model(graph([node("If", attributes=[inner])]), sets=imports("", "ai.onnx.contrib")))
write("no_set.onnx", model(sets=b""))
write("no_set_of_domain.onnx", model(graph([node("FusedConv", "com.microsoft")])))
