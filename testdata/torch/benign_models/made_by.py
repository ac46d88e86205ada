# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1, torch 2.15.0
import torch
torch.manual_seed(0)

model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU(), torch.nn.BatchNorm1d(2))
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
model(torch.ones(3, 2)).sum().backward()
optimizer.step()
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)
torch.save(model.state_dict(), "state.pt")
torch.save(model.state_dict(), "pytorch_model.bin")
torch.save(optimizer.state_dict(), "optimizer.pt")
torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3, "loss": 0.25, "scheduler": scheduler.state_dict()}, "checkpoint.ckpt")
torch.save(torch.nn.Linear(2, 2), "linear.pth")
torch.save(torch.nn.Sequential(torch.nn.Conv2d(1, 1, 1), torch.nn.ReLU(), torch.nn.Embedding(2, 2)), "module.pt")
torch.save(torch.nn.LSTM(1, 1), "lstm.pt")
torch.save(torch.nn.TransformerEncoderLayer(2, 1, 2), "transformer.pt")
torch.save(torch.optim.SGD(model.parameters(), lr=0.1), "optimizer_object.pt")
torch.save(torch.utils.data.TensorDataset(torch.ones(2, 1)), "dataset.pt")
