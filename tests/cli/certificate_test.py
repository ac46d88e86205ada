"""Signatures with a certificate, and timestamps that keep them valid: `sign-blob --cert`,
`verify-blob --roots`, `timestamp`."""
import datetime
import json

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID

import _sigstore as sigstore
from _helpers import CLEAN, FINDINGS, USAGE, CliTest, main
from _sigstore import MINUTE, authority, builder, key_usage, name, new_key, pem, private_pem

NOW = datetime.datetime.utcnow().replace(microsecond=0)


class CertificateTest(CliTest):
    """root -> middle -> leaf, each with a key of its own; the leaf's is signer.key."""

    def setUp(self):
        super().setUp()
        self.write("file", b"content\n")
        self.keys = {who: new_key() for who in ("root", "middle", "leaf")}
        start, end = NOW - 1000 * MINUTE, NOW + 10_000 * MINUTE
        self.root = authority("root", self.keys["root"], "root", self.keys["root"], start, end)
        self.middle = authority("middle", self.keys["middle"], "root", self.keys["root"], start, end)
        self.write("signer.key", private_pem(self.keys["leaf"]))
        self.write("root.pem", pem(self.root))
        self.write("middle.pem", pem(self.middle))
        self.leaf()

    def leaf(self, start=NOW - MINUTE, end=NOW + 100 * MINUTE, subject="leaf", issuer="middle",
             usage=None, purpose=None, more=()):
        made = builder(name(subject), name(issuer), self.keys["leaf"], self.keys["middle"], start,
                       end)
        made = made.add_extension(usage or key_usage(digital=True), True)
        if purpose:
            made = made.add_extension(x509.ExtendedKeyUsage([purpose]), False)
        for extension, critical in more:
            made = made.add_extension(extension, critical)
        certificate = made.sign(self.keys["middle"], hashes.SHA256())
        self.write("leaf.pem", pem(certificate))
        return certificate

    def sign(self, *args, code=CLEAN):
        return self.expect(code, "sign-blob", "file", "--key", "signer.key", "--cert", "leaf.pem",
                           "--chain", "middle.pem", "--bundle", "b", *args)

    def verify(self, *args, code=CLEAN, says="", roots="root.pem", bundle="b"):
        done = self.expect(code, "verify-blob", "file", "--bundle", bundle, "--roots", roots, *args)
        self.assertIn(says.encode(), done.stdout + done.stderr)

    def refused(self, says, *args, **options):
        self.verify(*args, code=FINDINGS, says=says, **options)


class Chains(CertificateTest):
    def test_to_a_root_or_to_what_is_taken_for_one(self):
        self.sign()
        self.verify(says="signed by CN=leaf")
        self.verify(roots="middle.pem")
        self.verify(roots="leaf.pem")
        self.write("both.pem", pem(self.middle) + pem(self.root))
        self.verify(roots="both.pem")

    def test_steps_that_the_bundle_lacks(self):
        self.expect(CLEAN, "sign-blob", "file", "--key", "signer.key", "--cert", "leaf.pem",
                    "--bundle", "b")
        self.refused("leads to none of the trusted roots")
        self.verify("--chain", "middle.pem")

    def test_another_root(self):
        self.sign()
        other = new_key()
        self.write("other.pem", pem(authority("root", other, "root", other, NOW - MINUTE,
                                              NOW + 100 * MINUTE)))
        self.verify(roots="other.pem", code=FINDINGS)

    def test_a_root_in_the_bundle_is_not_trusted(self):
        self.sign()
        bundle = json.loads((self.dir / "b").read_bytes())
        chain = bundle["verificationMaterial"]["x509CertificateChain"]["certificates"]
        chain.append({"rawBytes": sigstore.b64(sigstore.der(self.root))})
        self.write("b", json.dumps(bundle).encode())
        self.verify()
        other = new_key()
        self.write("other.pem", pem(authority("other", other, "other", other, NOW - MINUTE,
                                              NOW + 100 * MINUTE)))
        self.refused("leads to none of the trusted roots", roots="other.pem")

    def test_a_leaf_that_is_named_like_its_issuer(self):
        """As in the reference implementation's own tests, where it is an authority, too."""
        self.leaf(subject="middle", usage=key_usage(digital=True, certs=True),
                  more=[(x509.BasicConstraints(True, None), True)])
        self.sign()
        self.verify()

    def test_a_step_that_may_not_sign_others(self):
        made = builder(name("middle"), name("root"), self.keys["middle"], self.keys["root"],
                       NOW - MINUTE, NOW + 100 * MINUTE)
        made = made.add_extension(x509.BasicConstraints(False, None), True)
        made = made.add_extension(key_usage(digital=True), True)
        self.write("middle.pem", pem(made.sign(self.keys["root"], hashes.SHA256())))
        self.sign()
        self.verify(code=FINDINGS)

    def test_what_the_leaf_is_for(self):
        for usage, purpose, right in (
                (key_usage(digital=True), None, True),
                (key_usage(digital=True), ExtendedKeyUsageOID.SERVER_AUTH, True),
                (key_usage(), ExtendedKeyUsageOID.CODE_SIGNING, True),
                (key_usage(), None, False),
                (key_usage(), ExtendedKeyUsageOID.SERVER_AUTH, False)):
            self.leaf(usage=usage, purpose=purpose)
            self.sign()
            if right:
                self.verify()
            else:
                self.refused("meant neither for signatures nor for signing code")

    def test_an_unknown_critical_extension(self):
        unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
        self.leaf(more=[(unknown, True)])
        self.sign()
        self.refused("critical extension")

    def test_the_certificate_of_another_key(self):
        self.write("signer.key", private_pem(new_key()))
        done = self.sign(code=USAGE)
        self.assertIn(b"another key", done.stderr)

    def test_swapped_after_signing(self):
        self.sign()
        bundle = json.loads((self.dir / "b").read_bytes())
        self.keys["leaf"] = new_key()
        chain = bundle["verificationMaterial"]["x509CertificateChain"]["certificates"]
        chain[0]["rawBytes"] = sigstore.b64(sigstore.der(self.leaf()))
        self.write("b", json.dumps(bundle).encode())
        self.refused("the signature does not match")

    def test_damaged_certificates(self):
        self.sign()
        bundle = json.loads((self.dir / "b").read_bytes())
        chain = bundle["verificationMaterial"]["x509CertificateChain"]["certificates"]
        whole = sigstore.der(self.leaf())
        for bad in (whole[:-1], whole + b"\0", b"", whole[:100], b"junk"):
            chain[0]["rawBytes"] = sigstore.b64(bad)
            self.write("b", json.dumps(bundle).encode())
            self.verify(code=USAGE)

    def test_a_bare_key_and_a_certificate_are_told_apart(self):
        self.sign()
        self.write("k.pub", sigstore.public_pem(self.keys["leaf"]))
        done = self.expect(FINDINGS, "verify-blob", "file", "--bundle", "b", "--key", "k.pub")
        self.assertIn(b"signed with a certificate", done.stderr)
        self.expect(CLEAN, "sign-blob", "file", "--key", "signer.key", "--bundle", "bare")
        self.refused("signed with a key", bundle="bare")


class Times(CertificateTest):
    def test_expired_is_refused_whatever_it_was_then(self):
        self.leaf(NOW - 100 * MINUTE, NOW - 10 * MINUTE)
        self.sign()
        self.refused("had expired")
        self.verify("--verify-time", (NOW - 50 * MINUTE).isoformat() + "Z")
        self.verify("--verify-time", "signing-cert-start")
        self.refused("not valid yet", "--verify-time", (NOW - 200 * MINUTE).isoformat() + "Z")
        self.verify("--verify-time", "yesterday", code=USAGE)

    def test_forms_of_times(self):
        self.leaf(NOW - 100 * MINUTE, NOW - 10 * MINUTE)
        self.sign()
        then = NOW - 50 * MINUTE
        for text in (then.isoformat() + ".25Z", then.isoformat(" ") + "z",
                     (then + 90 * MINUTE).isoformat() + "+01:30",
                     (then - 60 * MINUTE).isoformat() + "-01:00"):
            self.verify("--verify-time", text)
        for text in ("2026-02-30T00:00:00Z", "2026-01-31T12:00:00", "2026-01-31", "",
                     then.isoformat() + "Zx", then.isoformat() + "+25:00"):
            self.verify("--verify-time", text, code=USAGE)


class Timestamps(CertificateTest):
    """The leaf is valid now, so that a timestamp of now is within; later is said by --verify-time."""

    LATER = (NOW + 5000 * MINUTE).isoformat() + "Z"

    def setUp(self):
        super().setUp()
        self.authority = sigstore.TimestampAuthority(self.dir / "tsa")
        self.sign()

    def attach(self, code=CLEAN, authority=None):
        self.expect(CLEAN, "timestamp", "b", "--request", "request")
        (self.dir / "answer").write_bytes(
            (authority or self.authority).answer((self.dir / "request").read_bytes()))
        return self.expect(code, "timestamp", "b", "--attach", "answer", "-o", "stamped")

    def test_request_attach_verify(self):
        self.attach()
        trust = ("--timestamp-roots", "tsa/root.pem", "--verify-time", self.LATER)
        self.refused("had expired", *trust)
        self.verify(*trust, bundle="stamped", says=", timestamp 2")
        self.refused("had expired", "--verify-time", self.LATER, bundle="stamped")

    def test_the_request_asks_for_this_signature(self):
        self.expect(CLEAN, "timestamp", "b", "--request", "request")
        shown = self.run_any("openssl", "ts", "-query", "-in", "request", "-text").stdout
        self.assertIn(b"Hash Algorithm: sha256", shown)
        self.assertIn(b"Certificate required: yes", shown)
        self.assertNotIn(b"Nonce: unspecified", shown)

    def test_a_raw_signature_gets_a_request_too(self):
        self.expect(CLEAN, "sign-blob", "file", "--key", "signer.key", "--output-signature", "s")
        self.expect(CLEAN, "timestamp", "s", "--request", "request")
        self.expect(USAGE, "timestamp", "s", "--attach", "request")

    def test_an_answer_to_another_request(self):
        self.expect(CLEAN, "timestamp", "b", "--request", "request")
        (self.dir / "answer").write_bytes(self.authority.stamp(b"another signature"))
        before = (self.dir / "b").read_bytes()
        done = self.expect(USAGE, "timestamp", "b", "--attach", "answer")
        self.assertIn(b"of another signature", done.stderr)
        self.assertEqual((self.dir / "b").read_bytes(), before)
        self.write("answer", b"junk")
        self.expect(USAGE, "timestamp", "b", "--attach", "answer")

    def test_an_authority_that_is_not_trusted_never_helps(self):
        other = sigstore.TimestampAuthority(self.dir / "other")
        self.attach(authority=other)
        self.refused("not by a trusted authority", "--timestamp-roots", "tsa/root.pem",
                     bundle="stamped")

    def test_a_certificate_for_something_else(self):
        """openssl's own authority refuses to sign with one, so the purpose is not critical."""
        try:
            odd = sigstore.TimestampAuthority(self.dir / "odd", critical=False)
            self.attach(authority=odd)
        except Exception:  # it did refuse
            return
        self.refused("not by a trusted authority", "--timestamp-roots", "odd/root.pem",
                     bundle="stamped")

    def test_swapped_timestamps(self):
        self.attach()
        stamped = json.loads((self.dir / "stamped").read_bytes())
        self.sign()
        other = json.loads((self.dir / "b").read_bytes())
        other["verificationMaterial"]["timestampVerificationData"] = (
            stamped["verificationMaterial"]["timestampVerificationData"])
        self.write("swapped", json.dumps(other).encode())
        self.refused("of another signature", "--timestamp-roots", "tsa/root.pem", bundle="swapped")


if __name__ == "__main__":
    main()
