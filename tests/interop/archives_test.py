#!/usr/bin/python3
"""Archives that bsdtar and others make: assay must see every member, with the digest of what was packed."""
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

ASSAY = os.environ["ASSAY"]
FORMS = {
    "7z": ["bsdtar", "-acf", "OUT.7z"],
    "stored.7z": ["bsdtar", "--format=7zip", "--options=compression=store", "-cf", "OUT.stored.7z"],
    "ppmd.7z": ["bsdtar", "--format=7zip", "--options=compression=ppmd", "-cf", "OUT.ppmd.7z"],
    "bzip2.7z": ["bsdtar", "--format=7zip", "--options=compression=bzip2", "-cf", "OUT.bzip2.7z"],
    "newc.cpio": ["bsdtar", "--format=newc", "-cf", "OUT.newc.cpio"],
    "odc.cpio": ["bsdtar", "--format=odc", "-cf", "OUT.odc.cpio"],
    "bin.cpio": ["bsdtar", "--format=bin", "-cf", "OUT.bin.cpio"],
    "iso": ["bsdtar", "--format=iso9660", "-cf", "OUT.iso"],
    "tar.gz": ["bsdtar", "-czf", "OUT.tar.gz"],
}


def make_tree(root, dice):
    """Texts, noise, an empty file and a longer one; returns the digest of each."""
    digests = {}
    for name, data in {
        "README.md": b"A model card.\n" * 200, "weights.bin": dice.randbytes(300_000), "empty": b"",
        "sub/deeper/notes.txt": b"a note\n" * dice.randrange(1, 2000),
        "sub/vocab.json": json.dumps({f"t{i}": i for i in range(5000)}).encode(),
    }.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
        digests[name] = hashlib.sha256(data).hexdigest()
    return digests


def seen_by_assay(path):
    done = subprocess.run([ASSAY, "scan", "-q", "--members", "-o", "json", path], capture_output=True, timeout=120)
    report = json.loads(done.stdout)
    name = report["records"][0]["path"]
    members = {}
    for record in report["records"][1:]:
        inner = record["path"][len(name) + 1:].removeprefix("data!").removeprefix("./")
        members[inner] = record["digests"].get("sha256")
    return done.returncode, report, members


def check(form, command, work, digests):
    path = os.path.join(work, command[-1].replace("OUT", "archive"))
    made = subprocess.run([*command[:-1], path, *sorted(os.listdir(os.path.join(work, "tree")))],
                          cwd=os.path.join(work, "tree"), capture_output=True)
    if made.returncode != 0:
        print(f"SKIP {form}: {made.stderr.decode(errors='replace').strip()}")
        return True
    code, report, members = seen_by_assay(path)
    missing = {name: members.get(name) for name, digest in digests.items() if members.get(name) != digest}
    cut = [record["reason"] for record in report["records"] if record["coverage"] != "full"]
    grave = [(record["path"], finding["rule"]) for record in report["records"] for finding in record["findings"]
             if finding["severity"] in ("high", "critical")]
    good = not missing and not cut and not grave and code == 0
    print(("ok  " if good else "FAIL"), form, "" if good else (code, missing, cut, grave, sorted(members)))
    return good


def main():
    if not shutil.which("bsdtar"):
        print("SKIP: no bsdtar (libarchive-tools)")
        return 77
    with tempfile.TemporaryDirectory() as work:
        digests = make_tree(os.path.join(work, "tree"), random.Random(3))
        good = [check(form, command, work, digests) for form, command in FORMS.items()]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
