import io
import os
import sys
import tarfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from tf_parts import *

relu = node("relu", "Relu")
os.makedirs("plain")
write("plain/saved_model.pb", saved_model(graph([relu], [function("mine", relu)]) ))
os.makedirs("calls")
write("calls/saved_model.pb", saved_model(graph([relu, node("c", "mine")], [function("mine", relu)])))
os.makedirs("words/assets")
write("words/assets/words.txt", b"cat\ndog\n")
write("words/saved_model.pb", saved_model(graph([relu], [function("__inference__initializer_7", node(
    "t", "InitializeTableFromTextFileV2"))]), assets=["words.txt"]))
os.makedirs("prints")
write("prints/saved_model.pb", saved_model(graph([relu, node("p", "PrintV2", [("output_stream", data(2, "stderr"))])])))
os.makedirs("saver")
write("saver/saved_model.pb", saved_model(graph([relu, node("save/SaveV2", "SaveV2"), node("save/RestoreV2", "RestoreV2")], [
    function("__inference__traced_save_7", node("SaveV2", "SaveV2"), node("MergeV2Checkpoints", "MergeV2Checkpoints")),
    function("__inference__traced_restore_8", node("RestoreV2", "RestoreV2"))])))
os.makedirs("variables")
write("variables/v.index", table([(b"a", variable()), (b"b", variable(0, 8, 0)), (b"s", variable(1, 8, 30, dtype=7))]))
write("variables/v.data-00000-of-00001", bytes(38))
write("variables/two.index", table([(b"a", variable()), (b"b", variable(shard=1))], shards=2))
write("variables/two.data-00000-of-00002", bytes(8))
write("variables/two.data-00001-of-00002", bytes(8))
layer = num(2, 1) + data(3, "root.layer-0") + data(4, "_tf_keras_layer")
write("keras_metadata.pb", data(1, layer + data(5, '{"name": "Lambda", "class_name": "TFOpLambda"}')))
write("fingerprint.pb", num(1, 2**63 + 5) + num(2, 2**60) + num(3, 7) + num(4, 2**62) + num(5, 9) + data(6, num(1, 3)))
# In an archive the shard has passed when its index is known.
with tarfile.open("archived.tar", "w", format=tarfile.USTAR_FORMAT) as archive:
    for name in ("v.data-00000-of-00001", "v.index"):
        with open("variables/" + name, "rb") as file:
            content = file.read()
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
