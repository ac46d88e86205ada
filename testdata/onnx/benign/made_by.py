"""Wrote input/, with onnx 1.23.2: the models that tests/interop/onnx_oracle.py calls good."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "tests", "interop"))
import onnx_oracle

for maker in onnx_oracle.GOOD:
    made, files = onnx_oracle.build(maker)
    for name, content in [*files.items(), (maker.__name__ + ".onnx", made.SerializeToString())]:
        with open(os.path.join("input", name), "wb") as out:
            out.write(content)
