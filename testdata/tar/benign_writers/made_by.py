"""How the files in input/ were made: GNU tar 1.34, bsdtar 3.6.2, busybox 1.35.0, Python 3.11."""
import os
import subprocess
import tarfile

os.makedirs("model/sub/" + "d" * 60 + "/" + "e" * 60)
for name, content in (("config.json", b"{}\n"), ("sub/weights.bin", bytes(range(200)) * 10), ("gr\u00fc\u00dfe.txt", b"hi\n"),
                      ("sub/" + "d" * 60 + "/" + "e" * 60 + "/deep", b"deep\n"), ("sub/" + "long" * 30, b"long\n")):
    with open("model/" + name, "wb") as file:
        file.write(content)
os.symlink("sub/weights.bin", "model/link")
os.symlink("t" * 130, "model/long_link")
os.link("model/config.json", "model/same.json")
for kind in ("gnu", "oldgnu", "pax", "ustar", "v7"):
    subprocess.run(["tar", "--format=" + kind, "--owner=user:1000", "--group=user:1000", "-cf", "input/gnutar_%s.tar" % kind, "model"])
for kind in ("pax", "paxr", "ustar", "gnutar", "v7"):
    subprocess.run([os.environ.get("BSDTAR", "bsdtar"), "--format=" + kind, "-cf", "input/bsdtar_%s.tar" % kind, "model"])
subprocess.run([os.environ.get("BUSYBOX", "busybox"), "tar", "-cf", "input/busybox.tar", "model"])
for name, kind in (("gnu", tarfile.GNU_FORMAT), ("pax", tarfile.PAX_FORMAT)):
    with tarfile.open("input/python_%s.tar" % name, "w", format=kind) as archive:
        archive.add("model")
subprocess.run(["tar", "-V", "label", "-cf", "input/labelled.tar", "model/config.json"])
with open("input/python_pax.tar", "rb") as tar:
    subprocess.run(["gzip", "-n"], stdin=tar, stdout=open("input/python_pax.tar.gz", "wb"))
subprocess.run(["zstd", "-q", "input/python_pax.tar", "-o", "input/python_pax.tar.zst"])
