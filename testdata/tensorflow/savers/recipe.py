import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from tf_parts import *

# Scopes and functions with a saver's name, of which some save where the model says.
SAVE, RESTORE = "__inference__traced_save_7", "__inference__traced_restore_9"


def model(name, nodes, functions=()):
    os.makedirs(name)
    write(name + "/saved_model.pb", saved_model(graph([node("relu", "Relu"), *nodes], functions)))


def scope(name="save", value="model", file=None, of="Const"):
    """As TensorFlow 1 has it."""
    return [node(f"{name}/filename/input", "Const", text(value)),
            node(f"{name}/filename", "PlaceholderWithDefault", inputs=[f"{name}/filename/input"]),
            node(f"{name}/Const", "PlaceholderWithDefault", inputs=[file or f"{name}/filename"]),
            node(f"{name}/StringJoin", "StringJoin", inputs=[f"{name}/{of}", f"{name}/StringJoin/inputs_1"]),
            node(f"{name}/StringJoin/inputs_1", "Const", text("_temp_0123/part")),
            node(f"{name}/ShardedFilename", "ShardedFilename", inputs=[f"{name}/StringJoin:0", f"{name}/num"]),
            node(f"{name}/SaveV2", "SaveV2", inputs=[f"{name}/ShardedFilename", f"{name}/SaveV2/tensor_names", "v", "w"]),
            node(f"{name}/Assign", "Assign", inputs=["weight", f"{name}/RestoreV2"]),
            node(f"{name}/RestoreV2", "RestoreV2", inputs=[f"{name}/Const", f"{name}/RestoreV2/tensor_names"])]


def traced(value="_temp/part"):
    return [function(SAVE, node("Const", "Const", text(value)), node("SaveV2", "SaveV2", inputs=["join:output:0"]),
                     node("MergeV2Checkpoints", "MergeV2Checkpoints", inputs=["a", "file_prefix"])),
            function(RESTORE, node("RestoreV2", "RestoreV2", inputs=["file_prefix"]))]


FILE = node("saver_filename", "Placeholder")
CALLS = [FILE, call("StatefulPartitionedCall_1", SAVE, ["saver_filename:0", "v"]),
         call("StatefulPartitionedCall_2", RESTORE, ["saver_filename", "w"])]
model("good_scope", scope() + scope("save_1"))
model("good_functions", CALLS, traced())
model("path_in_scope", scope(value="/etc/cron.d/x"))
model("address_in_scope", scope(value="gs://bucket/x"))
model("up_in_scope", scope(value="../../.ssh/x"))
model("name_from_elsewhere", scope(file="mine/Const") + [node("mine/Const", "Const", text("/etc/x"))])
model("name_through_identity", scope(of="Identity") + [node("save/Identity", "Identity", inputs=["mine/Const:0"]),
                                                       node("mine/Const", "Const", text("/etc/x"))])
model("one_of_two", scope() + scope("save_1", value="/etc/x"))
model("path_in_function", CALLS, traced("/root/.bashrc"))
model("called_by_function", CALLS, traced() + [function("__inference_serve_3", call("c", SAVE, ["path"]))])
model("called_with_constant", CALLS + [call("c", RESTORE, ["mine"]), node("mine", "Const", text("/etc/x"))], traced())
model("constant_for_placeholder", [node("saver_filename", "Const", text("x")), *CALLS[1:]], traced())
model("used_as_operator", CALLS + [node("n", SAVE, inputs=["mine"])], traced())
