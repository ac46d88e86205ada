import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from proto_parts import *

FEATURE = data(1, "x") + data(3, data(5, num(2, 65568)))
MODEL = num(1, 5) + data(2, data(1, FEATURE) + data(10, FEATURE)) + data(500, b"")


def package(name, path, model=MODEL, model_path="com.apple.CoreML/model.mlmodel", root="5A1E"):
    os.makedirs(name + "/Data/com.apple.CoreML/weights")
    entries = {"5A1E": {"author": "com.apple.CoreML", "description": "CoreML Model Specification",
                        "name": "model.mlmodel", "path": model_path},
               "7B2F": {"author": "com.apple.CoreML", "description": "CoreML Model Weights", "name": "weights",
                        "path": path}}
    with open(name + "/Manifest.json", "w") as out:
        json.dump({"fileFormatVersion": "1.0.0", "itemInfoEntries": entries, "rootModelIdentifier": root}, out)
    if model is not None:
        write(f"{name}/Data/{model_path}", model)


package("good.mlpackage", "com.apple.CoreML/weights")
package("traversal.mlpackage", "../../outside")
package("absolute.mlpackage", "/etc/passwd")
# Weights begin with how many there are and a version: numbers that suit the header of LZMA, too.
for count in (1, 2, 3, 10, 93, 100):
    with open(f"good.mlpackage/Data/com.apple.CoreML/weights/weight{count}.bin", "wb") as out:
        out.write(count.to_bytes(4, "little") + (2).to_bytes(4, "little") + bytes(56) + bytes(i * 7 % 256 for i in range(1024)))
package("renamed.mlpackage", "com.apple.CoreML/weights", model_path="com.apple.CoreML/model.dat")
package("no_model.mlpackage", "com.apple.CoreML/weights", model=None)
package("no_root.mlpackage", "com.apple.CoreML/weights", root="FFFF")
package("other_file.mlpackage", "com.apple.CoreML/weights", model=bytes(range(1, 200)), model_path="com.apple.CoreML/model.dat")
package("key_twice.mlpackage", "com.apple.CoreML/weights")
with open("key_twice.mlpackage/Manifest.json") as manifest:
    text = manifest.read()
write("key_twice.mlpackage/Manifest.json", text.replace('"rootModelIdentifier"', '"itemInfoEntries": {}, "rootModelIdentifier"').encode())
# What a device runs: recognised, not checked.
for name, content in {"program.mlmodelc/model.mil": 'program(1.0)\n[buildInfo = dict<tensor<string, []>, tensor<string, []>>({})]\n{\n}\n',
                      "network.mlmodelc/model.espresso.net": '{"layers": [{"type": "custom", "class": "Other"}], "storage": "model.espresso.weights"}',
                      "trees.mlmodelc/metadata.json": '[{"metadataOutputVersion": "3.0", "shortDescription": ""}]'}.items():
    os.makedirs(os.path.dirname(name), exist_ok=True)
    write(name, content.encode())
