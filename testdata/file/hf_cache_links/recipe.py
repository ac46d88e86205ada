# The links of a Hugging Face cache are followed: they are how its files are named.
import hashlib
import os

content = b'{"a": 1}\n'
commit = hashlib.sha1(content).hexdigest()
digest = hashlib.sha256(content).hexdigest()
os.makedirs("models--o--m/blobs")
os.makedirs(f"models--o--m/snapshots/{commit}")
with open(f"models--o--m/blobs/{digest}", "wb") as out:
    out.write(content)
os.symlink(f"../../blobs/{digest}", f"models--o--m/snapshots/{commit}/config.json")
