"""Signatures with an identity, verified offline against a sigstore of our own. Each negative has one
defect, and everything else in order: a signature that is otherwise valid."""
import base64
import datetime
import hashlib
import json
import struct
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID

import _sigstore as sigstore
from _helpers import CLEAN, FINDINGS, USAGE, CliTest, main
from _oms import Signer, resources, statement
from _sigstore import IDENTITY, ISSUER, MINUTE, START, Sigstore, b64, changed, new_key, seconds

CONTENT = b"the model card\n"
WHO = ("--certificate-identity", IDENTITY, "--certificate-oidc-issuer", ISSUER)
MATERIAL = "verificationMaterial"
ENTRY = (MATERIAL, "tlogEntries", 0)
PROOF = (*ENTRY, "inclusionProof")


class KeylessTest(CliTest):
    def setUp(self):
        super().setUp()
        self.store = Sigstore()
        self.write("file", CONTENT)

    def verify(self, bundle, *args, root=None, code=CLEAN, identity=IDENTITY, issuer=ISSUER,
               says=(), more=()):
        self.write("bundle", json.dumps(bundle).encode())
        self.write("root.json", json.dumps(root or self.store.trusted_root()).encode())
        rule = args or ("--certificate-identity", identity, "--certificate-oidc-issuer", issuer)
        done = self.expect(code, "verify-blob", "file", "--bundle", "bundle", "--trusted-root",
                           "root.json", *rule, *more)
        for words in (says,) if isinstance(says, str) else says:
            self.assertIn(words.encode(), done.stdout + done.stderr)
        return done

    def refused(self, bundle, says, **options):
        self.verify(bundle, code=FINDINGS, says=says, **options)


class Accepted(KeylessTest):
    def test_all_in_order(self):
        self.verify(self.store.blob_bundle(CONTENT),
                    says=f"file: OK, signed by {IDENTITY}, issuer {ISSUER}, at 2026-01-31T12:02:00Z")

    def test_identities_of_other_kinds(self):
        for identity in ("https://github.com/org/repo/.github/workflows/sign.yml@refs/heads/main",
                         "spiffe://example.com/signer"):
            key = new_key()
            bundle = self.store.blob_bundle(CONTENT, key, self.store.issue(key, identity))
            self.verify(bundle, identity=identity)

    def test_a_user_name(self):
        key = new_key()
        other = x509.OtherName(x509.ObjectIdentifier("1.3.6.1.4.1.57264.1.7"),
                               sigstore.der_string(0x0C, b"alice!example.com"))
        certificate = self.store.issue(key, names=[other])
        self.verify(self.store.blob_bundle(CONTENT, key, certificate),
                    identity="alice!example.com")

    def test_patterns_match_characters(self):
        key = new_key()
        other = x509.OtherName(x509.ObjectIdentifier("1.3.6.1.4.1.57264.1.7"),
                               sigstore.der_string(0x0C, "ж€é😀!example.com".encode()))
        bundle = self.store.blob_bundle(CONTENT, key, self.store.issue(key, names=[other]))
        for pattern, code in (("^.{4}!example", CLEAN), ("^.{5}!example", FINDINGS), ("^.{11}!example", FINDINGS),
                              ("^[^x]\\W\\S\\D!e", CLEAN), ("^[^x][^y]!e", FINDINGS), ("^ж€+é{1}😀!", CLEAN),
                              ("^ж{2}", FINDINGS), ("^[a-z]", FINDINGS), ("^[ж]", CLEAN), ("^[a-é]", FINDINGS), ("^[а-я]€", CLEAN), ("(?i)^ж", USAGE),
                              ("^\\p{Cyrillic}", USAGE), ("(?=ж)", USAGE)):
            with self.subTest(pattern):
                self.verify(bundle, "--certificate-identity-regexp", pattern, "--certificate-oidc-issuer", ISSUER,
                            code=code)

    def test_the_older_extension_for_the_issuer(self):
        key = new_key()
        certificate = self.store.issue(key, issuer_extension=False)
        self.verify(self.store.blob_bundle(CONTENT, key, certificate))
        certificate = self.store.issue(key, old_issuer=None)
        self.verify(self.store.blob_bundle(CONTENT, key, certificate))

    def test_a_promise_alone_or_a_proof_with_one(self):
        bundle = self.store.blob_bundle(CONTENT)
        first = changed(bundle, ("mediaType",), "application/vnd.dev.sigstore.bundle+json;version=0.1")
        self.verify(changed(first, PROOF, None))
        self.refused(changed(bundle, PROOF, None), "has no inclusion proof")
        second = changed(bundle, ("mediaType",), "application/vnd.dev.sigstore.bundle+json;version=0.2")
        self.refused(changed(second, PROOF, None), "has no inclusion proof")

    def test_what_a_bundle_of_an_identity_must_have(self):
        bundle = self.store.blob_bundle(CONTENT)
        self.refused(changed(bundle, (*ENTRY, "kindVersion"), None), "does not say its kind")
        self.refused(changed(bundle, (MATERIAL, "tlogEntries"), bundle[MATERIAL]["tlogEntries"] * 2), "entry twice")
        chained = changed(bundle, (MATERIAL, "certificate"), None)
        chained[MATERIAL]["x509CertificateChain"] = {"certificates": [bundle[MATERIAL]["certificate"]]}
        self.refused(chained, "a certificate and no chain")
        self.verify(changed(chained, ("mediaType",), "application/vnd.dev.sigstore.bundle+json;version=0.2"))

    def test_what_an_authority_between_is_for(self):
        for purpose, right in ((ExtendedKeyUsageOID.SERVER_AUTH, False), (ExtendedKeyUsageOID.CODE_SIGNING, True)):
            store = Sigstore()
            made = sigstore.builder(sigstore.name("intermediate"), sigstore.name("root"), store.key, store.root_key,
                                    START - 1000 * MINUTE, START + 1000 * MINUTE)
            made = (made.add_extension(x509.BasicConstraints(True, 0), True)
                    .add_extension(sigstore.key_usage(certs=True), True)
                    .add_extension(x509.ExtendedKeyUsage([purpose]), False))
            store.intermediate = made.sign(store.root_key, sigstore.hashes.SHA256())
            self.verify(store.blob_bundle(CONTENT), root=store.trusted_root(), code=CLEAN if right else FINDINGS,
                        says="OK" if right else "rests on one that is not meant for signing code")

    def test_the_last_second_of_a_certificate(self):
        self.verify(self.store.blob_bundle(CONTENT, time=START + 10 * MINUTE))
        self.refused(self.store.blob_bundle(CONTENT, time=START + 601 * MINUTE / 60), "had expired")

    def test_every_place_in_trees_of_every_size(self):
        for before in range(9):
            for behind in range(4):
                self.store.log.leaves = [b"leaf %d" % i for i in range(before)]
                key = new_key()
                certificate = self.store.issue(key)
                signature = sigstore.sign(key, CONTENT)
                body = self.store.hashedrekord(sigstore.sha256(CONTENT), signature,
                                               sigstore.pem(certificate))
                entry = self.store.log.add(body, "hashedrekord", "0.0.1",
                                           seconds(START + MINUTE), more=behind)
                bundle = self.store.blob_bundle(CONTENT, key, certificate)
                bundle["messageSignature"]["signature"] = b64(signature)
                bundle[MATERIAL]["tlogEntries"] = [entry]
                if (before + behind) % 3 == 0:
                    self.verify(bundle)

    def test_the_newer_form_of_entries_wants_a_timestamp(self):
        """Rekor 2: an Ed25519 log without promises or times; when, a timestamp authority says."""
        with tempfile.TemporaryDirectory() as folder:
            authority = sigstore.TimestampAuthority(folder + "/tsa")
            now = datetime.datetime.utcnow().replace(microsecond=0)
            store = Sigstore(now - 2 * MINUTE)
            store.log = sigstore.Log(key=ed25519.Ed25519PrivateKey.generate())
            bundle = store.blob_bundle(CONTENT, version="0.0.2")
            entry = bundle[MATERIAL]["tlogEntries"][0]
            entry["kindVersion"]["version"] = "0.0.2"
            del entry["inclusionPromise"], entry["integratedTime"]
            root = store.trusted_root(timestampAuthorities=[authority.trusted()])
            self.refused(bundle, "nothing proves when", root=root)
            signature = base64.b64decode(bundle["messageSignature"]["signature"])
            stamp = authority.stamp(signature)
            bundle[MATERIAL]["timestampVerificationData"] = {
                "rfc3161Timestamps": [{"signedTimestamp": b64(stamp)}]}
            self.verify(bundle, root=root)
            for place in ("0", "1000", str(10**12)):
                self.refused(changed(bundle, (*ENTRY, "logIndex"), place), "another place than its proof", root=root)
            bare = authority.stamp(signature, certificate=False)
            self.verify(changed(bundle, (MATERIAL, "timestampVerificationData",
                                         "rfc3161Timestamps", 0, "signedTimestamp"), b64(bare)),
                        root=root)
            other = authority.stamp(signature + b"x")
            self.refused(changed(bundle, (MATERIAL, "timestampVerificationData",
                                          "rfc3161Timestamps", 0, "signedTimestamp"), b64(other)),
                         "of another signature", root=root)
            self.refused(bundle, "timestamp is not by a trusted authority",
                         root=store.trusted_root())
            stranger = sigstore.TimestampAuthority(folder + "/stranger")
            theirs = stranger.stamp(signature)
            for two, code in (([stamp, theirs], CLEAN), ([theirs, stamp], CLEAN), ([theirs, theirs], FINDINGS),
                              ([stamp, other], FINDINGS)):
                self.verify(changed(bundle, (MATERIAL, "timestampVerificationData", "rfc3161Timestamps"),
                                    [{"signedTimestamp": b64(one)} for one in two]), root=root, code=code)
            self.refused(bundle, "timestamp is not by a trusted authority",
                         root=store.trusted_root(timestampAuthorities=[stranger.trusted()]))
            weak = authority.stamp(signature, digest="sha1")
            self.refused(changed(bundle, (MATERIAL, "timestampVerificationData",
                                          "rfc3161Timestamps", 0, "signedTimestamp"), b64(weak)),
                         "digest is weak", root=root)

    def test_a_timestamp_where_there_is_no_log(self):
        with tempfile.TemporaryDirectory() as folder:
            authority = sigstore.TimestampAuthority(folder + "/tsa")
            store = Sigstore(datetime.datetime.utcnow().replace(microsecond=0) - 2 * MINUTE)
            bundle = store.blob_bundle(CONTENT)
            bundle[MATERIAL]["tlogEntries"] = []
            stamp = authority.stamp(base64.b64decode(bundle["messageSignature"]["signature"]))
            bundle[MATERIAL]["timestampVerificationData"] = {
                "rfc3161Timestamps": [{"signedTimestamp": b64(stamp)}]}
            authorities = [authority.trusted()]
            for root in (store.trusted_root(timestampAuthorities=authorities, tlogs=[]),
                         store.trusted_root(timestampAuthorities=authorities)):
                self.verify(bundle, *WHO, "--insecure-ignore-tlog", root=root)
            self.refused(bundle, "no entry of a transparency log", root=root)
            self.verify(bundle, root=changed(root, ("tlogs",), []), code=USAGE,
                        says="names no transparency log")
            self.refused(changed(bundle, (MATERIAL, "timestampVerificationData"), None),
                         "nothing proves when", more=["--insecure-ignore-tlog"], root=root)

    def test_keys_of_larger_curves(self):
        """Their entries name the digest that was signed; older clients signed SHA-256 with any key."""
        for curve, kinds in ((sigstore.ec.SECP384R1(), ("384", "256")), (sigstore.ec.SECP521R1(), ("512", "256"))):
            for kind in kinds:
                key = sigstore.ec.generate_private_key(curve)
                certificate = self.store.issue(key)
                self.verify(self.store.blob_bundle(CONTENT, key, certificate, kind=kind))
                self.verify(self.store.blob_bundle(CONTENT, key, certificate, kind=kind, version="0.0.2"))
            self.refused(self.store.blob_bundle(CONTENT, key, certificate, kind=kinds[0], logged="256"),
                         "log entry is of other content")
            self.refused(self.store.blob_bundle(CONTENT, key, certificate, kind="256", logged=kinds[0]),
                         "log entry is of other content")

    def test_a_digest_in_place_of_the_file(self):
        key = sigstore.ec.generate_private_key(sigstore.ec.SECP384R1())
        bundle = self.store.blob_bundle(CONTENT, key, self.store.issue(key), kind="384")
        self.verify(bundle)
        for kind, code in (("sha384", CLEAN), ("sha256", USAGE)):
            done = self.expect(code, "verify-blob", f"{kind}:{hashlib.new(kind, CONTENT).hexdigest()}", "--bundle",
                               "bundle", "--trusted-root", "root.json", *WHO)
            self.assertEqual(b"give sha384:HEX" in done.stderr, code == USAGE)

    def test_the_digest_must_be_stated(self):
        bundle = self.store.blob_bundle(CONTENT)
        for stated in (None, {"algorithm": "SHA2_256"}, {"digest": b64(sigstore.sha256(CONTENT))}):
            other = changed(bundle, ("messageSignature", "messageDigest"), stated)
            self.verify(other, code=FINDINGS if stated is None else USAGE, says="digest")

    def test_no_timestamp_twice(self):
        with tempfile.TemporaryDirectory() as folder:
            authority = sigstore.TimestampAuthority(folder + "/tsa")
            store = Sigstore(datetime.datetime.utcnow().replace(microsecond=0) - 2 * MINUTE)
            bundle = store.blob_bundle(CONTENT)
            stamp = authority.stamp(base64.b64decode(bundle["messageSignature"]["signature"]))
            root = store.trusted_root(timestampAuthorities=[authority.trusted()])
            for count, code in ((1, CLEAN), (2, FINDINGS)):
                bundle[MATERIAL]["timestampVerificationData"] = {
                    "rfc3161Timestamps": [{"signedTimestamp": b64(stamp)}] * count}
                self.verify(bundle, root=root, code=code)

    def test_fields_that_are_not_known(self):
        bundle, root = self.store.blob_bundle(CONTENT), self.store.trusted_root()
        places = [(), (MATERIAL,), (MATERIAL, "certificate"), ENTRY, (*ENTRY, "logId"), (*ENTRY, "kindVersion"),
                  (*ENTRY, "inclusionPromise"), PROOF, (*PROOF, "checkpoint"), ("messageSignature",),
                  ("messageSignature", "messageDigest")]
        for place in places:
            for field in ("foo", "media_type"):
                self.verify(changed(bundle, (*place, field), "x"), code=USAGE, says="a field that its format")
        statement = self.store.statement_bundle(b"{}")
        for place in (("dsseEnvelope",), ("dsseEnvelope", "signatures", 0)):
            self.verify(changed(statement, (*place, "foo"), 1), code=USAGE, says="a field that its format")
        authority = ("certificateAuthorities", 0)
        for place in ((), ("tlogs", 0), ("tlogs", 0, "publicKey"), ("tlogs", 0, "publicKey", "validFor"),
                      ("ctlogs", 0, "logId"), authority, (*authority, "validFor"), (*authority, "certChain"),
                      (*authority, "certChain", "certificates", 0), (*authority, "subject")):
            self.verify(bundle, root=changed(root, (*place, "foo"), "x"), code=USAGE, says="a field that is not known")
        self.verify(bundle, root=changed(changed(root, ("tlogs", 0, "operator"), "x"),
                                         ("tlogs", 0, "checkpointKeyId"), {"keyId": "eA=="}))

    def test_patterns(self):
        bundle = self.store.blob_bundle(CONTENT)
        issuer = ("--certificate-oidc-issuer", ISSUER)
        done = self.verify(bundle, "--certificate-identity-regexp", "^[a-z]+@example\\.com$", *issuer)
        self.assertNotIn(b"note", done.stderr)
        done = self.verify(bundle, "--certificate-identity-regexp", "@example", *issuer)
        self.assertIn(b"matches anywhere", done.stderr)
        self.verify(bundle, "--certificate-identity-regexp", "^bob@.*$", *issuer, code=FINDINGS)
        self.verify(bundle, "--certificate-identity", IDENTITY, "--certificate-oidc-issuer-regexp",
                    "^https://[^/]+$")
        self.verify(bundle, "--certificate-identity", IDENTITY, "--certificate-oidc-issuer-regexp",
                    "^http://", code=FINDINGS)
        self.verify(bundle, "--certificate-identity-regexp", "(unclosed", *issuer, code=USAGE)


class Identity(KeylessTest):
    def test_another_one(self):
        bundle = self.store.blob_bundle(CONTENT)
        self.refused(bundle, ("signed with another identity: alice@example.com", "compare"),
                     identity="bob@example.com")
        self.refused(bundle, "another identity", identity="alice@example.co")
        self.refused(bundle, "another identity", identity="ALICE@example.com")
        self.refused(bundle, "vouched for by another issuer", issuer="https://evil.example.com")

    def test_both_must_be_said(self):
        bundle = self.store.blob_bundle(CONTENT)
        for args in (("--certificate-identity", IDENTITY), ("--certificate-oidc-issuer", ISSUER)):
            self.verify(bundle, *args, code=USAGE)

    def test_none_several_or_with_a_zero_byte(self):
        for names in ([x509.DNSName("alice.example.com")],
                      [x509.RFC822Name(IDENTITY), x509.RFC822Name("bob@example.com")]):
            key = new_key()
            self.refused(self.store.blob_bundle(CONTENT, key, self.store.issue(key, names=names)),
                         "identity")

    def test_no_issuer_or_two(self):
        key = new_key()
        certificate = self.store.issue(key, issuer_extension=False, old_issuer=None)
        self.refused(self.store.blob_bundle(CONTENT, key, certificate), "who vouched")
        certificate = self.store.issue(key, old_issuer="https://other.example.com")
        self.refused(self.store.blob_bundle(CONTENT, key, certificate), "two issuers")


class Certificate(KeylessTest):
    def test_not_valid_when_it_was_used(self):
        for time in (START + 11 * MINUTE, START - MINUTE):
            self.refused(self.store.blob_bundle(CONTENT, time=time),
                         "had expired" if time > START else "not valid yet")

    def test_of_another_authority(self):
        other = Sigstore()
        key = new_key()
        self.refused(self.store.blob_bundle(CONTENT, key, other.issue(key)),
                     "leads to none of the trusted roots")

    def test_signed_by_a_key_that_is_not_the_authoritys(self):
        key = new_key()
        certificate = self.store.issue(key, signer=new_key())
        self.refused(self.store.blob_bundle(CONTENT, key, certificate), "certificate")

    def test_for_another_purpose(self):
        key = new_key()
        certificate = self.store.issue(key, purpose=ExtendedKeyUsageOID.SERVER_AUTH)
        self.refused(self.store.blob_bundle(CONTENT, key, certificate), "not meant for signing code")

    def test_of_an_authority_that_was_not_in_use(self):
        root = self.store.trusted_root()
        root["certificateAuthorities"][0]["validFor"]["end"] = (
            START - 10 * MINUTE).isoformat() + "Z"
        self.refused(self.store.blob_bundle(CONTENT), "no authority", root=root)

    def test_the_bundles_own_steps_are_not_trusted(self):
        other = Sigstore()
        key = new_key()
        bundle = self.store.blob_bundle(CONTENT, key, other.issue(key))
        chain = [other.issue(key), other.intermediate, other.root]
        bundle[MATERIAL]["x509CertificateChain"] = {
            "certificates": [{"rawBytes": b64(sigstore.der(c))} for c in chain]}
        del bundle[MATERIAL]["certificate"]
        self.verify(bundle, code=FINDINGS)


class CertificateLog(KeylessTest):
    def with_sct(self, make):
        key = new_key()
        return self.store.blob_bundle(CONTENT, key, self.store.issue(key, sct=make))

    def test_in_none(self):
        self.refused(self.with_sct(False), "in no certificate log")
        none = self.store.trusted_root(ctlogs=[])
        for bundle in (self.with_sct(False), self.store.blob_bundle(CONTENT)):
            self.verify(bundle, root=none, code=USAGE, says="names no certificate log")
            self.verify(bundle, *WHO, "--insecure-ignore-sct", root=none)
            self.verify(bundle, *WHO, "--insecure-ignore-sct")

    def test_in_another(self):
        other = sigstore.Log("ct.example.com")
        stamp = self.store.timestamp_of_certificate
        self.refused(self.with_sct(lambda c: stamp(c, log=other)), "no trusted certificate log")

    def test_under_the_name_of_a_trusted_one(self):
        impostor = sigstore.Log("ct.example.com")
        impostor.id = self.store.certificate_log.id
        stamp = self.store.timestamp_of_certificate
        self.refused(self.with_sct(lambda c: stamp(c, log=impostor)), "no trusted certificate log")

    def test_for_another_issuer(self):
        stamp = self.store.timestamp_of_certificate
        self.refused(self.with_sct(lambda c: stamp(c, issuer=self.store.root)),
                     "no trusted certificate log")

    def test_of_another_certificate(self):
        other = self.store.issue(new_key(), sct=False)
        stamp = self.store.timestamp_of_certificate
        self.refused(self.with_sct(lambda c: stamp(other)), "no trusted certificate log")

    def test_when_the_log_was_not_in_use(self):
        root = self.store.trusted_root(
            ctlogs=[self.store.certificate_log.trusted(end=START - MINUTE)])
        self.refused(self.store.blob_bundle(CONTENT), "no trusted certificate log", root=root)

    def test_damaged(self):
        stamp = self.store.timestamp_of_certificate
        self.refused(self.with_sct(lambda c: stamp(c)[:-1]), "certificate")
        self.refused(self.with_sct(lambda c: sigstore.der_string(4, struct.pack(">H", 9) + b"x")),
                     "no trusted certificate log")
        self.refused(self.with_sct(lambda c: b"\x04"), "cannot be read")


class TransparencyLog(KeylessTest):
    def setUp(self):
        super().setUp()
        self.bundle = self.store.blob_bundle(CONTENT)

    def without_promise(self):
        return changed(self.bundle, (*ENTRY, "inclusionPromise"), None)

    def test_no_entry(self):
        self.refused(changed(self.bundle, ENTRY, None), "no entry of a transparency log")

    def test_neither_promise_nor_proof(self):
        bundle = changed(self.without_promise(), PROOF, None)
        self.refused(bundle, "has no inclusion proof")
        self.refused(changed(bundle, ("mediaType",), "application/vnd.dev.sigstore.bundle+json;version=0.1"),
                     "neither a promise nor a proof")

    def test_a_time_that_nobody_promised(self):
        """The proof holds, but no proof covers the time that the entry states."""
        self.refused(self.without_promise(), "nothing proves when")

    def test_another_time(self):
        self.refused(changed(self.bundle, (*ENTRY, "integratedTime"),
                             str(seconds(START + 3 * MINUTE))), "promise is not signed")

    def test_another_index(self):
        self.refused(changed(self.bundle, (*ENTRY, "logIndex"), "7"), "promise is not signed")

    def test_another_promise(self):
        other = self.store.blob_bundle(b"other")
        promise = other[MATERIAL]["tlogEntries"][0]["inclusionPromise"]
        self.refused(changed(self.bundle, (*ENTRY, "inclusionPromise"), promise),
                     "promise is not signed")

    def test_an_unknown_log(self):
        self.refused(self.store.blob_bundle(CONTENT, log=sigstore.Log()), "not in the trusted root")

    def test_an_impostor(self):
        impostor = sigstore.Log()
        impostor.id = self.store.log.id
        self.refused(self.store.blob_bundle(CONTENT, log=impostor), "not signed by the log")

    def test_a_log_that_was_not_in_use(self):
        root = self.store.trusted_root(tlogs=[self.store.log.trusted(end=START - MINUTE)])
        self.refused(self.bundle, "not in the trusted root, or not then", root=root)

    def test_proofs_that_do_not_hold(self):
        entry = self.bundle[MATERIAL]["tlogEntries"][0]["inclusionProof"]
        hashes = entry["hashes"]
        zero = b64(bytes(32))
        for path, new in ((("hashes",), hashes[:-1]), (("hashes",), hashes + [zero]),
                          (("hashes", 0), zero), (("hashes",), hashes[::-1]),
                          (("logIndex",), "4"), (("logIndex",), "99"),
                          (("hashes", 0), b64(b"short"))):
            self.refused(changed(self.bundle, (*PROOF, *path), new), "does not lead to its root")
        for path, new in ((("rootHash",), zero), (("treeSize",), "8")):
            self.refused(changed(self.bundle, (*PROOF, *path), new), "of another tree")

    def test_a_proof_that_leads_to_the_root_from_another_place(self):
        """The last leaf of nine has one neighbour, left, as a leaf at 1 would at that level."""
        self.store.log.leaves = [b"leaf %d" % i for i in range(8)]
        key = new_key()
        certificate = self.store.issue(key)
        signature = sigstore.sign(key, CONTENT)
        body = self.store.hashedrekord(sigstore.sha256(CONTENT), signature,
                                       sigstore.pem(certificate))
        entry = self.store.log.add(body, "hashedrekord", "0.0.1", seconds(START + MINUTE), more=0)
        bundle = self.store.blob_bundle(CONTENT, key, certificate)
        bundle["messageSignature"]["signature"] = b64(signature)
        bundle[MATERIAL]["tlogEntries"] = [entry]
        self.verify(bundle)
        self.refused(changed(bundle, (*PROOF, "logIndex"), "1"), "does not lead to its root")

    def test_checkpoints_that_do_not_hold(self):
        path = (*PROOF, "checkpoint", "envelope")
        good = self.bundle[MATERIAL]["tlogEntries"][0]["inclusionProof"]["checkpoint"]["envelope"]
        size, root = good.split("\n")[1:3]
        other = sigstore.Log()
        other.id = self.store.log.id
        impostor = other.checkpoint(int(size), base64.b64decode(root))
        for note in (impostor, good.replace("log.example.com - 42\n", "log.example.com - 43\n", 1),
                     good.replace("\u2014 ", "- ")):
            self.refused(changed(self.bundle, path, note), "not signed by the log")
        for note in ("", "x", good.split("\n\n")[0]):
            self.refused(changed(self.bundle, path, note), "checkpoint")

    def test_checkpoints_with_more_lines_and_witnesses(self):
        path = (*PROOF, "checkpoint", "envelope")
        good = self.bundle[MATERIAL]["tlogEntries"][0]["inclusionProof"]["checkpoint"]["envelope"]
        size, root = good.split("\n")[1:3]
        longer = self.store.log.checkpoint(int(size), base64.b64decode(root), "another line\n")
        witness = longer.replace("\n\n", "\n\n\u2014 witness.example.com AAAAAAAAAAAA\n")
        self.verify(changed(self.bundle, path, longer))
        self.verify(changed(self.bundle, path, witness))


class OlderBundles(KeylessTest):
    """As cosign 1 and 2 wrote them: a signature, a certificate, and the promise of a log."""

    def setUp(self):
        super().setUp()
        self.key = new_key()
        self.certificate = self.store.issue(self.key)
        self.good = self.older(self.store.blob_bundle(CONTENT, self.key, self.certificate))

    def older(self, bundle):
        entry = bundle[MATERIAL]["tlogEntries"][0]
        return {"base64Signature": bundle["messageSignature"]["signature"],
                "cert": b64(sigstore.pem(self.certificate)), "rekorBundle": sigstore.rekor_bundle(entry)}

    def test_in_order(self):
        self.verify(self.good, says=f"file: OK, signed by {IDENTITY}, issuer {ISSUER}, at 2026-01-31T12:02:00Z")
        self.verify({**self.good, "cert": sigstore.pem(self.certificate).decode()})

    def test_one_defect_each(self):
        other = self.older(self.store.blob_bundle(CONTENT, self.key, self.certificate))
        payload = ("rekorBundle", "Payload")
        for says, path, new in (
                ("promise is not signed", ("rekorBundle", "SignedEntryTimestamp"),
                 other["rekorBundle"]["SignedEntryTimestamp"]),
                ("promise is not signed", (*payload, "integratedTime"), seconds(START + 3 * MINUTE)),
                ("promise is not signed", (*payload, "logIndex"), 7),
                ("of another signature", (*payload, "body"), other["rekorBundle"]["Payload"]["body"]),
                ("not in the trusted root", (*payload, "logID"), "00" * 32),
                ("of another signature", ("rekorBundle",), other["rekorBundle"]),
                ("of another signer", ("cert",), b64(sigstore.pem(self.store.issue(self.key)))),
                ("no entry of a transparency log", ("rekorBundle",), None),
                ("signed with a key", ("cert",), None),
                ("signed with a key", ("cert",), b64(sigstore.public_pem(self.key)))):
            self.refused(changed(self.good, path, new), says)
        self.refused(self.good, "another identity", identity="bob@example.com")

    def test_damaged(self):
        for path, new in ((("rekorBundle", "Payload"), None), (("rekorBundle", "Payload", "logID"), "xyz"),
                          (("rekorBundle", "Payload", "body"), "@"), (("cert",), b64(b"junk")),
                          (("rekorBundle", "Payload", "integratedTime"), "soon"), (("base64Signature",), "")):
            self.verify(changed(self.good, path, new), code=USAGE)


class Origins(KeylessTest):
    """Of a log that does not number its trees the origin is its host."""

    def setUp(self):
        super().setUp()
        self.store.log = sigstore.Log(key=ed25519.Ed25519PrivateKey.generate())

    def root_at(self, url):
        return self.store.trusted_root(tlogs=[self.store.log.trusted(url=url)])

    def test_the_log_where_the_root_says(self):
        bundle = self.store.blob_bundle(CONTENT)
        for url in ("https://log.example.com", "https://log.example.com/", "https://log.example.com:8443/api?x#y",
                    "https://user@log.example.com/"):
            self.verify(bundle, root=self.root_at(url))

    def test_a_log_elsewhere(self):
        bundle = self.store.blob_bundle(CONTENT)
        for url in ("https://log.example.org", "https://example.com/log.example.com", "https://og.example.com",
                    "https://log.example.com@example.org", "https://xlog.example.com"):
            self.refused(bundle, "of another origin", root=self.root_at(url))
        for url in ("", "log.example.com"):
            self.refused(bundle, "does not say where the log is", root=self.root_at(url))

    def test_a_checkpoint_for_another_log_by_the_same_key(self):
        log = self.store.log
        log.name = log.origin = "other.example.com"
        self.refused(self.store.blob_bundle(CONTENT), "of another origin")
        log.name = "log.example.com"
        self.refused(self.store.blob_bundle(CONTENT), "not signed by the log")
        log.name, log.origin = "other.example.com", "log.example.com"
        self.refused(self.store.blob_bundle(CONTENT), "not signed by the log")
        log.name = log.origin = "log.example.com"
        self.verify(self.store.blob_bundle(CONTENT))

    def test_servers_that_number_their_trees_call_themselves_as_they_like(self):
        self.store.log.origin = "rekor-server-0 - 3904496407287907110"
        self.verify(self.store.blob_bundle(CONTENT))
        for odd in ("rekor - ", "rekor - 4x", "rekor - 4 2"):
            self.store.log.origin = odd
            self.refused(self.store.blob_bundle(CONTENT), "not signed by the log")


class Bodies(KeylessTest):
    """Entries of other signatures, each in the log and rightly proved."""

    def with_body(self, make):
        key = new_key()
        certificate = self.store.issue(key)
        signature = sigstore.sign(key, CONTENT)
        body = make(sigstore.sha256(CONTENT), signature, certificate)
        bundle = self.store.blob_bundle(CONTENT, key, certificate, body=body)
        bundle["messageSignature"]["signature"] = b64(signature)
        return bundle

    def test_right(self):
        self.verify(self.with_body(
            lambda d, s, c: self.store.hashedrekord(d, s, sigstore.pem(c))))

    def test_of_other_content(self):
        self.refused(self.with_body(lambda d, s, c: self.store.hashedrekord(
            sigstore.sha256(b"other"), s, sigstore.pem(c))), "of other content")

    def test_of_another_signature(self):
        """Made by the same key over the same content, which makes two of ECDSA."""
        key = new_key()
        certificate = self.store.issue(key)
        first = self.store.blob_bundle(CONTENT, key, certificate)
        second = self.store.blob_bundle(CONTENT, key, certificate)
        self.refused(changed(first, (MATERIAL, "tlogEntries"), second[MATERIAL]["tlogEntries"]),
                     "of another signature")

    def test_of_another_signer(self):
        other = self.store.issue(new_key())
        self.refused(self.with_body(
            lambda d, s, c: self.store.hashedrekord(d, s, sigstore.pem(other))), "of another signer")
        self.refused(self.with_body(lambda d, s, c: self.store.hashedrekord(
            d, s, sigstore.public_pem(c.public_key()))), "of another signer")

    def test_of_another_kind(self):
        self.refused(self.with_body(lambda d, s, c: self.store.dsse(CONTENT, s, sigstore.pem(c))),
                     "kind that cannot be checked")
        self.refused(self.with_body(lambda d, s, c: b"{}"), "kind that cannot be checked")
        self.refused(self.with_body(lambda d, s, c: b"[" * 1000), "body cannot be read")
        self.refused(self.with_body(lambda d, s, c: sigstore.canonical(
            {"kind": "hashedrekord", "apiVersion": "0.0.9", "spec": {}})), "kind")

    def test_named_otherwise_than_it_is(self):
        bundle = self.store.blob_bundle(CONTENT)
        self.refused(changed(bundle, (*ENTRY, "kindVersion", "kind"), "dsse"), "kind")


class TheRest(KeylessTest):
    def test_a_signature_of_another_file(self):
        self.refused(self.store.blob_bundle(CONTENT, signed=b"other"),
                     "the signature does not match")

    def test_another_digest(self):
        bundle = self.store.blob_bundle(CONTENT)
        self.refused(changed(bundle, ("messageSignature", "messageDigest", "digest"),
                             b64(bytes(32))), "of another file")

    def test_a_key_where_an_identity_is_asked_for(self):
        bundle = self.store.blob_bundle(CONTENT)
        bundle[MATERIAL] = {"publicKey": {"hint": "x"}, "tlogEntries": []}
        self.refused(bundle, "signed with a key")

    def test_an_identity_where_a_key_is_asked_for(self):
        self.write("bundle", json.dumps(self.store.blob_bundle(CONTENT)).encode())
        self.write("k.pub", sigstore.public_pem(new_key()))
        done = self.expect(FINDINGS, "verify-blob", "file", "--bundle", "bundle", "--key", "k.pub")
        self.assertIn(b"signed with a certificate", done.stderr)

    def test_trusted_roots_that_are_none(self):
        bundle = self.store.blob_bundle(CONTENT)
        root = self.store.trusted_root()
        log = ("tlogs", 0)
        for bad in (changed(root, ("mediaType",), "application/json"),
                    changed(root, (*log, "publicKey", "rawBytes"), "@@"),
                    changed(root, (*log, "logId"), None),
                    changed(root, (*log, "publicKey", "validFor", "start"), "yesterday"),
                    changed(root, ("certificateAuthorities", 0, "certChain", "certificates", 0,
                                   "rawBytes"), b64(b"junk")),
                    changed(root, ("certificateAuthorities",), [])):
            code = FINDINGS if bad.get("certificateAuthorities") == [] else USAGE
            self.write("bundle", json.dumps(bundle).encode())
            self.write("root.json", json.dumps(bad).encode())
            done = self.assay("verify-blob", "file", "--bundle", "bundle", "--trusted-root",
                              "root.json", "--certificate-identity", IDENTITY,
                              "--certificate-oidc-issuer", ISSUER)
            self.assertIn(done.returncode, (code, USAGE), done.stderr)

    def test_keys_that_nobody_here_can_use_are_passed_over(self):
        root = self.store.trusted_root()
        odd = changed(root, ("tlogs", 0, "publicKey", "rawBytes"), b64(b"\x30\x00"))["tlogs"][0]
        self.verify(self.store.blob_bundle(CONTENT),
                    root=self.store.trusted_root(tlogs=[odd, *root["tlogs"]]))


class Models(KeylessTest):
    """What `model_signing sign sigstore` makes: a model's statement, signed with an identity and logged."""

    FILES = {"config.json": b"{}", "sub/w.bin": b"weights"}

    def setUp(self):
        super().setUp()
        for name, content in self.FILES.items():
            self.write(f"model/{name}", content)
        self.payload = json.dumps(statement(resources(self.FILES))).encode()

    def check(self, bundle, code=CLEAN, says="", root=None, who=IDENTITY, more=()):
        self.write("model.sig", json.dumps(bundle).encode())
        self.write("root.json", json.dumps(root or self.store.trusted_root()).encode())
        done = self.expect(code, "verify", "model", "--trusted-root", "root.json", "--certificate-identity", who,
                           "--certificate-oidc-issuer", ISSUER, *more)
        self.assertIn(says.encode(), done.stdout + done.stderr)

    def test_in_order(self):
        for kind, version in (("dsse", "0.0.1"), ("dsse", "0.0.2"), ("intoto", "0.0.2"), ("hashedrekord", "0.0.1"),
                              ("hashedrekord", "0.0.2")):
            self.check(self.store.statement_bundle(self.payload, kind, version),
                       says=f"2 files (9 B) as signed; signed by {IDENTITY}, issuer {ISSUER}")

    def test_one_defect_each(self):
        good = self.store.statement_bundle(self.payload, "dsse", "0.0.1")
        other = self.store.statement_bundle(self.payload.replace(b"config", b"Config"), "dsse", "0.0.1")
        self.check(good, FINDINGS, "signed with another identity: alice@example.com", who="bob@example.com")
        self.check(good, FINDINGS, root=Sigstore().trusted_root())
        self.check(good, USAGE, "names no certificate log", root=self.store.trusted_root(ctlogs=[]))
        self.check(self.store.statement_bundle(self.payload, "hashedrekord", logged=self.payload), FINDINGS,
                   "log entry is of other content")
        self.check(changed(good, ("foo",), 1), USAGE, "a field that its format")
        self.check(changed(good, (MATERIAL, "tlogEntries"), []), FINDINGS, "no entry of a transparency log")
        self.check(changed(good, (MATERIAL, "tlogEntries"), other[MATERIAL]["tlogEntries"]), FINDINGS, "log entry is of")
        self.check(changed(good, (MATERIAL, "certificate"), other[MATERIAL]["certificate"]), FINDINGS)
        self.check(changed(good, ("dsseEnvelope", "payload"), other["dsseEnvelope"]["payload"]), FINDINGS, "log entry")
        self.check(self.store.statement_bundle(b"{}", "dsse", "0.0.1"), FINDINGS, "statement is refused")
        self.write("key.pub", sigstore.public_pem(new_key()))
        self.write("model.sig", json.dumps(good).encode())
        done = self.expect(FINDINGS, "verify", "model", "--key", "key.pub")
        self.assertIn(b"signed with a certificate", done.stderr)
        self.write("model/sub/w.bin", b"others!")
        self.check(good, FINDINGS, "sub/w.bin: changed")

    def test_a_model_signed_with_a_key(self):
        signer = Signer()
        self.check(signer.bundle(self.payload), FINDINGS, "it was signed with a key")


class Overlaps(KeylessTest):
    """Trusted roots that name several of a kind, as they do when keys are changed."""

    def test_authorities(self):
        other = Sigstore()
        root = self.store.trusted_root()
        mine = root["certificateAuthorities"][0]
        stranger = other.trusted_root()["certificateAuthorities"][0]
        bundle = self.store.blob_bundle(CONTENT)
        for authorities in ([stranger, mine], [mine, stranger], [mine, mine]):
            self.verify(bundle, root=changed(root, ("certificateAuthorities",), authorities))
        over = changed(mine, ("validFor",), {"start": "2020-01-01T00:00:00Z",
                                             "end": (START - 5 * MINUTE).isoformat() + "Z"})
        self.verify(bundle, root=changed(root, ("certificateAuthorities",), [over, mine]))
        self.refused(bundle, "no authority", root=changed(root, ("certificateAuthorities",), [over]))
        self.refused(bundle, "none of the trusted roots",
                     root=changed(root, ("certificateAuthorities",), [over, stranger]))

    def test_logs(self):
        root = self.store.trusted_root()
        bundle = self.store.blob_bundle(CONTENT)
        earlier = self.store.log.trusted(end=START - MINUTE)
        other = sigstore.Log().trusted()
        for logs in ([earlier, *root["tlogs"]], [other, *root["tlogs"]], [*root["tlogs"], earlier]):
            self.verify(bundle, root=changed(root, ("tlogs",), logs))
        self.refused(bundle, "not in the trusted root, or not then", root=changed(root, ("tlogs",), [earlier, other]))

    def test_a_key_that_two_logs_share(self):
        """Only the id tells whose it is."""
        twin = sigstore.Log(key=self.store.log.key)
        twin.id = bytes(32)
        self.refused(self.store.blob_bundle(CONTENT, log=twin), "not in the trusted root")


if __name__ == "__main__":
    main()
