"""A sigstore of our own, in memory: a certificate authority that issues ten-minute certificates for
identities, a certificate log, a transparency log and a timestamp authority. What they issue is what
the real ones issue, so that one defect at a time can be put in with everything else in order."""
import base64
import copy
import datetime
import hashlib
import json
import struct
import subprocess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
ROOT = "application/vnd.dev.sigstore.trustedroot+json;version=0.1"
ISSUER = "https://accounts.example.com"
IDENTITY = "alice@example.com"
START = datetime.datetime(2026, 1, 31, 12, 0, 0)
MINUTE = datetime.timedelta(minutes=1)

OLD_ISSUER_OID = ObjectIdentifier("1.3.6.1.4.1.57264.1.1")
ISSUER_OID = ObjectIdentifier("1.3.6.1.4.1.57264.1.8")
SCT_OID = ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")


DIGESTS = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}


def b64(data):
    return base64.b64encode(data).decode()


def sha256(data):
    return hashlib.sha256(data).digest()


def new_key():
    return ec.generate_private_key(ec.SECP256R1())


def spki(key):
    public = key.public_key() if hasattr(key, "public_key") else key
    return public.public_bytes(serialization.Encoding.DER,
                               serialization.PublicFormat.SubjectPublicKeyInfo)


def public_pem(key):
    public = key.public_key() if hasattr(key, "public_key") else key
    return public.public_bytes(serialization.Encoding.PEM,
                               serialization.PublicFormat.SubjectPublicKeyInfo)


def private_pem(key, password=None):
    how = (serialization.BestAvailableEncryption(password) if password
           else serialization.NoEncryption())
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)


def der(certificate):
    return certificate.public_bytes(serialization.Encoding.DER)


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def sign(key, data, digest=hashes.SHA256):
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(data)
    return key.sign(data, ec.ECDSA(digest()))


def seconds(time):
    return int(time.replace(tzinfo=datetime.timezone.utc).timestamp())


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def der_string(tag, data):
    assert len(data) < 65536
    if len(data) < 128:
        return bytes([tag, len(data)]) + data
    if len(data) < 256:
        return bytes([tag, 0x81, len(data)]) + data
    return bytes([tag, 0x82]) + struct.pack(">H", len(data)) + data


def key_usage(digital=False, certs=False):
    """Never none at all, which would be malformed: content commitment where nothing else."""
    other = not digital and not certs
    return x509.KeyUsage(digital, other, False, False, False, certs, certs, False, False)


def builder(subject, issuer, key, issuer_key, start, end):
    return (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(start).not_valid_after(end)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(
                issuer_key.public_key()), False))


def authority(text, key, issuer_text, issuer_key, start, end, length=None):
    return (builder(name(text), name(issuer_text), key, issuer_key, start, end)
            .add_extension(x509.BasicConstraints(True, length), True)
            .add_extension(key_usage(certs=True), True)
            .sign(issuer_key, hashes.SHA256()))


class Log:
    """A transparency log: leaves, proofs, checkpoints and promises."""

    def __init__(self, name="log.example.com", key=None):
        self.name = name
        self.key = key or new_key()
        self.id = sha256(spki(self.key))
        self.origin = f"{name} - 42"  # by the tree's number cosign knows Rekor 1
        if isinstance(self.key, ed25519.Ed25519PrivateKey):  # as Rekor 2 names itself and its keys
            self.origin = name
            raw = self.key.public_key().public_bytes(serialization.Encoding.Raw,
                                                     serialization.PublicFormat.Raw)
            self.id = sha256(name.encode() + b"\n\x01" + raw)
        self.leaves = [b"{\"somebody\":\"else's, %d\"}" % i for i in range(5)]

    @staticmethod
    def leaf_hash(leaf):
        return sha256(b"\x00" + leaf)

    @classmethod
    def root_of(cls, hashes_):
        if len(hashes_) == 1:
            return hashes_[0]
        split = 1 << ((len(hashes_) - 1).bit_length() - 1)
        return sha256(b"\x01" + cls.root_of(hashes_[:split]) + cls.root_of(hashes_[split:]))

    @classmethod
    def path_of(cls, index, hashes_):
        if len(hashes_) == 1:
            return []
        split = 1 << ((len(hashes_) - 1).bit_length() - 1)
        if index < split:
            return cls.path_of(index, hashes_[:split]) + [cls.root_of(hashes_[split:])]
        return cls.path_of(index - split, hashes_[split:]) + [cls.root_of(hashes_[:split])]

    def checkpoint(self, size, root, extra=""):
        text = f"{self.origin}\n{size}\n{b64(root)}\n{extra}"
        signature = sign(self.key, text.encode())
        return f"{text}\n\u2014 {self.name} {b64(self.id[:4] + signature)}\n"

    def promise(self, body, time, index):
        text = json.dumps({"body": b64(body), "integratedTime": time, "logID": self.id.hex(),
                           "logIndex": index}, separators=(",", ":"))
        return sign(self.key, text.encode())

    def add(self, body, kind, version, time, more=3):
        """The entry as bundles hold it; `more` are added behind it before the proof is made."""
        index = len(self.leaves)
        stated = index + (1000 if " - " in self.origin else 0)  # of several trees, or of this one
        self.leaves.append(body)
        self.leaves += [b"later %d" % i for i in range(more)]
        leaf_hashes = [self.leaf_hash(leaf) for leaf in self.leaves]
        root = self.root_of(leaf_hashes)
        size = len(self.leaves)
        return {
            "logIndex": str(stated), "logId": {"keyId": b64(self.id)},
            "kindVersion": {"kind": kind, "version": version}, "integratedTime": str(time),
            "inclusionPromise": {
                "signedEntryTimestamp": b64(self.promise(body, time, stated))},
            "inclusionProof": {
                "logIndex": str(index), "rootHash": b64(root), "treeSize": str(size),
                "hashes": [b64(h) for h in self.path_of(index, leaf_hashes)],
                "checkpoint": {"envelope": self.checkpoint(size, root)}},
            "canonicalizedBody": b64(body)}

    def trusted(self, start=START - 1000 * MINUTE, end=None, url="https://log.example.com"):
        valid = {"start": start.isoformat() + "Z"}
        if end:
            valid["end"] = end.isoformat() + "Z"
        ed = isinstance(self.key, ed25519.Ed25519PrivateKey)
        return {"baseUrl": url, "hashAlgorithm": "SHA2_256",
                "publicKey": {"rawBytes": b64(spki(self.key)), "validFor": valid,
                              "keyDetails": "PKIX_ED25519" if ed else "PKIX_ECDSA_P256_SHA_256"},
                "logId": {"keyId": b64(self.id)}}


TSA_CONFIG = """
[tsa]
serial = {dir}/serial
signer_digest = sha256
default_policy = 1.3.6.1.4.1.57264.2
digests = sha256, sha384, sha512, sha1
ess_cert_id_alg = sha256
"""


def der_of(tag, *parts):
    """DER of anything: a tag, and what is in it."""
    content = b"".join(parts)
    length = len(content)
    size = bytes([length]) if length < 128 else b"\x82" + struct.pack(">H", length)
    return bytes([tag]) + size + content


def der_integer(value):
    return der_of(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


TST_INFO = "1.2.840.113549.1.9.16.1.4"
SHA256_OID = bytes.fromhex("0609608648016503040201")
POLICY_OID = bytes.fromhex("06092b0601040183bf3002")


class TimestampAuthority:
    """By `openssl ts`, whose clock cannot be set: its timestamps are of now. forge() makes such as no
    honest authority does, with a signature that holds."""

    def __init__(self, folder, start=None, purpose=ExtendedKeyUsageOID.TIME_STAMPING, critical=True,
                 end=None):
        self.dir = Path(folder)
        self.dir.mkdir(parents=True)
        now = datetime.datetime.utcnow().replace(microsecond=0)
        start = start or now - 60 * MINUTE
        end = end or now + 6000 * MINUTE
        self.root_key, self.key = new_key(), new_key()
        self.root = authority("tsa root", self.root_key, "tsa root", self.root_key, start,
                              now + 6000 * MINUTE)
        self.certificate = (
            builder(name("tsa"), name("tsa root"), self.key, self.root_key, start, end)
            .add_extension(key_usage(digital=True), True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical)
            .sign(self.root_key, hashes.SHA256()))
        (self.dir / "tsa.key").write_bytes(private_pem(self.key))
        (self.dir / "tsa.pem").write_bytes(pem(self.certificate))
        (self.dir / "root.pem").write_bytes(pem(self.root))
        (self.dir / "serial").write_text("01\n")
        (self.dir / "tsa.cnf").write_text(TSA_CONFIG.format(dir=self.dir))

    def openssl(self, *args):
        subprocess.run(["openssl", *args], check=True, cwd=self.dir,
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def answer(self, request):
        """To a TimeStampReq, as bytes."""
        (self.dir / "request").write_bytes(request)
        self.openssl("ts", "-reply", "-config", "tsa.cnf", "-section", "tsa", "-queryfile",
                     "request", "-inkey", "tsa.key", "-signer", "tsa.pem", "-out", "answer")
        return (self.dir / "answer").read_bytes()

    def stamp(self, signature, digest="sha256", certificate=True):
        (self.dir / "data").write_bytes(signature)
        self.openssl("ts", "-query", "-data", "data", f"-{digest}", "-out", "query",
                     *(["-cert"] if certificate else []))
        return self.answer((self.dir / "query").read_bytes())

    def forge(self, signature, time, nonce=None):
        info = der_of(0x30, der_integer(1), POLICY_OID,
                      der_of(0x30, der_of(0x30, SHA256_OID, b"\x05\x00"),
                             der_of(0x04, sha256(signature))),
                      der_integer(7), der_of(0x18, time.strftime("%Y%m%d%H%M%SZ").encode()),
                      der_integer(nonce) if nonce is not None else b"")
        (self.dir / "info").write_bytes(info)
        self.openssl("cms", "-sign", "-binary", "-nodetach", "-cades", "-md", "sha256", "-in", "info",
                     "-econtent_type", TST_INFO, "-signer", "tsa.pem", "-inkey", "tsa.key",
                     "-outform", "DER", "-out", "token")
        return der_of(0x30, der_of(0x30, der_integer(0)), (self.dir / "token").read_bytes())

    def trusted(self):
        return {"uri": "https://tsa.example.com", "certChain": {"certificates": [
            {"rawBytes": b64(der(self.certificate))}, {"rawBytes": b64(der(self.root))}]},
            "validFor": {"start": "2020-01-01T00:00:00Z"}}


class Sigstore:
    def __init__(self, start=START):
        self.start = start
        self.root_key, self.key = new_key(), new_key()
        before, after = start - 1000 * MINUTE, start + 100_000 * MINUTE
        self.root = authority("root", self.root_key, "root", self.root_key, before, after)
        self.intermediate = authority("intermediate", self.key, "root", self.root_key, before, after,
                                      0)
        self.certificate_log = Log("ct.example.com")
        self.log = Log()

    def timestamp_of_certificate(self, precertificate, log=None, issuer=None, time=None):
        """An SCT, in the list that is embedded."""
        log = log or self.certificate_log
        tbs = precertificate.tbs_certificate_bytes
        when = seconds(time or self.start) * 1000
        issuer_key = sha256(spki((issuer or self.intermediate).public_key()))
        signed = (b"\x00\x00" + struct.pack(">QH", when, 1) + issuer_key +
                  struct.pack(">I", len(tbs))[1:] + tbs + b"\x00\x00")
        signature = sign(log.key, signed)
        one = (b"\x00" + log.id + struct.pack(">Q", when) + b"\x00\x00" + b"\x04\x03" +
               struct.pack(">H", len(signature)) + signature)
        content = struct.pack(">H", len(one)) + one
        return der_string(0x04, struct.pack(">H", len(content)) + content)

    def issue(self, key, identity=IDENTITY, issuer=ISSUER, old_issuer="same", start=None,
              purpose=ExtendedKeyUsageOID.CODE_SIGNING, names=None, sct=None, signer=None,
              issuer_extension=True):
        """A certificate for an identity. `sct` makes the list of timestamps from the certificate
        without one; False for none at all."""
        start = start or self.start
        old_issuer = issuer if old_issuer == "same" else old_issuer
        if names is None:
            kind = x509.UniformResourceIdentifier if "://" in identity else x509.RFC822Name
            names = [kind(identity)]
        made = builder(x509.Name([]), name("intermediate"), key, self.key, start, start + 10 * MINUTE)
        made = (made.add_extension(key_usage(digital=True), True)
                .add_extension(x509.ExtendedKeyUsage([purpose]), False)
                .add_extension(x509.SubjectAlternativeName(names), True))
        if issuer_extension:
            made = made.add_extension(x509.UnrecognizedExtension(
                ISSUER_OID, der_string(0x0C, issuer.encode())), False)
        if old_issuer is not None:
            made = made.add_extension(x509.UnrecognizedExtension(
                OLD_ISSUER_OID, old_issuer.encode()), False)
        signer = signer or self.key
        if sct is False:
            return made.sign(signer, hashes.SHA256())
        make = sct or self.timestamp_of_certificate
        stamped = make(made.sign(signer, hashes.SHA256()))
        return made.add_extension(x509.UnrecognizedExtension(SCT_OID, stamped), False).sign(
            signer, hashes.SHA256())

    def trusted_root(self, **changes):
        root = {
            "mediaType": ROOT,
            "tlogs": [self.log.trusted()],
            "ctlogs": [self.certificate_log.trusted(url="https://ct.example.com")],
            "certificateAuthorities": [{
                "subject": {"organization": "example", "commonName": "root"},
                "uri": "https://ca.example.com",
                "certChain": {"certificates": [{"rawBytes": b64(der(self.intermediate))},
                                               {"rawBytes": b64(der(self.root))}]},
                "validFor": {"start": (self.start - 1000 * MINUTE).isoformat() + "Z"}}],
            "timestampAuthorities": []}
        root.update(changes)
        return root

    @staticmethod
    def hashedrekord(digest, signature, verifier_pem, version="0.0.1", certificate=None):
        kind = {32: "256", 48: "384", 64: "512"}[len(digest)]
        if version == "0.0.2":
            spec = {"hashedRekordV002": {
                "data": {"algorithm": f"SHA2_{kind}", "digest": b64(digest)},
                "signature": {"content": b64(signature), "verifier": {
                    "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                    "x509Certificate": {"rawBytes": b64(der(certificate))}}}}}
        else:
            spec = {"data": {"hash": {"algorithm": f"sha{kind}", "value": digest.hex()}},
                    "signature": {"content": b64(signature),
                                  "publicKey": {"content": b64(verifier_pem)}}}
        return canonical({"apiVersion": version, "kind": "hashedrekord", "spec": spec})

    @staticmethod
    def dsse(payload, signature, verifier_pem, version="0.0.1", certificate=None):
        if version == "0.0.2":
            spec = {"dsseV002": {
                "payloadHash": {"algorithm": "SHA2_256", "digest": b64(sha256(payload))},
                "signatures": [{"content": b64(signature), "verifier": {
                    "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                    "x509Certificate": {"rawBytes": b64(der(certificate))}}}]}}
        else:
            spec = {"envelopeHash": {"algorithm": "sha256", "value": "00" * 32},
                    "payloadHash": {"algorithm": "sha256", "value": sha256(payload).hex()},
                    "signatures": [{"signature": b64(signature), "verifier": b64(verifier_pem)}]}
        return canonical({"apiVersion": version, "kind": "dsse", "spec": spec})

    @staticmethod
    def intoto(payload, signature, verifier_pem, version="0.0.2"):
        spec = {"content": {
            "envelope": {"payloadType": "application/vnd.in-toto+json", "signatures": [
                {"publicKey": b64(verifier_pem), "sig": b64(b64(signature).encode())}]},
            "hash": {"algorithm": "sha256", "value": "00" * 32},
            "payloadHash": {"algorithm": "sha256", "value": sha256(payload).hex()}}}
        return canonical({"apiVersion": version, "kind": "intoto", "spec": spec})

    def blob_bundle(self, content, key=None, certificate=None, time=None, log=None, body=None,
                    version="0.0.1", signed=None, kind="256", logged=None):
        """A bundle of a signature of `content`; `body` and `signed` put in others. `kind` is that of the
        digest, `logged` another one for the log."""
        key = key or new_key()
        certificate = certificate or self.issue(key)
        signature = sign(key, content if signed is None else signed, DIGESTS[kind])
        digest = hashlib.new(f"sha{logged or kind}", content).digest()
        body = body or self.hashedrekord(digest, signature, pem(certificate), version, certificate)
        when = seconds(time or self.start + 2 * MINUTE)
        entry = (log or self.log).add(body, "hashedrekord", version, when)
        return {"mediaType": BUNDLE,
                "verificationMaterial": {"certificate": {"rawBytes": b64(der(certificate))},
                                         "tlogEntries": [entry]},
                "messageSignature": {
                    "messageDigest": {"algorithm": f"SHA2_{kind}",
                                      "digest": b64(hashlib.new(f"sha{kind}", content).digest())},
                    "signature": b64(signature)}}

    def statement_bundle(self, payload, kind="dsse", version="0.0.1", key=None, certificate=None,
                         digest="256", logged=None):
        """`logged` is what an entry of a hashedrekord is of, in place of PAE."""
        key = key or new_key()
        certificate = certificate or self.issue(key)
        signature = sign(key, pae(payload), DIGESTS[digest])
        if kind == "hashedrekord":
            what = hashlib.new(f"sha{digest}", logged or pae(payload)).digest()
            body = self.hashedrekord(what, signature, pem(certificate), version, certificate)
        elif kind == "dsse":
            body = self.dsse(payload, signature, pem(certificate), version, certificate)
        else:
            body = self.intoto(payload, signature, pem(certificate), version)
        entry = self.log.add(body, kind, version, seconds(self.start + 2 * MINUTE))
        return {"mediaType": BUNDLE,
                "verificationMaterial": {"certificate": {"rawBytes": b64(der(certificate))},
                                         "tlogEntries": [entry]},
                "dsseEnvelope": {"payload": b64(payload),
                                 "payloadType": "application/vnd.in-toto+json",
                                 "signatures": [{"sig": b64(signature), "keyid": ""}]}}


def pae(payload, kind=b"application/vnd.in-toto+json"):
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def canonical(value):
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def changed(value, path, new):
    """A copy with what lies at `path` (keys and indexes) replaced; without it, for None."""
    value = copy.deepcopy(value)
    holder = value
    for key in path[:-1]:
        holder = holder[key]
    if new is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = new
    return value


def rekor_bundle(entry):
    """An entry as cosign 1 and 2 keep it: what the log's promise covers, and the promise."""
    return {"SignedEntryTimestamp": entry["inclusionPromise"]["signedEntryTimestamp"],
            "Payload": {"body": entry["canonicalizedBody"], "integratedTime": int(entry["integratedTime"]),
                        "logIndex": int(entry["logIndex"]),
                        "logID": base64.b64decode(entry["logId"]["keyId"]).hex()}}
