"""Files of DVC in no repository: what was given is all of the tree that is known."""
import io
import os
import sys
import tarfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from store_parts import *  # noqa: E402,F403


def out(path, wdir=None):
    return (f"wdir: {wdir}\n" if wdir else "") + f"outs:\n- md5: {md5(b'x')}\n  size: 1\n  hash: md5\n  path: {path}\n"


write("good.dvc", out("data.bin"))
write("absolute.dvc", out("/etc/cron.d/job"))
write("drive.dvc", out("C:\\job"))
write("up.dvc", out("../data.bin"))
write("a/b/inside.dvc", out("../../data.bin"))
write("a/b/outside.dvc", out("../../../data.bin"))
write("a/work.dvc", out("../data.bin", wdir=".."))
write("dvc.lock", "schema: '2.0'\nstages:\n  train:\n    cmd: python train.py\n    outs:\n    - path: /etc/cron.d/job\n"
                  f"      hash: md5\n      md5: {md5(b'x')}\n      size: 1\n")
write("crlf.dvc", out("/etc/cron.d/job").replace("\n", "\r\n"))
write("dvc.yaml", "stages:\n  train:\n    cmd: python train.py\n    outs:\n    - ../model.bin\n")
packed = io.BytesIO()
with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
    for name, text in (("a/in.dvc", out("../data.bin")), ("a/out.dvc", out("../../data.bin"))):
        entry = tarfile.TarInfo(name)
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text.encode()))
write("repository.tar", packed.getvalue())
