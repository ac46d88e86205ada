"""A store in which blobs are damaged, missing, partial, old and left over."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from store_parts import *  # noqa: E402,F403

store = Ollama()
good, bad = model(1), model(2)
store.blob(bad, "sha256-" + sha256(good))
shared = store.layer("sha256:" + sha256(good), len(good))
store.manifest("one/latest", [shared])
store.manifest("two/latest", [shared, store.layer("sha256:" + sha256(b"missing"), 7, "license")])
store.manifest("short/latest", [store.layer(store.blob(model(3)), 12345)])
store.blob(model(4))
write(f"models/blobs/sha256-{sha256(b'begun')}-partial", b"beg")
write(f"models/blobs/sha256-{sha256(b'begun')}-partial-0", b'{"N":0}')
write("models/blobs/readme", b"text\n")
