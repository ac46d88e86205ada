# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1, torch 2.15.0
import sys
import types
import warnings
import torch
torch.manual_seed(0)

x = torch.arange(6.0).reshape(2, 3)
old = {"_use_new_zipfile_serialization": False}
torch.save(x, "tensor.pt", **old)
torch.save({"a": x, "b": x.t(), "c": torch.ones(2, dtype=torch.int64), "d": torch.nn.Parameter(x)}, "state.pt", **old)
torch.save(torch.nn.Linear(2, 2).state_dict(), "linear.bin", **old)
source = """
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(2))
"""
namespace = {"torch": torch, "__name__": "acme_models.net"}
exec(source, namespace)
sys.modules["acme_models"] = types.ModuleType("acme_models")
sys.modules["acme_models.net"] = types.ModuleType("acme_models.net")
sys.modules["acme_models.net"].Net = namespace["Net"]
warnings.simplefilter("ignore")  # it has no source to store
torch.save(namespace["Net"](), "module.pt", **old)
torch.save([torch.ones(2, dtype=torch.bfloat16), torch.quantize_per_tensor(x, 0.1, 3, torch.qint8)], "kinds.pt", **old)
torch.save({"no": "tensor"}, "plain.pt", **old)
for protocol in (4, 5):
    torch.save({"w": x, "big": list(range(300))}, "protocol%d.pt" % protocol, pickle_protocol=protocol, **old)
