# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1, torch 2.15.0
import torch
torch.manual_seed(0)

torch.export.save(torch.export.export(torch.nn.Linear(2, 2), (torch.ones(1, 2),)), "linear.pt2")
