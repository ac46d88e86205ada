"""How the files here were made, with torch 1.13 (Python 3.11); not run by the tests. Without torch.save a
tensor's bytes are an old torch file inside a value."""
import pickle

import torch

t = torch.arange(4.0)
OBJECTS = {"tensor": t, "parameter": torch.nn.Parameter(t), "state": torch.nn.Linear(2, 2).state_dict(),
           "bool": t > 0, "quantised": torch.quantize_per_tensor(t, 0.1, 0, torch.qint8)}
for name, value in OBJECTS.items():
    for protocol in (2, 4):
        with open(f"input/{name}_p{protocol}.pkl", "wb") as file:
            pickle.dump(value, file, protocol)

# Beyond 8 KiB the text of protocol 0 is no longer kept.
with open("input/large_p0.pkl", "wb") as file:
    pickle.dump(torch.arange(1500.0), file, 0)
