"""Model signatures written by hand: every rule can be broken alone, under a signature that holds."""
import base64
import copy
import datetime
import hashlib
import json

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://model_signing/signature/v1.0"
PAYLOAD = "application/vnd.in-toto+json"
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
CURVES = {"p256": (ec.SECP256R1, hashes.SHA256), "p384": (ec.SECP384R1, hashes.SHA384),
          "p521": (ec.SECP521R1, hashes.SHA512)}


def b64(data):
    return base64.b64encode(data).decode()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def pae(payload, kind=PAYLOAD):
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)


def legacy_pae(payload):
    return b"DSSEV1 %d %s %d %s" % (len(PAYLOAD), PAYLOAD.encode(), len(payload), repr(payload).encode())


def public_pem(key):
    return key.public_key().public_bytes(serialization.Encoding.PEM,
                                         serialization.PublicFormat.SubjectPublicKeyInfo)


def private_pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption())


def hint(key):
    return sha256(public_pem(key))


def root_of(resources):
    return sha256(b"".join(bytes.fromhex(one["digest"]) for one in resources))


def resources(files, digest=sha256, algorithm="sha256"):
    return [{"name": name, "algorithm": algorithm, "digest": digest(content)}
            for name, content in sorted(files.items())]


def shards(files, size, digest=sha256, algorithm="sha256"):
    parts = [{"name": f"{name}:{at}:{min(at + size, len(content))}", "algorithm": algorithm,
              "digest": digest(content[at:at + size])}
             for name, content in files.items() for at in range(0, len(content), size)]
    return sorted(parts, key=lambda one: one["name"])


def statement(listed, **serialization):
    how = {"method": "files", "hash_type": "sha256", "allow_symlinks": False, "ignore_paths": []}
    return {"_type": STATEMENT, "subject": [{"name": "model", "digest": {"sha256": root_of(listed)}}],
            "predicateType": PREDICATE,
            "predicate": {"resources": listed, "serialization": {**how, **serialization}}}


class Signer:
    """A key, and bundles signed with it."""

    def __init__(self, curve="p256"):
        self.curve, self.digest = CURVES[curve]
        self.key = ec.generate_private_key(self.curve())

    def sign(self, message, digest=None):
        return self.key.sign(message, ec.ECDSA((digest or self.digest)()))

    def bundle(self, payload, kind=PAYLOAD, signed=None, material=None):
        if isinstance(payload, dict):
            payload = json.dumps(payload).encode()
        signature = self.sign(pae(payload, kind) if signed is None else signed)
        return {"mediaType": BUNDLE,
                "verificationMaterial": material or {"publicKey": {"hint": hint(self.key)},
                                                     "tlogEntries": []},
                "dsseEnvelope": {"payload": b64(payload), "payloadType": kind,
                                 "signatures": [{"sig": b64(signature), "keyid": ""}]}}


class Authority:
    """A root, an authority between, and leaves for keys."""

    def __init__(self):
        self.now = datetime.datetime.utcnow()
        self.root_key, self.between_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.root = self.issue("root", self.root_key, "root", self.root_key, ca=True, days=(-10, 30))
        self.between = self.issue("between", self.between_key, "root", self.root_key, ca=True,
                                  days=(-10, 30))

    def issue(self, name, key, issuer, issuer_key, ca=False, signs=True, days=(-1, 30)):
        named = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (name, issuer)]
        usage = x509.KeyUsage(digital_signature=signs and not ca, content_commitment=False,
                              key_encipherment=not signs, data_encipherment=False, key_agreement=False,
                              key_cert_sign=ca, crl_sign=ca, encipher_only=False, decipher_only=False)
        return (x509.CertificateBuilder().subject_name(named[0]).issuer_name(named[1])
                .public_key(key.public_key()).serial_number(x509.random_serial_number())
                .not_valid_before(self.now + datetime.timedelta(days=days[0]))
                .not_valid_after(self.now + datetime.timedelta(days=days[1]))
                .add_extension(x509.BasicConstraints(ca, None), True).add_extension(usage, True)
                .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
                .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False)
                .sign(issuer_key, hashes.SHA256()))

    def leaf(self, key, **how):
        return self.issue("leaf", key, "between", self.between_key, **how)

    def files(self, key, **how):
        return {f"{name}.pem": pem(one) for name, one in (("root", self.root), ("between", self.between),
                                                          ("leaf", self.leaf(key, **how)))}


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def chain_material(*certificates):
    return {"x509CertificateChain": {"certificates": [
        {"rawBytes": b64(one.public_bytes(serialization.Encoding.DER))} for one in certificates]},
        "tlogEntries": []}


def changed(value, *path_and_new):
    """A copy of a document in which one thing is another; a function changes it in place."""
    copied = copy.deepcopy(value)
    *path, last, new = path_and_new
    at = copied
    for step in path:
        at = at[step]
    if new is KeyError:
        del at[last]
    else:
        at[last] = new(at[last]) if callable(new) else new
    return copied
