import json
import os


def package(name, path):
    os.makedirs(name + "/Data/com.apple.CoreML/weights")
    entries = {"5A1E": {"author": "com.apple.CoreML", "description": "CoreML Model Specification",
                        "name": "model.mlmodel", "path": "com.apple.CoreML/model.mlmodel"},
               "7B2F": {"author": "com.apple.CoreML", "description": "CoreML Model Weights", "name": "weights",
                        "path": path}}
    with open(name + "/Manifest.json", "w") as out:
        json.dump({"fileFormatVersion": "1.0.0", "itemInfoEntries": entries, "rootModelIdentifier": "5A1E"}, out)


package("good.mlpackage", "com.apple.CoreML/weights")
package("traversal.mlpackage", "../../outside")
package("absolute.mlpackage", "/etc/passwd")
# Weights begin with how many there are and a version: numbers that suit the header of LZMA, too.
for count in (1, 2, 3, 10, 93, 100):
    with open(f"good.mlpackage/Data/com.apple.CoreML/weights/weight{count}.bin", "wb") as out:
        out.write(count.to_bytes(4, "little") + (2).to_bytes(4, "little") + bytes(56) + bytes(i * 7 % 256 for i in range(1024)))
