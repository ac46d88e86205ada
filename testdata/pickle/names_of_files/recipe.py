# The name of the file promises something else, or nothing.
from pickle_asm import *


for name in ("model.txt", "config.json", "weights.safetensors", "pytorch_model.bin", "model", "data.csv", "model.onnx", "image.png", "model.pickle.bak", ".hidden"):
    save(name, framed(EVIL4 + STOP))
save("old.txt", EVIL + STOP)
