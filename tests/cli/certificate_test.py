"""Signatures with a certificate, and timestamps that keep them valid: `sign-blob --cert`,
`verify-blob --roots`, `timestamp`."""
import base64
import datetime
import json
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID

import _sigstore as sigstore
from _helpers import CLEAN, FINDINGS, INCOMPLETE, USAGE, CliTest, main
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

    def put(self):
        """What `sign` refuses: signed with the bare key, the certificates put in."""
        self.expect(CLEAN, "sign-blob", "file", "--key", "signer.key", "--bundle", "b")
        bundle = json.loads((self.dir / "b").read_bytes())
        files = [(self.dir / one).read_bytes() for one in ("leaf.pem", "middle.pem")]
        bundle["verificationMaterial"] = {"x509CertificateChain": {"certificates": [
            {"rawBytes": sigstore.b64(sigstore.der(x509.load_pem_x509_certificate(one)))} for one in files]}}
        self.write("b", json.dumps(bundle).encode())

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
        self.put()
        self.verify(code=FINDINGS)

    def test_what_the_leaf_is_for(self):
        for usage, purpose, right in (
                (key_usage(digital=True), None, True),
                (key_usage(digital=True), ExtendedKeyUsageOID.SERVER_AUTH, None),
                (key_usage(), ExtendedKeyUsageOID.CODE_SIGNING, True),
                (key_usage(digital=True), ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE, True),
                (key_usage(), None, False),
                (key_usage(), ExtendedKeyUsageOID.SERVER_AUTH, False)):
            self.leaf(usage=usage, purpose=purpose)
            self.put()
            if right:
                self.verify()
                self.sign()
            else:
                says = "meant neither for signatures nor" if right is False else "not meant for signing code"
                self.refused(says)
                self.assertIn(says.encode(), self.sign(code=FINDINGS).stderr)

    def middle_for(self, purpose):
        made = builder(name("middle"), name("root"), self.keys["middle"], self.keys["root"],
                       NOW - MINUTE, NOW + 100 * MINUTE)
        made = made.add_extension(x509.BasicConstraints(True, None), True)
        made = made.add_extension(key_usage(certs=True), True)
        made = made.add_extension(x509.ExtendedKeyUsage([purpose]), False)
        self.write("middle.pem", pem(made.sign(self.keys["root"], hashes.SHA256())))

    def test_what_a_step_is_for(self):
        for purpose, right in ((ExtendedKeyUsageOID.SERVER_AUTH, False), (ExtendedKeyUsageOID.CODE_SIGNING, True),
                               (ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE, True)):
            self.middle_for(purpose)
            self.put()
            if right:
                self.verify()
                self.sign()
                continue
            says = "rests on one that is not meant for signing code"
            self.refused(says)
            self.assertIn(says.encode(), self.sign(code=FINDINGS).stderr)
            self.assertIn(says.encode(), self.sign("--chain", "root.pem", code=FINDINGS).stderr)

    def test_certificates_that_name_nobody_or_break_rules(self):
        def leaf(critical, *names):
            made = builder(x509.Name([]), name("middle"), self.keys["leaf"], self.keys["middle"], NOW - MINUTE,
                           NOW + 100 * MINUTE).add_extension(key_usage(digital=True), True)
            if names:
                made = made.add_extension(x509.SubjectAlternativeName(names), critical)
            self.write("leaf.pem", pem(made.sign(self.keys["middle"], hashes.SHA256())))
            self.put()

        leaf(True)
        self.refused("a certificate names nobody (whose signature it is cannot be told")
        leaf(False, x509.RFC822Name("alice@example.com"))
        self.refused("not made as RFC 5280 demands (`openssl verify -x509_strict`")
        leaf(True, x509.RFC822Name("alice@example.com"))
        self.verify()

    def test_authorities_as_openssl_makes_them(self):
        """Without usages of keys and, in older versions, without identifiers: others take them."""
        openssl = ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

        def run(*args):
            subprocess.run(args, cwd=self.dir, check=True, capture_output=True)

        run(*openssl, "-x509", "-keyout", "own.key", "-out", "own.pem", "-subj", "/CN=own")
        self.write("extensions", b"basicConstraints=CA:TRUE\nsubjectKeyIdentifier=none\n")
        self.write("usage", b"keyUsage=digitalSignature\nauthorityKeyIdentifier=none\n")
        for name, signer, extensions in (("step", "own", "extensions"), ("user", "step", "usage")):
            run(*openssl, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
            run("openssl", "x509", "-req", "-in", f"{name}.csr", "-CA", f"{signer}.pem", "-CAkey", f"{signer}.key",
                "-CAcreateserial", "-extfile", extensions, "-out", f"{name}.pem")
        self.expect(CLEAN, "sign-blob", "file", "--key", "user.key", "--cert", "user.pem", "--chain", "step.pem",
                    "--bundle", "b")
        self.verify(roots="own.pem")
        self.refused("leads to none of the trusted roots")
        self.write("extensions", b"keyUsage=keyCertSign\n")
        run("openssl", "x509", "-req", "-in", "step.csr", "-CA", "own.pem", "-CAkey", "own.key", "-CAcreateserial",
            "-extfile", "extensions", "-out", "step.pem")
        self.expect(FINDINGS, "sign-blob", "file", "--key", "user.key", "--cert", "user.pem", "--chain", "step.pem",
                    "--bundle", "b")

    def test_models_go_by_the_rules_of_model_signing(self):
        """It takes certificates for servers, and steps for them, as the reference implementation does."""
        self.middle_for(ExtendedKeyUsageOID.SERVER_AUTH)
        self.leaf(purpose=ExtendedKeyUsageOID.SERVER_AUTH)
        self.expect(CLEAN, "sign", "file", "-s", "s", "--key", "signer.key", "--cert", "leaf.pem", "--chain",
                    "middle.pem")
        self.expect(CLEAN, "verify", "file", "-s", "s", "--roots", "root.pem")

    def test_certificates_that_nobody_would_accept_do_not_sign(self):
        def refused(says):
            for command in (("sign-blob", "file"), ("sign", "file", "-s", "s"),
                            ("attest", "file", "--predicate", "p.json", "--type", "custom", "-o", "a")):
                done = self.expect(FINDINGS, *command, "--key", "signer.key", "--cert", "leaf.pem", "--chain",
                                   "middle.pem")
                self.assertIn(says, done.stderr)

        self.write("p.json", b"{}")
        self.leaf(NOW - 100 * MINUTE, NOW - 10 * MINUTE)
        refused(b"the certificate has expired")
        self.leaf(NOW + 10 * MINUTE, NOW + 20 * MINUTE)
        refused(b"the certificate is not valid yet")
        self.leaf(usage=key_usage())
        refused(b"meant neither for signatures")
        self.leaf()
        self.write("middle.pem", pem(authority("middle", new_key(), "middle", self.keys["root"], NOW - MINUTE,
                                               NOW + 100 * MINUTE)))
        refused(b"the chain does not begin with who issued it")

    def test_an_unknown_critical_extension(self):
        unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
        self.leaf(more=[(unknown, True)])
        self.put()
        self.refused("critical extension")

    def test_the_certificate_of_another_key(self):
        self.write("signer.key", private_pem(new_key()))
        done = self.sign(code=USAGE)
        self.assertIn(b"another key", done.stderr)

    def test_keys_and_certificates_in_each_others_place(self):
        self.sign()
        self.write("k.pub", sigstore.public_pem(self.keys["leaf"]))
        for option, says in (("--key", b"root.pem: this is a certificate; --roots trusts certificates"),
                             ("--roots", b"k.pub: this is a key; a certificate is needed")):
            file = "root.pem" if option == "--key" else "k.pub"
            done = self.expect(USAGE, "verify-blob", "file", "--bundle", "b", option, file)
            self.assertIn(says, done.stderr)
        done = self.expect(USAGE, "sign-blob", "file", "--key", "root.pem", "--cert", "signer.key", "--bundle", "c")
        self.assertIn(b"this is a certificate; the private key of it is needed", done.stderr)
        done = self.expect(USAGE, "sign-blob", "file", "--key", "signer.key", "--cert", "k.pub", "--bundle", "c")
        self.assertIn(b"this is a key; a certificate is needed", done.stderr)

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
        self.put()
        self.refused("had expired")
        self.verify("--verify-time", (NOW - 50 * MINUTE).isoformat() + "Z")
        self.verify("--verify-time", "signing-cert-start")
        self.refused("not valid yet", "--verify-time", (NOW - 200 * MINUTE).isoformat() + "Z")
        self.verify("--verify-time", (NOW - 10 * MINUTE).isoformat() + "Z")
        self.refused("had expired", "--verify-time", (NOW - 599 * MINUTE / 60).isoformat() + "Z")
        self.verify("--verify-time", "yesterday", code=USAGE)

    def test_forms_of_times(self):
        self.leaf(NOW - 100 * MINUTE, NOW - 10 * MINUTE)
        self.put()
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

    def test_the_answer_to_an_older_request(self):
        """About the same signature, so that only the nonce tells them apart."""
        self.expect(CLEAN, "timestamp", "b", "--request", "first")
        self.expect(CLEAN, "timestamp", "b", "--request", "second")
        self.write("answer", self.authority.answer((self.dir / "first").read_bytes()))
        self.expect(CLEAN, "timestamp", "b", "--request", "first", "--attach", "answer", "-o", "c")
        for request, code, says in (("second", USAGE, b"answers another request"),
                                    ("answer", USAGE, b"not a timestamp request"),
                                    ("nowhere", INCOMPLETE, b"cannot open")):
            done = self.expect(code, "timestamp", "b", "--request", request, "--attach", "answer",
                               "-o", "d")
            self.assertIn(says, done.stderr)
        self.assertFalse((self.dir / "d").exists())
        signature = base64.b64decode(json.loads((self.dir / "b").read_bytes())
                                     ["messageSignature"]["signature"])
        self.write("answer", self.authority.forge(signature, NOW))
        self.expect(USAGE, "timestamp", "b", "--request", "first", "--attach", "answer", "-o", "d")
        self.expect(CLEAN, "timestamp", "b", "--attach", "answer", "-o", "d")

    def test_swapped_timestamps(self):
        self.attach()
        stamped = json.loads((self.dir / "stamped").read_bytes())
        self.sign()
        other = json.loads((self.dir / "b").read_bytes())
        other["verificationMaterial"]["timestampVerificationData"] = (
            stamped["verificationMaterial"]["timestampVerificationData"])
        self.write("swapped", json.dumps(other).encode())
        self.refused("of another signature", "--timestamp-roots", "tsa/root.pem", bundle="swapped")


class Models(CertificateTest):
    """A model's signature, a request, an authority's answer, attached, and verified when the
    certificate has long expired."""

    THEN = NOW - 50 * MINUTE  # the leaf was valid
    TRUST = ("--timestamp-roots", "tsa/root.pem")

    def setUp(self):
        super().setUp()
        self.write("model/w.bin", b"weights")
        self.leaf(NOW - 100 * MINUTE, NOW + 100 * MINUTE)
        self.expect(CLEAN, "sign", "model", "--key", "signer.key", "--cert", "leaf.pem", "--chain",
                    "middle.pem")
        # Another certificate of the same key, which has expired since.
        expired = self.leaf(NOW - 100 * MINUTE, NOW - 10 * MINUTE)
        bundle = self.bundle()
        bundle["verificationMaterial"]["x509CertificateChain"]["certificates"][0]["rawBytes"] = (
            sigstore.b64(sigstore.der(expired)))
        self.write("model.sig", json.dumps(bundle).encode())
        self.signature = base64.b64decode(bundle["dsseEnvelope"]["signatures"][0]["sig"])

    def bundle(self):
        return json.loads((self.dir / "model.sig").read_bytes())

    def authority(self, **how):
        return sigstore.TimestampAuthority(self.dir / "tsa", NOW - 1000 * MINUTE, **how)

    def model(self, code, *args, says=""):
        done = self.expect(code, "verify", "model", "--roots", "root.pem", *args)
        self.assertIn(says.encode(), done.stdout + done.stderr)

    def attach(self, answer):
        self.write("answer", answer)
        self.expect(CLEAN, "timestamp", "model.sig", "--attach", "answer")

    def put(self, answer):
        """Attached by somebody who does not look at it."""
        bundle = self.bundle()
        bundle["verificationMaterial"]["timestampVerificationData"] = {
            "rfc3161Timestamps": [{"signedTimestamp": sigstore.b64(answer)}]}
        self.write("model.sig", json.dumps(bundle).encode())

    def test_by_request_and_answer(self):
        authority = self.authority()
        self.expect(CLEAN, "timestamp", "model.sig", "--request", "request")
        self.write("answer", authority.answer((self.dir / "request").read_bytes()))
        self.expect(CLEAN, "timestamp", "model.sig", "--request", "request", "--attach", "answer")
        self.model(FINDINGS, *self.TRUST, says="had expired")  # the timestamp is of now, too
        self.model(CLEAN, "--verify-time", self.THEN.isoformat() + "Z", says="signed by CN=leaf")

    def test_it_keeps_an_expired_certificate_valid(self):
        self.model(FINDINGS, *self.TRUST[:0], says="had expired")
        self.attach(self.authority().forge(self.signature, self.THEN))
        self.model(CLEAN, *self.TRUST,
                   says=f"timestamp {self.THEN.isoformat()}Z")
        self.model(FINDINGS, says="had expired")  # nobody is trusted for times
        self.write("model/w.bin", b"others")
        self.model(FINDINGS, *self.TRUST, says="w.bin: changed")

    def test_of_another_signature(self):
        self.put(self.authority().forge(self.signature + b"x", self.THEN))
        self.model(FINDINGS, *self.TRUST, says="of another signature")

    def test_of_a_time_when_the_certificate_was_not_valid(self):
        self.put(self.authority().forge(self.signature, NOW - 200 * MINUTE))
        self.model(FINDINGS, *self.TRUST, says="not valid yet")
        self.put(sigstore.TimestampAuthority(self.dir / "later", NOW - 1000 * MINUTE).forge(
            self.signature, NOW - MINUTE))
        self.model(FINDINGS, "--timestamp-roots", "later/root.pem", says="had expired")

    def test_an_authority_that_had_expired_then(self):
        self.put(self.authority(end=NOW - 60 * MINUTE).forge(self.signature, self.THEN))
        self.model(FINDINGS, *self.TRUST, says="not by a trusted authority")

    def test_an_authority_that_has_expired_since(self):
        self.put(self.authority(end=NOW - 40 * MINUTE).forge(self.signature, self.THEN))
        self.model(CLEAN, *self.TRUST)

    def test_a_certificate_for_something_else(self):
        for how in ({"purpose": ExtendedKeyUsageOID.CODE_SIGNING}, {"critical": False}):
            with self.subTest(how):
                authority = sigstore.TimestampAuthority(self.dir / str(len(str(how))),
                                                        NOW - 1000 * MINUTE, **how)
                self.put(authority.forge(self.signature, self.THEN))
                self.model(FINDINGS, "--timestamp-roots", str(authority.dir / "root.pem"),
                           says="not by a trusted authority")

    def test_an_authority_that_nobody_trusts(self):
        self.put(self.authority().forge(self.signature, self.THEN))
        other = sigstore.TimestampAuthority(self.dir / "other", NOW - 1000 * MINUTE)
        self.model(FINDINGS, "--timestamp-roots", str(other.dir / "root.pem"),
                   says="not by a trusted authority")

    def test_one_of_two_that_does_not_hold(self):
        authority = self.authority()
        self.attach(authority.forge(self.signature, self.THEN))
        bundle = self.bundle()
        stamps = bundle["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"]
        stamps.append({"signedTimestamp": sigstore.b64(authority.forge(b"other", self.THEN))})
        self.write("model.sig", json.dumps(bundle).encode())
        self.model(FINDINGS, *self.TRUST, says="of another signature")
        other = sigstore.TimestampAuthority(self.dir / "other", NOW - 1000 * MINUTE)
        stamps[1] = {"signedTimestamp": sigstore.b64(other.forge(self.signature, self.THEN))}
        for order in (stamps, stamps[::-1]):
            bundle["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"] = order
            self.write("model.sig", json.dumps(bundle).encode())
            self.model(CLEAN, *self.TRUST)

    def test_damaged(self):
        good = self.authority().forge(self.signature, self.THEN)
        flipped = bytearray(good)
        flipped[-5] ^= 1
        for bad in (good[:-1], good + b"\0", bytes(flipped), b"0"):
            self.put(bad)
            self.model(FINDINGS, *self.TRUST)


class Weak(CertificateTest):
    def test_authorities_that_vouch_by_sha1(self):
        """Whoever finds a collision has a certificate of the authority's."""
        self.sign()
        self.verify()
        self.write("middle.key", private_pem(self.keys["middle"]))
        self.run_any("openssl", "req", "-new", "-key", "signer.key", "-subj", "/CN=leaf", "-out", "csr")
        self.write("ext", b"keyUsage=critical,digitalSignature\nbasicConstraints=CA:FALSE\n"
                   b"subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
        for digest, code in (("-sha256", CLEAN), ("-sha1", FINDINGS)):
            done = self.run_any("openssl", "x509", "-req", "-in", "csr", "-CA", "middle.pem", "-CAkey",
                                "middle.key", "-extfile", "ext", "-days", "1", digest, "-out", "leaf.pem")
            self.assertEqual(done.returncode, 0, done)
            self.put()
            self.verify(code=code, says="too weak" if code else "")

    def test_names_that_an_authority_may_not_vouch_for(self):
        allowed = x509.NameConstraints([x509.RFC822Name("example.com")], None)
        made = builder(name("middle"), name("root"), self.keys["middle"], self.keys["root"],
                       NOW - MINUTE, NOW + 100 * MINUTE)
        made = (made.add_extension(x509.BasicConstraints(True, None), True)
                .add_extension(key_usage(certs=True), True).add_extension(allowed, True))
        self.write("middle.pem", pem(made.sign(self.keys["root"], hashes.SHA256())))
        for mail, code in (("a@example.com", CLEAN), ("a@example.org", FINDINGS)):
            self.leaf(more=[(x509.SubjectAlternativeName([x509.RFC822Name(mail)]), False)])
            self.put()
            self.verify(code=code, says="may not vouch" if code else "")

    def test_steps_come_in_any_order(self):
        """The bundle's first is the signer's; others are only steps."""
        self.sign()
        bundle = json.loads((self.dir / "b").read_bytes())
        chain = bundle["verificationMaterial"]["x509CertificateChain"]["certificates"]
        chain.append({"rawBytes": sigstore.b64(sigstore.der(self.root))})
        chain[1:] = chain[:0:-1]
        self.write("b", json.dumps(bundle).encode())
        self.verify()
        chain.reverse()
        self.write("b", json.dumps(bundle).encode())
        self.verify(code=FINDINGS)


if __name__ == "__main__":
    main()
