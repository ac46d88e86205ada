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
