"""Storage of KitOps: an image layout with an index of its own for each repository."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from store_parts import *  # noqa: E402,F403

import base64  # noqa: E402

write("kitops/storage/oci-layout", b'{"imageLayoutVersion":"1.0.0"}')
write("kitops/storage/index.json", b'{"schemaVersion":2,"manifests":[]}')
name = base64.urlsafe_b64encode(b"localhost/org/model").decode()
write(f"kitops/storage/{name}-index.json", b'{"schemaVersion":2,"manifests":[]}')
write("kitops/storage/blobs/sha256/" + sha256(model(1)), model(1))
write("kitops/storage/blobs/sha256/" + sha256(model(2)), model(3))
