# The links of a Hugging Face cache are followed: they are how its files are named.
import hashlib
import os

content = b'{"a": 1}\n'
digest = hashlib.sha256(content).hexdigest()
os.makedirs("models--o--m/blobs")
os.makedirs("models--o--m/snapshots/main")
with open(f"models--o--m/blobs/{digest}", "wb") as out:
    out.write(content)
os.symlink(f"../../blobs/{digest}", "models--o--m/snapshots/main/config.json")
