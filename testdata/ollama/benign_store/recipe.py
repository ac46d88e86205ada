"""Two models that share their configuration, as Ollama writes them: nothing is wrong."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from store_parts import *  # noqa: E402,F403

store = Ollama()
template = b"{{ if .System }}{{ .System }} {{ end }}{{ .Prompt }}"
for name, seed in (("small/latest", 1), ("large/7b", 2)):
    weights = model(seed)
    store.manifest(name, [store.layer(store.blob(weights), len(weights)),
                          store.layer(store.blob(template), len(template), "template")])
