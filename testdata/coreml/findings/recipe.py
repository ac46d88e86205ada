import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from proto_parts import *


def described(more=b""):
    feature = data(1, "x") + data(3, data(5, num(2, 65568)))
    return data(1, feature) + data(10, feature) + data(100, data(1, "a test") + more)


def coreml(content, description=None):
    return num(1, 5) + data(2, described() if description is None else description) + content


custom = data(1, "magic") + data(500, data(10, "MyLayer") + data(30, data(1, "path") + data(2, data(20, "/etc"))))
network = data(1, custom)
write("custom_layer.mlmodel", coreml(data(500, network)))
write("custom_in_loop.mlmodel", coreml(data(500, data(1, data(1, "loop") + data(615, data(4, network))))))
write("custom_in_branch.mlmodel", coreml(data(303, data(1, data(1, "if") + data(605, data(2, network))))))
inner = coreml(data(200, data(1, data(1, coreml(data(403, network))))))
write("custom_in_pipeline.mlmodel", coreml(data(202, data(1, inner))))
write("custom_model.mlmodel", coreml(data(555, data(10, "MyModel"))))
write("linked.mlmodel", coreml(data(556, data(1, data(1, data(1, "other.mlmodelc")) + data(2, data(1, "/Library/Models"))))))


def program(operation):
    return data(502, num(1, 1) + data(2, data(1, "main") + data(2, data(3, data(1, "CoreML6") + data(2, data(3, operation))))))


def blob(path):
    return data(1, "const") + data(5, data(1, "val") + data(2, data(5, data(1, path) + num(2, 64))))


write("custom_operation.mlmodel", coreml(program(data(1, "custom_layer"))))
write("blob_absolute.mlmodel", coreml(program(blob("/etc/passwd"))))
write("blob_traversal.mlmodel", coreml(program(blob("@model_path/../../secret"))))
write("blob_in_block.mlmodel", coreml(program(data(1, "cond") + data(4, data(3, blob("../x"))))))
for place, wrapped in {"tuple": data(2, data(1, data(5, data(1, "../x")))), "list": data(3, data(1, data(5, data(1, "../x")))),
                       "dictionary": data(4, data(1, data(1, b"") + data(2, data(5, data(1, "../x")))))}.items():
    write(f"blob_in_{place}.mlmodel", coreml(program(data(1, "const") + data(5, data(1, "val") + data(2, data(3, wrapped))))))
write("blob_missing.mlmodel", coreml(program(blob("@model_path/weights/none.bin"))))
write("blob_behind.mlmodel", coreml(program(blob("@model_path/weight.bin"))))
write("weight.bin", b"\1\0\0\0\2\0\0\0" + bytes(100))
write("no_model.mlmodel", coreml(b""))
write("no_model_in_pipeline.mlmodel", coreml(data(202, data(1, coreml(b"")))))
write("two_models.mlmodel", coreml(data(500, b"") + data(303, b"")))
write("unknown_kind.mlmodel", coreml(data(9999, b"xyz")))
write("serialized.mlmodel", coreml(data(3000, data(1, "com.example") + data(2, b"code"))))


def trees(nodes, dimensions=1):
    return coreml(data(402, data(1, nodes + num(2, dimensions))))


def node(number, *more):
    return data(1, num(2, number) + b"".join(more))


split, leaves = node(0, num(12, 1), num(13, 2)), node(1, num(3, 6)) + node(2, num(3, 6))
write("trees_garbage.mlmodel", coreml(data(402, b"\xff" * 50)))
write("linear_garbage.mlmodel", coreml(data(300, b"\xff" * 50)))
write("trees_child.mlmodel", trees(split + node(1, num(3, 6))))
write("trees_shared.mlmodel", trees(node(0, num(12, 1), num(13, 1)) + leaves))
write("trees_circle.mlmodel", trees(split + node(1, num(12, 0), num(13, 3)) + node(2, num(3, 6)) + node(3, num(3, 6))))
write("trees_twice.mlmodel", trees(split + leaves + node(2, num(3, 6))))
write("trees_roots.mlmodel", trees(split + leaves + node(9, num(3, 6))))
write("trees_output.mlmodel", trees(split + node(1, num(3, 6), data(20, num(1, 7))) + node(2, num(3, 6))))
write("text.mlmodel", coreml(data(500, b""), described(data(100, data(1, "note") + data(2, "<script>alert(1)</script>")))))
whole = coreml(data(500, network))
write("cut.mlmodel", whole[:-4])
write("invalid.mlmodel", num(1, 5) + data(2, described()) + tag(0, 0))
write("no_description.mlmodel", num(1, 5) + data(500, b""))
write("twice.mlmodel", coreml(data(500, b"") + num(1, 6)))
