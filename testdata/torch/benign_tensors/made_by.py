# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1, torch 2.15.0
import torch
torch.manual_seed(0)

from collections import OrderedDict
x = torch.arange(6.0).reshape(2, 3)
torch.save(x, "tensor.pt")
torch.save({"views": [x, x.t(), x[0], x[:, 1:]], "empty": torch.zeros(0), "scalar": torch.tensor(3)}, "views.pt")
torch.save({str(d).split(".")[1]: torch.ones(3).to(d) for d in (torch.float16, torch.bfloat16, torch.float64, torch.int8, torch.uint8,
            torch.int16, torch.int32, torch.int64, torch.bool, torch.complex64, torch.float8_e4m3fn, torch.float8_e5m2, torch.uint16)}, "dtypes.pt")
torch.save([torch.Size([1, 2]), torch.device("cpu"), torch.float16, torch.strided, torch.per_tensor_affine], "plain.pt")
torch.save([torch.nn.Parameter(x), torch.nn.Parameter(x, requires_grad=False), torch.nn.parameter.Buffer(x)], "parameters.pt")
torch.save(OrderedDict(a=x, b=OrderedDict()), "ordered.pt")
torch.save(x.to_sparse(), "sparse_coo.pt")
torch.save(x.to_sparse_csr(), "sparse_csr.pt")
torch.save([torch.quantize_per_tensor(x, 0.1, 3, torch.qint8), torch.quantize_per_channel(x, torch.ones(2), torch.zeros(2), 0, torch.quint8)], "quantised.pt")
torch.save(x.storage(), "storage_typed.pt")
torch.save(x.untyped_storage(), "storage.pt")
torch.save(torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]), "nested.pt")
torch.save(torch.empty(2, device="meta"), "meta.pt")
torch.save(torch.complex(x, x).conj(), "conj.pt")
torch.save(torch.get_rng_state()[:16].clone(), "rng.pt")
for protocol in (3, 4, 5):
    torch.save({"w": x}, "protocol%d.pt" % protocol, pickle_protocol=protocol)
