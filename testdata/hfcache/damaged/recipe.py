"""Blobs that do not hold what their names say, in two revisions; what is missing, left over and needed by nobody."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from store_parts import *  # noqa: E402,F403

hub = Repository(hub="hub")
hub.ref()
hub.file("model.safetensors", model(1), named=sha256(model(2)))
hub.link("model.safetensors", "../../blobs/" + sha256(model(2)), commit=OTHER)
hub.link("renamed.safetensors", "../../blobs/" + sha256(model(2)), commit=OTHER)
hub.file("config.json", b'{"model_type": "bert"}', named=git_sha1(b'{"model_type": "gpt2"}'))
hub.link("missing.safetensors", "../../blobs/" + sha256(b"missing"))
hub.blob(model(3))
write(f"{hub.path}/blobs/{sha256(b'begun')}.incomplete", model(4)[:50])
write(f"{hub.path}/blobs/not-a-digest", b"text\n")
