"""Makes the seeds of the fuzz targets of signatures anew, from the sigstore of the tests.
usage: signing.py (in this folder)"""
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[0] = str(HERE.parents[1] / "cli")  # and not this folder, where json.py is ours

import json  # noqa: E402
import tempfile  # noqa: E402

import _sigstore as sigstore  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa  # noqa: E402


def write(target, name, content):
    content = content if isinstance(content, bytes) else content.encode()
    (HERE / f"{target}_fuzz" / name).write_bytes(content)


def keys():
    for name, key in (("p256", sigstore.new_key()), ("ed25519", ed25519.Ed25519PrivateKey.generate()),
                      ("rsa", rsa.generate_private_key(65537, 2048))):
        write("key_file", f"{name}.key", sigstore.private_pem(key))
        write("key_file", f"{name}.pub", sigstore.public_pem(key))
        write("key_file", f"{name}.spki", sigstore.spki(key))
    write("key_file", "encrypted", sigstore.private_pem(sigstore.new_key(), b"p"))


def entries(store):
    bundle = store.blob_bundle(b"content")
    entry = bundle["verificationMaterial"]["tlogEntries"][0]
    write("log_entry", "hashedrekord", json.dumps(entry))
    write("log_entry", "checkpoint", entry["inclusionProof"]["checkpoint"]["envelope"])
    for kind, version in (("dsse", "0.0.1"), ("dsse", "0.0.2"), ("intoto", "0.0.2")):
        made = store.statement_bundle(b"{}", kind, version)
        write("log_entry", f"{kind}-{version}",
              json.dumps(made["verificationMaterial"]["tlogEntries"][0]))
    body = entry["canonicalizedBody"]
    old = {"SignedEntryTimestamp": entry["inclusionPromise"]["signedEntryTimestamp"],
           "Payload": {"body": body, "integratedTime": int(entry["integratedTime"]),
                       "logIndex": int(entry["logIndex"]), "logID": store.log.id.hex()}}
    write("log_entry", "older", json.dumps(old))


def main():
    store = sigstore.Sigstore()
    keys()
    entries(store)
    write("trusted_root", "root", json.dumps(store.trusted_root()))
    leaf = store.issue(sigstore.new_key(), old_issuer=sigstore.ISSUER)
    write("certificate", "leaf.der", sigstore.der(leaf))
    write("certificate", "chain.pem", sigstore.pem(leaf) + sigstore.pem(store.intermediate))
    with tempfile.TemporaryDirectory() as folder:
        authority = sigstore.TimestampAuthority(folder + "/tsa")
        write("timestamp", "answer", authority.stamp(b"signature"))
        write("timestamp", "bare", authority.stamp(b"signature", certificate=False))
    for number, text in enumerate((r"^[a-z]+@example\.com$", r"^(a|b){2,5}c*?\d+[^/\w-]$", r"(x*)*y")):
        write("pattern", str(number), text + "\nalice@example.com")


main()
