import os

TEXTS = {
    "cut": '{"weight_map": {"a": "a.safetensors"',
    "empty": "{}",
    "list": "[]",
    "no_files": '{"metadata": {}, "weight_map": {}}',
    "number": '{"metadata": {}, "weight_map": {"a": 1}}',
    "twice": '{"metadata": {}, "weight_map": {"a": "a.safetensors", "a": "b.safetensors"}}',
    "no_metadata": '{"weight_map": {"a": "a.safetensors"}}',
    "size_is_text": '{"metadata": {"total_size": "8"}, "weight_map": {"a": "a.safetensors"}}',
    "trailing": '{"metadata": {}, "weight_map": {"a": "a.safetensors"}} {}',
}
for name, text in TEXTS.items():
    os.mkdir(name)
    with open(f"{name}/model.safetensors.index.json", "w") as file:
        file.write(text)
