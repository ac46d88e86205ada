"""Wrote the files of input/ with safetensors 0.8.0 and numpy 2.4.6. No test runs it."""
import os

import numpy as np
from safetensors import TensorSpec, serialize_file
from safetensors.numpy import save_file

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "input"))
dice = np.random.default_rng(1)


def weights(*shape, dtype="float32"):
    return dice.normal(size=shape).astype(dtype)


save_file({}, "no_tensors.safetensors")
save_file({}, "metadata_only.safetensors", metadata={"format": "np", "note": "nothing but this"})
save_file({"embed.weight": weights(16, 4), "head.bias": weights(4)}, "two.safetensors", metadata={"format": "pt"})
save_file({f"layers.{i}.{part}": weights(4, 4, dtype=dtype) for i in range(6)
           for part, dtype in (("w", "float16"), ("b", "float32"), ("scale", "float64"))}, "mixed.safetensors")
save_file({"ids": np.arange(7), "mask": np.array([True, False]), "small": np.arange(3, dtype="int8"),
           "scalar": np.array(3.5, dtype="float32"), "none": np.zeros((0, 4), dtype="float32"),
           "unsigned": np.arange(5, dtype="uint16"), "complex": np.ones(2, dtype="complex64")}, "odds.safetensors")
save_file({"größe/層.0:weight": weights(2), "a b \"c\"": weights(2)}, "names.safetensors", metadata={"ü": "日本\t語"})
data = np.arange(64, dtype="uint8")
serialize_file({name: TensorSpec(dtype=name, shape=[2, 8], data_ptr=data.ctypes.data, data_len=size) for name, size in (
    ("float8_e4m3fn", 16), ("float8_e5m2", 16), ("float8_e8m0fnu", 16), ("bfloat16", 32))}, "float8.safetensors")
serialize_file({"packed": TensorSpec(dtype="float4_e2m1fn_x2", shape=[2, 8], data_ptr=data.ctypes.data, data_len=16)},
               "float4.safetensors")
for name in os.listdir("."):
    os.chmod(name, 0o644)
