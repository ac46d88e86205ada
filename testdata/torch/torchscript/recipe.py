import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from torch_files import *

MODULE = pickle(name("__torch__", "Net") + b")\x81}(" + text("weight") + tensor(storage("0", 6), [2, 3]) + b"ub")
EMPTY = pickle(b")")

def script(code, top="net"):
    archive = Archive(top).add("data.pkl", MODULE).add("data/0", FLOATS).add("constants.pkl", EMPTY)
    return archive.add("code/__torch__.py", code.encode(), packed=True).add("version", b"3\n")

def forward(line):
    return f"class Net(Module):\n  weight : Tensor\n  def forward(self: __torch__.Net, x: Tensor) -> Tensor:\n    {line}\n    return x\n"

script(forward("x = torch.add(x, self.weight)")).close("good.pt")
script(forward("x = torch.add(x, self.weight)")).close("pytorch_model.bin")
script(forward("self.save(x)\n    # torch.save(x)\n    print(\"torch.save(x)\")")).close("good_words.pt")
script(forward('torch.save(x, "/tmp/x")')).close("save.pt")
script(forward('x = torch.\\\n      from_file ("/etc/passwd", False, 10)')).close("from_file_spaced.pt")
script(forward("f = torch\n    f.save(x, \"a\")")).close("alias.pt")
script(forward("y = 1.\n    torch.save(x, \"a\")")).close("after_a_number.pt")
script(forward('ops.image.write_file("a", x)')).close("image.pt")
script(" " * 3_000_000 + forward('torch.save(x, "a")')).close("far.pt")
script(forward("pass")).add("code/helper.py", b"import os\n").add("extra/setup.py", b"import os\n").close("more_code.pt")
checkpoint(state(name("__torch__", "Net") + b")\x81")).close("class_of_no_program.pt")
