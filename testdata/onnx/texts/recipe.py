import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from proto_parts import *

import base64
import pickle

write("script.onnx", model(more=data(6, "see <SCRIPT>alert(1)</script>")))
write("import.onnx", model(more=data(14, entry("names", "__import__('os').system('id')"))))
write("pickle.onnx", model(more=data(14, entry("blob", base64.b64encode(pickle.dumps(list(range(99)), 4))))))
write("elf.onnx", model(more=data(14, entry("blob", base64.b64encode(b"\x7fELF\2\1\1" + bytes(60))))))
write("unknown.onnx", model(graph([node() + data(50, b"carried along")]), more=num(90, 1) + tag(91, 3) + num(1, 1) + tag(91, 4)))
