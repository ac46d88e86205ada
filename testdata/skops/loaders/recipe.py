import json
import zipfile
import zlib


def node(loader, module, name, content=None, **more):
    return {"__class__": name, "__module__": module, "__loader__": loader, "content": content or {}, "__id__": 1, **more}


def archive(name, root, protocol=2):
    with zipfile.ZipFile(name, "w") as file:
        member = zipfile.ZipInfo("schema.json", (1980, 1, 1, 0, 0, 0))
        file.writestr(member, json.dumps({**root, "protocol": protocol, "_skops_version": "0.11"}))


def function(path, name):
    return node("FunctionNode", path, name)


model = node("ObjectNode", "sklearn.preprocessing._function_transformer", "FunctionTransformer")
archive("function.skops", {**model, "content": {"func": function("os", "system")}})
archive("operator_func.skops", node("OperatorFuncNode", "sklearn.base", "call", {"attrs": []}))
archive("method.skops", node("MethodNode", "sklearn.linear_model", "LinearRegression", {"func": "__globals__", "obj": model}))
archive("constructor.skops", node("ConstructorFromReduceNode", "subprocess", "Popen", {"args": []}))
archive("partial.skops", node("PartialNode", "sklearn.base", "clone", {"func": function("numpy", "log1p")}))
archive("untrusted.skops", node("ObjectNode", "somepackage.models", "Model"))
archive("mismatch.skops", node("ListNode", "builtins", "dict"))
archive("protocol.skops", model, protocol=99)


# What skops takes for a file of joblib when it is asked for a model card's model.
payload = b"cposix\nsystem\n(S'true'\ntR."
with open("fallback.skops", "wb") as out:
    out.write(payload)
with open("packed.skops", "wb") as out:
    out.write(zlib.compress(payload, 3))
