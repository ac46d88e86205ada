"""Caches of DVC 2 and 3 with damaged files, lists of folders, and .dvc files that lead out."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from store_parts import *  # noqa: E402,F403

def put(content, named=None, old=False, suffix=""):
    name = named or md5(content)
    write(f".dvc/cache/{'' if old else 'files/md5/'}{name[:2]}/{name[2:]}{suffix}", content)
    return name + suffix


def out(path, md5, old=False, wdir=None):
    return (f"wdir: {wdir}\n" if wdir else "") + f"outs:\n- md5: {md5}\n  size: 1\n" + \
        ("" if old else "  hash: md5\n") + f"  path: {path}\n"


write("good.bin.dvc", out("good.bin", put(model(1))))
write("bad.bin.dvc", out("bad.bin", put(model(2), named=md5(model(3)))))
write("old.txt.dvc", out("old.txt", put(b"a\r\nb\rc\r\n", named=md5(b"a\nb\rc\n"), old=True), old=True))
put(b"a\r\nb\r\n", named=md5(b"a\nb\nc\n"), old=True)
write("data/missing.bin.dvc", out("missing.bin", md5(b"missing")))
write("data/up.bin.dvc", out("up.bin", md5(model(1)), wdir=".."))
write("data/out.bin.dvc", out("../../out.bin", md5(model(1))))
write("absolute.dvc", out("/etc/cron.d/job", md5(model(1))))
entries = [{"md5": md5(model(1)), "relpath": "a.bin"}, {"md5": md5(b"gone"), "relpath": "sub/b.bin"},
           {"md5": md5(model(1)), "relpath": "../../c.bin"}]
write("folder.dvc", out("folder", put(json.dumps(entries).encode(), suffix=".dir")))
put(b'{"md5": 1}', suffix=".dir")
put(b'[{"relpath": "x"}]', suffix=".dir")
write(".dvc/cache/files/md5/ab/nothing", b"text\n")
write(".dvc/cache/files/md5/ab/.begun", b"te")
write("dvc.lock", "schema: '2.0'\nstages:\n  train:\n    cmd: python train.py\n    outs:\n    - path: model.bin\n"
                  f"      hash: md5\n      md5: {md5(model(3))}\n      size: 1\n")
