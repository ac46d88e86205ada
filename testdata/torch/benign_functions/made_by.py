# Wrote the files in input/ (run it there). No test runs it.
# Python 3.11.2, torch 1.13.0
import pickle, torch
torch.manual_seed(0)

layer = torch.nn.TransformerEncoderLayer(2, 1, 2, activation=torch.tanh)
torch.save(layer, "layer.pt")
torch.save([torch.relu, torch.sigmoid, torch.softmax, torch.cat, torch.matmul], "functions.pt")
with open("functions_p4.pkl", "wb") as file:
    pickle.dump([torch.relu, torch.tanh, torch.log_softmax], file, 4)

optimizer = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], 0.1, momentum=0.9)
torch.save(torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.5, total_steps=9).state_dict(), "onecycle.pt")
torch.save(torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.5, total_steps=9, anneal_strategy="linear").state_dict(), "onecycle_linear.pt")
swa = torch.optim.swa_utils.SWALR(optimizer, 0.05).state_dict()
torch.save(swa, "swalr.pt")
with open("swalr_p4.pkl", "wb") as file:
    pickle.dump(swa, file, 4)
lazy = [torch.nn.LazyLinear(2), torch.nn.LazyConv2d(2, 1), torch.nn.LazyBatchNorm1d()]
torch.save(lazy, "lazy.pt")
torch.save(lazy, "lazy_legacy.pt", _use_new_zipfile_serialization=False)
dynamic = torch.quantization.quantize_dynamic(torch.nn.Sequential(torch.nn.Linear(2, 2)), dtype=torch.qint8)
torch.save(dynamic, "dynamic.pt")
torch.save(dynamic, "dynamic_legacy.pt", _use_new_zipfile_serialization=False)
samples = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.ones(2, 1)))
with open("loader.pkl", "wb") as file:
    pickle.dump(samples, file, 4)
