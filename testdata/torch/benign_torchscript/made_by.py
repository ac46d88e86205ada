# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1, torch 2.15.0
import torch
torch.manual_seed(0)

import warnings
warnings.simplefilter("ignore")
class Small(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(2, 2)

    def forward(self, x):
        return self.linear(x) + 1
torch.jit.save(torch.jit.script(Small()), "scripted.pt")
torch.jit.save(torch.jit.trace(torch.nn.Linear(2, 2), torch.ones(1, 2)), "traced.pt")
