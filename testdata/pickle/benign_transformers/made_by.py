# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1, transformers 5.23.0, torch 2.15.0
import pickle
import torch
import transformers
from transformers import BertConfig, TrainingArguments
with open("config_p2.pkl", "wb") as file:
    pickle.dump(BertConfig(hidden_size=8, num_hidden_layers=1), file, 2)
with open("config_p4.pkl", "wb") as file:
    pickle.dump(BertConfig(hidden_size=8, num_hidden_layers=1), file, 4)
torch.save(TrainingArguments(output_dir="out", use_cpu=True, report_to=[]), "training_args.bin")
from tokenizers import Tokenizer, models
with open("tokenizer_p4.pkl", "wb") as file:
    pickle.dump(Tokenizer(models.BPE()), file, 4)
