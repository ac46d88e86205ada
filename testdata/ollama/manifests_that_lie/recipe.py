"""Manifests that lie: digests that are paths, keys that come twice, something behind them."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from store_parts import *  # noqa: E402,F403

store = Ollama()
weights = model(1)
layer = store.layer(store.blob(weights), len(weights))
store.manifest("traversal/latest", [layer, store.layer("sha256:../../../../etc/passwd", 1)])
store.manifest("grammar/latest", [store.layer("sha256:abc", 1), store.layer("md5:" + "0" * 32, 1)])
store.manifest("upper/latest", [store.layer("sha256:" + sha256(b"x").upper(), 1)])
store.manifest("trailing/latest", [layer], raw=lambda text: text + ' {"layers": []}')
store.manifest("twice/latest", [layer], raw=lambda text: text.replace('"layers"', '"layers": [], "layers"'))
store.manifest("broken/latest", [layer], raw=lambda text: text[:-20])
store.manifest("folded/latest", [layer], raw=lambda text: text[:-1] + ", \"Layers\": []}")
store.manifest("empty/latest", [layer], raw=lambda text: "{}")
link("models/manifests/registry.ollama.ai/library/linked/latest", "../upper/latest")
