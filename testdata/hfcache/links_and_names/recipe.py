"""Links that lead where they should not, files where links belong, names that are no commits."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from store_parts import *  # noqa: E402,F403

hub = Repository()
write("secret.txt", b"secret\n")
hub.file("model.safetensors", model(1))
hub.link("out.txt", "../../../secret.txt")
hub.link("passwd", "/etc/passwd")
hub.link("refs.txt", "../../refs/main")
hub.link("deep.txt", "../../../../../../../../etc/hostname")
write(f"{hub.path}/snapshots/{COMMIT}/own.json", b"{}")
hub.file("other.txt", b"of no commit\n", commit="not-a-commit", large=False)
link(f"{hub.path}/blobs/{sha256(b'linked')}", "../../secret.txt")
begun = hub.blob(model(2)[:40], named=sha256(model(2)) + ".incomplete")
hub.link("begun.safetensors", f"../../blobs/{begun}")
hub.ref()
hub.ref("broken", COMMIT + "\n")
hub.ref("gone", OTHER)
hub.ref("pr/1", "main")
