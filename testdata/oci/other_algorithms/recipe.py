"""Blobs that are named by SHA-512: compared in a folder, and elsewhere not, which lowers the coverage."""
import hashlib
import io
import os
import sys
import tarfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from oci_parts import *  # noqa: E402,F403


def sha512(data):
    return "sha512:" + hashlib.sha512(data).hexdigest()


def image(content, stated):
    """One layer, named by the SHA-512 of `stated`."""
    one = Layout()
    layer = one.blob(packed(content), LAYER + "+gzip", name=sha512(packed(stated)))
    return one, named(one.manifest(one.blob(config(content), CONFIG), [layer]))


good = tar(file("models/a.safetensors", safetensors(1)))
other = tar(file("models/a.safetensors", safetensors(2)))
for where, stated in (("sound", good), ("replaced", other)):
    one, index = image(good, stated)
    one.write(where, [index])
    with tarfile.open(where + ".tar", "w", format=tarfile.GNU_FORMAT) as archive:  # such names are long
        for name, data in one.files([index]):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
