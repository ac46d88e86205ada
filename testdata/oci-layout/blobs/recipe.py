"""Blobs of an image layout that are not what their names say, or no files, or named by nothing that is registered."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from store_parts import *  # noqa: E402,F403

write("image/oci-layout", b'{"imageLayoutVersion":"1.0.0"}')
write("image/index.json", b'{"schemaVersion":2,"manifests":[]}')
write("image/blobs/sha256/" + sha256(model(1)), model(1))
write("image/blobs/sha256/" + sha256(model(2)), model(3))
write("image/blobs/sha256/" + sha256(model(4)).upper(), model(4))
write("image/blobs/sha512/" + hashlib.sha512(model(5)).hexdigest(), model(5))
write("image/blobs/md5/" + md5(model(6)), model(6))
write("image/blobs/stray", b"text\n")
link("image/blobs/sha256/" + sha256(b"linked"), "../../index.json")
os.mkfifo("image/blobs/sha256/" + sha256(b"pipe"))
write("image/blobs/sha256/" + sha256(b"folder") + "/inside", b"text\n")
