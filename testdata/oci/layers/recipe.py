"""Layers that are not what is said of them."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from oci_parts import *

ROOT = tar(file("etc/passwd"), file("models/a.safetensors", safetensors()))
OTHER = tar(file("etc/passwd"), file("models/a.safetensors", safetensors(9)))


def case(name, settings, layer, drop=False):
    layout = Layout()
    described = layer(layout)
    image = layout.manifest(layout.blob(settings, CONFIG), [described])
    if drop:
        del layout.blobs[described["digest"]]
    layout.write(name, [named(image)])


case("missing", config(ROOT), lambda layout: layout.layer(ROOT), drop=True)
case("other_content", config(ROOT), lambda layout: layout.layer(OTHER))
case("plain_as_gzip", config(ROOT), lambda layout: layout.layer(ROOT, LAYER + "+gzip"))
case("gzip_as_plain", config(ROOT), lambda layout: layout.layer(packed(ROOT), LAYER))
case("model_as_layer", config(safetensors()), lambda layout: layout.layer(safetensors(), LAYER))
case("longer", config(ROOT), lambda layout: {**layout.layer(ROOT), "size": 7})


def zstd(data):
    """One frame with one block as it is; of less than 256 bytes."""
    return b"\x28\xb5\x2f\xfd\x20" + bytes([len(data)]) + (1 | len(data) << 3).to_bytes(3, "little") + data


NOISE = hashlib.sha512(b"noise").digest()
case("noise_in_gzip", config(NOISE), lambda layout: layout.layer(packed(NOISE), LAYER + "+gzip"))
case("noise_in_zstd", config(NOISE), lambda layout: layout.layer(zstd(NOISE), LAYER + "+zstd"))
case("gzip_in_gzip", config(packed(ROOT)), lambda layout: layout.layer(packed(packed(ROOT)), LAYER + "+gzip"))
# Nothing is a layer without files.
case("zeros_in_gzip", config(bytes(1024)), lambda layout: layout.layer(packed(bytes(1024)), LAYER + "+gzip"))
case("nothing_in_gzip", config(b""), lambda layout: layout.layer(packed(b""), LAYER + "+gzip"))
case("more_zeros_in_gzip", config(bytes(10240)), lambda layout: layout.layer(packed(bytes(10240)), LAYER + "+gzip"))
# Blobs beside their manifest, of which one is another.
beside = Layout()
image = beside.image(ROOT)
for digest, data in beside.blobs.items():
    put("beside/" + ("manifest.json" if digest == image["digest"] else digest[7:]),
        packed(OTHER) if data == packed(ROOT) else data)
