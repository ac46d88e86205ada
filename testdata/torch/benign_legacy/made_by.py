# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1, torch 2.15.0
import torch
torch.manual_seed(0)

x = torch.arange(6.0).reshape(2, 3)
old = {"_use_new_zipfile_serialization": False}
torch.save(x, "tensor.pt", **old)
torch.save({"a": x, "b": x.t(), "c": torch.ones(2, dtype=torch.int64), "d": torch.nn.Parameter(x)}, "state.pt", **old)
torch.save(torch.nn.Linear(2, 2).state_dict(), "linear.bin", **old)
torch.save(torch.nn.Linear(2, 2), "module.pt", **old)
torch.save([torch.ones(2, dtype=torch.bfloat16), torch.quantize_per_tensor(x, 0.1, 3, torch.qint8)], "kinds.pt", **old)
torch.save({"no": "tensor"}, "plain.pt", **old)
for protocol in (4, 5):
    torch.save({"w": x, "big": list(range(300))}, "protocol%d.pt" % protocol, pickle_protocol=protocol, **old)
