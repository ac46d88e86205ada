"""Names that promise a tar in what is packed, of which some are none: a loader fails, or takes what nobody looked at."""
import gzip
import hashlib
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from tar_parts import archive, member

NOISE = b"".join(hashlib.sha512(bytes([i])).digest() for i in range(40))
TAR = archive(member(b"model_config.yaml", b"target: nemo.core.Model\n"))
for name, content in (("noise.tgz", NOISE), ("noise.tar.gz", NOISE), ("noise.NEMO", NOISE), ("noise.gz", NOISE),
                      ("text.tar.gz", b"text\n"), ("good.tgz", TAR), ("good.tar.gz", TAR), ("good.nemo", TAR),
                      ("empty.tar.gz", bytes(10240)), ("nothing.tar.gz", b"")):
    with open(name, "wb") as out:
        out.write(gzip.compress(content, mtime=0))
