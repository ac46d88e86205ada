import os


def write(name, text):
    if os.path.dirname(name):
        os.makedirs(os.path.dirname(name), exist_ok=True)
    with open(name, "w") as out:
        out.write(text)


graph = 'meta_graphs {\n  graph_def {\n    node {\n      name: "n"\n      op: "PyFunc"\n    }\n  }\n}\n'
write("model/saved_model.pbtxt", "saved_model_schema_version: 1\n" + graph)
write("renamed.pbtxt", graph)
# Settings and lists are data.
write("labels.pbtxt", "item {\n  id: 1\n  name: 'cat'\n}\n")
write("server/config.pbtxt", 'name: "model"\nplatform: "onnxruntime_onnx"\nmax_batch_size: 8\n')
write("graph.pbtxt", 'node {\n  name: "n"\n  op: "PyFunc"\n}\n')
write("model.ckpt.meta", graph)
write("asset.meta", "fileFormatVersion: 2\nguid: 0123\n")
write("graph_of_calculators.pbtxt", 'node {\n  calculator: "PassThroughCalculator"\n}\n')
