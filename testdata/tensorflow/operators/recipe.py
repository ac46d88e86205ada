import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from tf_parts import *


def model(name, content, **more):
    os.makedirs(name)
    write(name + "/saved_model.pb", saved_model(content, **more))


relu = node("relu", "Relu")
for op in ("PyFunc", "PyFuncStateless", "EagerPyFunc", "DatasetToTFRecord", "ReadFile", "WriteFile", "MatchingFiles", "DebugIdentityV2",
           "RpcClient", "DataServiceDatasetV2", "InitializeTableFromTextFileV2", "LookupTableImportV2", "SaveV2"):
    model(op, graph([relu, node("n", op)]))
model("in_function", graph([relu], [function("__inference_call_7", node("n", "PyFunc"))]))
model("write_in_saver", graph([relu], [function("__inference__traced_save_7", node("n", "WriteFile"))]))
model("unknown", graph([relu, node("n", "SentencepieceOp"), node("m", "SentencepieceOp")]))
model("print_file", graph([relu, node("n", "PrintV2", [("output_stream", data(2, "file:///tmp/out"))])]))
model("asset_program", graph([relu]), assets=["tokenizer.so"])
os.makedirs("asset_program/assets")
write("asset_program/assets/tokenizer.so", b"not really")
model("asset_missing", graph([relu]), assets=["words.txt"])
model("asset_traversal", graph([relu]), assets=["../../words.txt"])
write("frozen.pb", graph([relu, node("n", "ReadFile")]))
# Graphs of checkpoints, with what stands first otherwise last or left out.
python = graph([node("n", "PyFunc")])
write("graph_first.meta", data(2, python) + data(1, data(4, "train")))
write("no_list.meta", data(1, data(4, "train")) + data(2, python))
write("unknown_first.meta", num(99, 1) + data(2, python))
