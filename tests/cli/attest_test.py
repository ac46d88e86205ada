"""Statements about models, files and images: `assay attest`, `verify-attestation`, `sign-image`,
`verify-image`."""
import base64
import hashlib
import json
import os

import _sigstore as sigstore
from _helpers import CLEAN, FINDINGS, INCOMPLETE, NOTHING, USAGE, CliTest, main, noise
from _sigstore import b64

SLSA = {"buildDefinition": {"buildType": "https://example.com/train", "externalParameters": {}},
        "runDetails": {"builder": {"id": "https://example.com/builder"}}}
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class AttestTest(CliTest):
    def setUp(self):
        super().setUp()
        for name in ("k", "other"):
            self.expect(CLEAN, "keygen", name, "--plain")
        self.files = {"config.json": b"{}\n", "weights.bin": noise(5000),
                      "sub/tokenizer.txt": b"tokens\n"}
        for name, content in self.files.items():
            self.write("model/" + name, content)
        self.json("slsa.json", SLSA)

    def json(self, name, value):
        self.write(name, json.dumps(value).encode())

    def read(self, name):
        return json.loads((self.dir / name).read_bytes())

    def attest(self, target="model", predicate="slsa.json", kind="slsaprovenance1", code=CLEAN,
               says="", out="a.json", key="k.key"):
        done = self.expect(code, "attest", target, "--predicate", predicate, "--type", kind,
                           "--key", key, *(["-o", out] if out else []))
        self.assertIn(says.encode(), done.stdout + done.stderr)
        return done

    def verify(self, target="model", *args, code=CLEAN, says="", bundle="a.json", key="k.pub"):
        given = ["--bundle", bundle] if bundle else []
        done = self.expect(code, "verify-attestation", target, *given, "--key", key, *args)
        self.assertIn(says.encode(), done.stdout + done.stderr)
        return done

    def statement(self, name="a.json"):
        return json.loads(base64.b64decode(self.read(name)["dsseEnvelope"]["payload"]))


class Statements(AttestTest):
    def test_of_a_folder(self):
        self.attest(says="4 subjects")
        statement = self.statement()
        self.assertEqual(statement["_type"], "https://in-toto.io/Statement/v1")
        self.assertEqual(statement["predicateType"], "https://slsa.dev/provenance/v1")
        self.assertEqual(statement["predicate"], SLSA)
        names = sorted(self.files)
        root = sha256(b"".join(hashlib.sha256(self.files[n]).digest() for n in names))
        self.assertEqual([(s["name"], s["digest"]["sha256"]) for s in statement["subject"]],
                         [("model", root)] + [(n, sha256(self.files[n])) for n in names])
        self.verify(says="OK, https://slsa.dev/provenance/v1, signed by EC P-256 key")

    def test_of_a_file(self):
        self.attest("model/weights.bin")
        self.assertEqual(self.statement()["subject"],
                         [{"name": "weights.bin",
                           "digest": {"sha256": sha256(self.files["weights.bin"])}}])
        self.verify("model/weights.bin")
        self.verify("sha256:" + sha256(self.files["weights.bin"]))
        self.verify("model/config.json", code=FINDINGS, says="about other files")
        self.verify("sha256:" + "0" * 64, code=FINDINGS)
        for digest in ("", "XYZ", "0" * 63, "g" * 64):
            self.verify("sha256:" + digest, code=USAGE, says="not a digest")

    def test_the_same_whatever_threads(self):
        for threads in ("1", "7"):
            self.attest(out=threads)
        self.assertEqual(self.statement("1"), self.statement("7"))

    def test_signatures_beside_the_files_are_no_part_of_it(self):
        self.attest(out="model/a.sigstore.json")
        self.write("model/model.sig", b"x")
        self.write("model/.git/config", b"x")
        self.verify(bundle="model/a.sigstore.json")
        self.attest(out="model/b.sigstore.json")
        self.verify(bundle="model/b.sigstore.json")

    def test_each_difference_is_told(self):
        self.attest()
        self.write("model/config.json", b"changed")
        self.write("model/new", b"new")
        os.unlink(self.dir / "model/sub/tokenizer.txt")
        done = self.verify(code=FINDINGS)
        for line in (b"config.json: changed", b"new: not in the statement",
                     b"sub/tokenizer.txt: missing"):
            self.assertIn(line, done.stderr)

    def test_files_that_were_renamed_and_kept_their_order(self):
        """The folder's digest is one of contents in the order of names: it stays the same."""
        self.attest()
        os.rename(self.dir / "model/config.json", self.dir / "model/confiG.json")
        done = self.verify(code=FINDINGS)
        self.assertIn(b"confiG.json: the statement calls it config.json", done.stderr)

    def digests(self):
        return b"".join(hashlib.sha256(self.files[n]).digest() for n in sorted(self.files))

    def test_a_file_that_is_made_of_a_folders_digests(self):
        """It has the folder's digest."""
        self.write("forged", self.digests())
        self.attest()
        of = [s.get("annotations") for s in self.statement()["subject"]]
        self.assertEqual(of, [{"assay.of": "digests"}] + [None] * len(self.files))
        self.verify()
        self.verify("forged", code=FINDINGS, says="about a folder with that digest, not about a file")
        self.verify("sha256:" + sha256(self.digests()))
        self.attest("forged")
        self.verify("forged")
        self.verify(code=FINDINGS, says="about a file with that digest, not about a folder")
        self.verify("sha256:" + sha256(self.digests()))

    def test_folders_in_statements_that_do_not_say_it(self):
        self.write("forged", self.digests())
        subjects = [("model", self.digests())] + sorted(self.files.items())
        statement = {"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://x.y",
                     "subject": [{"name": n, "digest": {"sha256": sha256(d)}} for n, d in subjects]}
        signed = Signatures.signed
        signed(self, json.dumps(statement).encode())
        self.verify()
        self.verify("forged", code=FINDINGS, says="not about a file")
        statement["subject"] = statement["subject"][:1]
        signed(self, json.dumps(statement).encode())
        self.verify("forged")
        self.verify(code=FINDINGS, says="not about a folder")
        statement["predicateType"] = "https://model_signing/signature/v1.0"
        signed(self, json.dumps(statement).encode())
        self.verify("forged", code=FINDINGS, says="not about a file")
        self.verify(code=FINDINGS, says="the statement is refused")
        statement["predicate"] = {
            "resources": [{"name": n, "algorithm": "sha256", "digest": sha256(d)}
                          for n, d in sorted(self.files.items())],
            "serialization": {"method": "files", "hash_type": "sha256", "allow_symlinks": False, "ignore_paths": []}}
        signed(self, json.dumps(statement).encode())
        self.verify()
        self.verify("forged", code=FINDINGS, says="not about a file")

    def test_every_file_and_no_whole(self):
        statement = {"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://x.y",
                     "subject": [{"name": n, "digest": {"sha256": sha256(d)}} for n, d in self.files.items()]}
        Signatures.signed(self, json.dumps(statement).encode())
        self.verify()
        self.write("model/new", b"new")
        self.verify(code=FINDINGS, says="new: not in the statement")

    def test_nothing_to_state(self):
        os.mkdir(self.dir / "empty")
        self.attest("empty", code=NOTHING)
        self.attest("gone", code=INCOMPLETE)
        self.attest(out=None, code=USAGE, says="-o")
        self.attest(kind="nonsense", code=USAGE, says="neither a known type")
        self.attest(predicate="gone", code=INCOMPLETE)

    def test_links_are_not_passed_over(self):
        os.symlink("/etc/passwd", self.dir / "model/link")
        self.attest(code=INCOMPLETE)

    def test_what_cannot_be_read_does_not_hide_the_rest(self):
        self.attest()
        os.unlink(self.dir / "model/sub/tokenizer.txt")
        os.mkfifo(self.dir / "model/sub/tokenizer.txt")
        done = self.verify(code=INCOMPLETE)
        self.assertNotIn(b"OK", done.stdout)
        self.assertNotIn(b"missing", done.stderr)
        self.write("model/config.json", b"changed")
        done = self.verify(code=FINDINGS)
        self.assertIn(b"a.json: config.json: changed", done.stderr)
        self.assertNotIn(b"missing", done.stderr)

    def test_the_predicate_can_be_had(self):
        self.attest()
        self.verify("model", "-o", "statement.json")
        self.assertEqual(self.read("statement.json"), self.statement())


class Signatures(AttestTest):
    def test_another_key_and_another_type(self):
        self.attest()
        self.verify(key="other.pub", code=FINDINGS, says="the signature does not match")
        self.verify("model", "--type", "slsaprovenance1")
        self.verify("model", "--type", "cyclonedx", code=FINDINGS, says="not https://cyclonedx.org")

    def test_whatever_is_changed_breaks_it(self):
        self.attest()
        good = self.read("a.json")
        payload = base64.b64decode(good["dsseEnvelope"]["payload"])
        for change in (payload + b" ", payload.replace(b"example.com", b"example.org"), b"{}"):
            self.json("a.json", sigstore.changed(good, ("dsseEnvelope", "payload"), b64(change)))
            self.verify(code=FINDINGS, says="the signature does not match")
        self.json("a.json", sigstore.changed(good, ("dsseEnvelope", "payloadType"), "text/plain"))
        self.verify(code=FINDINGS, says="the signature does not match")

    def test_openssl_verifies_ours(self):
        self.attest()
        envelope = self.read("a.json")["dsseEnvelope"]
        self.assertEqual(envelope["payloadType"], "application/vnd.in-toto+json")
        payload = base64.b64decode(envelope["payload"])
        self.write("pae", b"DSSEv1 28 application/vnd.in-toto+json %d " % len(payload) + payload)
        self.write("der", base64.b64decode(envelope["signatures"][0]["sig"]))
        verify = ("openssl", "dgst", "-sha256", "-verify", "k.pub", "-signature", "der", "pae")
        self.assertEqual(self.run_any(*verify).returncode, 0)
        self.write("pae", (self.dir / "pae").read_bytes() + b" ")
        self.assertNotEqual(self.run_any(*verify).returncode, 0)

    def signed(self, payload, kind=b"application/vnd.in-toto+json"):
        """A bundle of our key over any payload."""
        self.write("pae", sigstore.pae(payload, kind))
        signature = self.run_any("openssl", "dgst", "-sha256", "-sign", "k.key", "pae").stdout
        self.json("a.json", {
            "mediaType": BUNDLE,
            "verificationMaterial": {"publicKey": {"hint": ""}, "tlogEntries": []},
            "dsseEnvelope": {"payload": b64(payload), "payloadType": kind.decode(),
                             "signatures": [{"sig": b64(signature)}]}})

    def test_openssls_signature_of_a_statement_of_cosigns(self):
        statement = {"_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://x.y",
                     "subject": [{"name": "n", "digest": {
                         "sha256": sha256(self.files["config.json"])}}], "predicate": {}}
        self.signed(json.dumps(statement).encode())
        self.verify("model/config.json")

    def test_subjects_with_other_digests_alone(self):
        content = self.files["config.json"]
        subject = {"name": "config.json", "digest": {"sha512": hashlib.sha512(content).hexdigest()}}
        self.signed(json.dumps({"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://x.y",
                                "subject": [subject]}).encode())
        for target in ("model/config.json", "model", "sha256:" + sha256(content)):
            self.verify(target, code=FINDINGS, says="has no SHA-256")

    def test_keys_of_larger_curves_that_signed_sha256(self):
        """As cosign did up to version 2, whatever the key."""
        self.expect(CLEAN, "keygen", "--plain", "--type", "p384", "large")
        payload = json.dumps({"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://x.y",
                              "subject": [{"digest": {"sha256": sha256(self.files["config.json"])}}]}).encode()
        self.signed(payload)
        bundle = self.read("a.json")
        for digest, code in (("sha256", CLEAN), ("sha384", CLEAN), ("sha512", FINDINGS)):
            signature = self.run_any("openssl", "dgst", f"-{digest}", "-sign", "large.key", "pae").stdout
            bundle["dsseEnvelope"]["signatures"] = [{"sig": b64(signature)}]
            self.json("a.json", bundle)
            self.expect(code, "verify-attestation", "model/config.json", "--bundle", "a.json", "--key", "large.pub")

    def test_well_signed_nonsense(self):
        digest = {"sha256": sha256(self.files["config.json"])}
        good = {"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://x.y",
                "subject": [{"digest": digest}]}
        text = json.dumps(good)
        for bad in ("", "[]", "{}", text[:-1], text + "x",
                    json.dumps({**good, "_type": "https://in-toto.io/Statement/v9"}),
                    json.dumps({**good, "subject": []}),
                    json.dumps({**good, "subject": [{"name": "n"}]}),
                    json.dumps({**good, "subject": [{"digest": {"sha256": "XYZ"}}]}),
                    json.dumps({**good, "predicateType": ""}),
                    text.replace('"_type"', '"_type": 1, "_type"')):
            self.signed(bad.encode())
            self.verify("model/config.json", code=FINDINGS)
        self.signed(text.encode(), b"application/json")
        self.verify("model/config.json", code=FINDINGS, says="no in-toto statement")
        self.signed(text.encode())
        self.verify("model/config.json")

    def test_an_rsa_signature_is_padded_as_cosign_reads_it(self):
        self.expect(CLEAN, "keygen", "rsa", "--plain", "--type", "rsa")
        self.attest(key="rsa.key")
        self.verify(key="rsa.pub")
        envelope = self.read("a.json")["dsseEnvelope"]
        payload = base64.b64decode(envelope["payload"])
        self.write("pae", sigstore.pae(payload, b"application/vnd.in-toto+json"))
        self.write("sig", base64.b64decode(envelope["signatures"][0]["sig"]))
        done = self.run_any("openssl", "dgst", "-sha256", "-verify", "rsa.pub", "-signature", "sig", "pae")
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_what_cosign_2_writes(self):
        """The envelope alone, and its own bundle around it."""
        self.attest()
        envelope = self.read("a.json")["dsseEnvelope"]
        self.json("envelope", envelope)
        self.json("old", {"base64Signature": base64.b64encode(json.dumps(envelope).encode()).decode()})
        for name in ("envelope", "old"):
            self.verify(bundle=name, says="OK, https://slsa.dev/provenance/v1")
            self.verify(bundle=name, key="other.pub", code=FINDINGS, says="the signature does not match")
        envelope["payload"] = base64.b64encode(b"{}").decode()
        self.json("envelope", envelope)
        self.verify(bundle="envelope", code=FINDINGS, says="the signature does not match")

    def test_what_is_no_bundle_is_a_wrong_argument(self):
        self.attest()
        whole = (self.dir / "a.json").read_bytes()
        for content in (b"", b"junk", b"{", b"{}", noise(1000), b'{"a":1,"a":2}', b"[" * 1000, whole[:-9],
                        b'{"base64Signature":"anVuaw=="}', b'{"payloadType":"x","payload":""}'):
            self.write("b", content)
            self.verify(bundle="b", code=USAGE)

    def test_a_model_signature_names_files_too(self):
        self.expect(CLEAN, "sign", "model", "--key", "k.key")
        self.verify(bundle="model.sig", says="OK, https://model_signing/signature/v1.0")
        os.rename(self.dir / "model/weights.bin", self.dir / "model/weights.exe")
        self.verify(bundle="model.sig", code=FINDINGS, says="weights.exe: the statement calls it weights.bin")
        os.rename(self.dir / "model/weights.exe", self.dir / "model/weights.bin")
        self.expect(CLEAN, "sign", "model", "--key", "k.key", "--method", "shards")
        self.verify(bundle="model.sig", code=USAGE, says="assay verify")

    def test_two_signatures(self):
        self.attest()
        bundle = self.read("a.json")
        bundle["dsseEnvelope"]["signatures"] *= 2
        self.json("a.json", bundle)
        self.verify(code=USAGE, says="exactly one signature")

    def test_with_an_identity(self):
        store = sigstore.Sigstore()
        payload = json.dumps({
            "_type": "https://in-toto.io/Statement/v1", "predicateType": "https://x.y",
            "subject": [{"digest": {"sha256": sha256(self.files["config.json"])}}]}).encode()
        self.json("root.json", store.trusted_root())

        def check(code, **more):
            self.expect(code, "verify-attestation", "model/config.json", "--bundle", "a.json",
                        "--trusted-root", "root.json", "--certificate-identity",
                        sigstore.IDENTITY, "--certificate-oidc-issuer", sigstore.ISSUER)

        for kind, version in (("dsse", "0.0.1"), ("dsse", "0.0.2"), ("intoto", "0.0.2")):
            bundle = store.statement_bundle(payload, kind, version)
            self.json("a.json", bundle)
            check(CLEAN)
            other = store.statement_bundle(payload + b" ", kind, version)
            entries = other["verificationMaterial"]["tlogEntries"]
            self.json("a.json", sigstore.changed(
                bundle, ("verificationMaterial", "tlogEntries"), entries))
            check(FINDINGS)
        self.json("a.json", store.statement_bundle(payload, "intoto", "0.0.1"))
        check(FINDINGS)


class Predicates(AttestTest):
    def refused(self, predicate, kind, says):
        self.json("p.json", predicate)
        self.attest(predicate="p.json", kind=kind, code=FINDINGS, says=says)
        self.assertFalse((self.dir / "a.json").exists())

    def scan(self, *args):
        done = self.assay("scan", "model", "-o", "json", *args)
        self.write("report.json", done.stdout)
        return json.loads(done.stdout)

    def test_a_scan(self):
        report = self.scan()
        self.attest(predicate="report.json", kind="scan")
        self.assertEqual(self.statement()["predicate"], report)
        self.verify("model", "--type", "scan", says="urn:assay:scan:1")
        self.attest(predicate="report.json", kind="test-result")
        predicate = self.statement()["predicate"]
        self.assertIn(predicate["result"], ("PASSED", "WARNED"))
        self.assertEqual(predicate["configuration"][0]["digest"]["sha256"],
                         report["tool"]["rules"].removeprefix("sha256:"))

    def test_a_scan_with_findings(self):
        self.write("model/evil.pkl", b"cos\nsystem\n(S'id'\ntR.")
        report = self.scan()
        self.assertEqual(report["summary"]["verdict"], "findings")
        self.attest(predicate="report.json", kind="test-result")
        predicate = self.statement()["predicate"]
        self.assertEqual(predicate["result"], "FAILED")
        found = {f["rule"] for r in report["records"] for f in r["findings"]
                 if f["severity"] in ("critical", "high")}
        self.assertEqual(set(predicate["failedTests"]), found)

    def test_a_report_of_other_files(self):
        self.scan()
        self.write("model/config.json", b"newer")
        self.attest(predicate="report.json", kind="scan", code=FINDINGS, says="of other files")
        self.scan()
        self.write("model/another", b"another")
        self.attest(predicate="report.json", kind="scan", code=FINDINGS, says="leaves files out")

    def test_a_report_that_is_none(self):
        report = self.scan()
        self.refused({"schema": "x"}, "scan", "not a whole report")
        self.refused({**report, "summary": {**report["summary"], "interrupted": True}}, "scan",
                     "interrupted")
        report["records"][0]["digests"] = {}
        self.refused(report, "scan", "no SHA-256")

    def test_provenance(self):
        for path in (("buildDefinition", "buildType"), ("buildDefinition", "externalParameters"),
                     ("runDetails", "builder", "id"), ("runDetails",)):
            self.refused(sigstore.changed(SLSA, path, None), "slsaprovenance1",
                         "not SLSA provenance")

    def bill(self, kind, digest):
        return {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
            {"type": kind, "name": "w", "hashes": [{"alg": "SHA-256", "content": digest}]}]}

    def test_a_bill_of_materials(self):
        good = sha256(self.files["weights.bin"])
        self.json("bom.json", self.bill("machine-learning-model", good))
        self.attest(predicate="bom.json", kind="cyclonedx")
        self.verify("model", "--type", "cyclonedx")
        self.json("bom.json", self.bill("data", "0" * 64))
        self.attest(predicate="bom.json", kind="cyclonedx", out="b.json")
        os.unlink(self.dir / "a.json")
        for kind in ("machine-learning-model", "file"):
            self.refused(self.bill(kind, "0" * 64), "cyclonedx", "none of the files has")
        self.refused({"specVersion": "1.6"}, "cyclonedx", "not a CycloneDX document")
        wrong = self.bill("file", "0" * 64)["components"]
        self.refused({**self.bill("file", good.upper()), "metadata": {"component": wrong[0]}}, "cyclonedx",
                     "none of the files has")
        inside = {"type": "library", "name": "l", "components": wrong}
        self.refused({**self.bill("file", good), "components": [inside]}, "cyclonedx", "none of the files has")

    def test_a_model_card(self):
        good = sha256(self.files["weights.bin"])
        self.write("card.md", f"---\nlicense: mit\nsha256: {good.upper()}\n---\n# Model\n".encode())
        self.attest(predicate="card.md", kind="model-card")
        self.assertIn("license: mit", self.statement()["predicate"]["text"])
        self.json("card.json", {"files": {"weights.bin": good}})
        self.attest(predicate="card.json", kind="model-card")
        self.assertEqual(self.statement()["predicate"], {"files": {"weights.bin": good}})
        self.write("card.md", b"sha256: " + b"0" * 64)
        self.attest(predicate="card.md", kind="model-card", code=FINDINGS,
                    says="none of the files has")

    def test_anything_else_is_a_json_object(self):
        self.json("p.json", {"any": ["thing", 1, None]})
        self.attest(predicate="p.json", kind="https://example.com/predicate/v1")
        self.assertEqual(self.statement()["predicate"], {"any": ["thing", 1, None]})
        self.refused_text("[]")
        self.refused_text('{"a":1,"a":2}')
        self.refused_text("no json")

    def refused_text(self, text):
        self.write("p.txt", text.encode())
        done = self.assay("attest", "model", "--predicate", "p.txt", "--type", "custom", "--key",
                          "k.key", "-o", "x.json")
        self.assertEqual(done.returncode, FINDINGS, done.stderr)


class ImageTest(AttestTest):
    def setUp(self):
        super().setUp()
        os.makedirs(self.dir / "layout/blobs/sha256")
        self.write("layout/oci-layout", b'{"imageLayoutVersion":"1.0.0"}')
        config = self.blob(b"{}", "application/vnd.oci.image.config.v1+json")
        layer = self.blob(b"layer", "application/vnd.oci.image.layer.v1.tar")
        manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                    "config": config, "layers": [layer]}
        self.image = self.blob(json.dumps(manifest).encode(), manifest["mediaType"])
        self.image["annotations"] = {"org.opencontainers.image.ref.name": "v1"}
        self.json("layout/index.json", {"schemaVersion": 2, "manifests": [self.image],
                                        "annotations": {"kept": "as it was"}})

    def blob(self, content, media_type):
        digest = sha256(content)
        self.write(f"layout/blobs/sha256/{digest}", content)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)}

    def blob_json(self, digest):
        return self.read("layout/blobs/sha256/" + digest.removeprefix("sha256:"))

    def sign(self, *args, code=CLEAN, key="k.key", target="oci:layout:v1"):
        return self.expect(code, "sign-image", target, "--key", key, *args)

    def verify_image(self, code=CLEAN, says="", key="k.pub", target="oci:layout:v1"):
        done = self.expect(code, "verify-image", target, "--key", key)
        self.assertIn(says.encode(), done.stdout + done.stderr)


class Images(ImageTest):
    def test_a_bundle_that_refers_to_the_image(self):
        self.verify_image(FINDINGS, "no signature is attached")
        self.sign()
        index = self.read("layout/index.json")
        self.assertEqual(index["annotations"], {"kept": "as it was"})
        self.assertEqual(index["manifests"][0], self.image)
        self.assertEqual(index["manifests"][1]["artifactType"], BUNDLE)
        manifest = self.blob_json(index["manifests"][1]["digest"])
        self.assertEqual(manifest["subject"]["digest"], self.image["digest"])
        self.assertEqual(manifest["config"]["digest"], "sha256:" + sha256(b"{}"))
        self.assertEqual(manifest["layers"][0]["mediaType"], BUNDLE)
        bundle = self.blob_json(manifest["layers"][0]["digest"])
        statement = json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"]))
        self.assertEqual(statement["predicateType"], "https://sigstore.dev/cosign/sign/v1")
        self.assertEqual(statement["subject"],
                         [{"digest": {"sha256": self.image["digest"].removeprefix("sha256:")}}])
        self.verify_image(says=f"oci:layout:v1: OK, {self.image['digest']}, signed by")
        self.verify_image(FINDINGS, "the signature does not match", key="other.pub")

    def test_simple_signing(self):
        self.sign("--simple-signing")
        self.sign("--simple-signing", key="other.key")
        tag = self.image["digest"].replace(":", "-") + ".sig"
        tagged = [m for m in self.read("layout/index.json")["manifests"]
                  if m.get("annotations", {}).get("org.opencontainers.image.ref.name") == tag]
        self.assertEqual(len(tagged), 1)
        layers = self.blob_json(tagged[0]["digest"])["layers"]
        self.assertEqual(len(layers), 2)
        payload = self.dir / "layout/blobs/sha256" / layers[0]["digest"].removeprefix("sha256:")
        self.assertEqual(json.loads(payload.read_bytes())["critical"]["image"],
                         {"docker-manifest-digest": self.image["digest"]})
        signature = base64.b64decode(layers[0]["annotations"]["dev.cosignproject.cosign/signature"])
        self.write("sig", signature)
        done = self.run_any("openssl", "dgst", "-sha256", "-verify", "k.pub", "-signature", "sig",
                            str(payload))
        self.assertEqual(done.returncode, 0, done.stdout)
        self.verify_image()
        self.verify_image(key="other.pub")
        self.verify_image(target="oci:layout@" + self.image["digest"])

    def second(self):
        manifest = {"schemaVersion": 2, "mediaType": self.image["mediaType"], "layers": [],
                    "config": self.blob(b"{ }", "application/vnd.oci.image.config.v1+json")}
        image = self.blob(json.dumps(manifest).encode(), manifest["mediaType"])
        image["annotations"] = {"org.opencontainers.image.ref.name": "v2"}
        index = self.read("layout/index.json")
        index["manifests"].append(image)
        self.json("layout/index.json", index)
        return image

    def test_the_image_must_be_there(self):
        self.sign()
        blob = self.dir / "layout/blobs/sha256" / self.image["digest"].removeprefix("sha256:")
        content = blob.read_bytes()
        for other in (content.replace(b"layers", b"Layers"), content + b" ", None):
            blob.unlink()
            if other:
                blob.write_bytes(other)
            self.verify_image(INCOMPLETE, "is missing" if not other else "not what its digest says")
            self.attest("oci:layout:v1", out="", code=INCOMPLETE if not other else USAGE)
            blob.write_bytes(content)
        self.verify_image()

    def test_the_signature_of_another_image(self):
        """A good signature of v1, moved to where one of v2 would lie."""
        other = self.second()
        self.sign("--simple-signing")
        index = self.read("layout/index.json")
        for one in index["manifests"]:
            names = one.get("annotations", {})
            if names.get("org.opencontainers.image.ref.name", "").endswith(".sig"):
                names["org.opencontainers.image.ref.name"] = (
                    other["digest"].replace(":", "-") + ".sig")
        self.json("layout/index.json", index)
        self.verify_image(FINDINGS, "of another image", target="oci:layout:v2")
        self.verify_image(FINDINGS, "no signature")

    def test_a_bundle_of_another_image(self):
        other = self.second()
        self.sign()
        index = self.read("layout/index.json")
        manifest = self.blob_json(index["manifests"][-1]["digest"])
        manifest["subject"] = {k: other[k] for k in ("mediaType", "digest", "size")}
        moved = self.blob(json.dumps(manifest).encode(), manifest["mediaType"])
        index["manifests"].append({**moved, "artifactType": BUNDLE})
        self.json("layout/index.json", index)
        self.verify_image(FINDINGS, "of another image", target="oci:layout:v2")

    def test_junk_does_not_hide_a_signature(self):
        self.sign()
        index = self.read("layout/index.json")
        junk = self.blob(b"junk", "application/vnd.oci.image.manifest.v1+json")
        index["manifests"].insert(0, {**junk, "artifactType": BUNDLE})
        index["manifests"].insert(0, {"mediaType": "x", "digest": "sha256:" + "0" * 64, "size": 3,
                                      "artifactType": BUNDLE})
        self.json("layout/index.json", index)
        self.verify_image()

    def test_blobs_that_are_not_what_they_are_called(self):
        self.sign()
        manifest = self.read("layout/index.json")["manifests"][-1]["digest"]
        bundle = self.blob_json(manifest)["layers"][0]["digest"].removeprefix("sha256:")
        content = (self.dir / "layout/blobs/sha256" / bundle).read_bytes()
        self.write("layout/blobs/sha256/" + bundle, content[:-1] + b" ")
        self.verify_image(FINDINGS, "no signature")
        self.write("layout/blobs/sha256/" + bundle, content)
        self.verify_image()
        os.unlink(self.dir / "layout/blobs/sha256" / bundle)
        self.write("elsewhere", content)
        os.symlink(self.dir / "elsewhere", self.dir / "layout/blobs/sha256" / bundle)
        self.verify_image(FINDINGS)

    def test_which_image(self):
        self.sign(target="oci:layout")
        self.verify_image(target="oci:layout")
        self.second()
        self.sign(target="oci:layout", code=USAGE)
        self.sign(target="oci:layout:v9", code=USAGE)
        self.sign(target="oci:gone:v1", code=INCOMPLETE)
        self.sign(target="layout", code=USAGE)

    def test_attestations_hang_on_images(self):
        self.attest("oci:layout:v1", out=None)
        done = self.expect(CLEAN, "verify-attestation", "oci:layout:v1", "--key", "k.pub", "--type",
                           "slsaprovenance1")
        self.assertIn(b"OK, https://slsa.dev/provenance/v1", done.stdout)
        self.expect(FINDINGS, "verify-attestation", "oci:layout:v1", "--key", "k.pub", "--type",
                    "cyclonedx")
        self.expect(FINDINGS, "verify-attestation", "oci:layout:v1", "--key", "other.pub")
        self.verify_image(FINDINGS, "no signature", target="oci:layout:v1")
        self.sign()
        self.verify_image()
        self.expect(CLEAN, "verify-attestation", "oci:layout:v1", "--key", "k.pub")


class OlderForms(ImageTest):
    """What cosign 1 and 2 attach: envelopes under a tag, and a signature that refers to the image."""

    def envelope(self, digest, key="k.key", **changes):
        self.json("p.json", {})
        statement = {"_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://x.y/z",
                     "subject": [{"name": "image", "digest": {"sha256": digest.split(":")[1]}}],
                     "predicate": {}}
        payload = json.dumps(statement).encode()
        kind = "application/vnd.in-toto+json"
        self.write("pae", sigstore.pae(payload, kind.encode()))
        signature = self.run_any("openssl", "dgst", "-sha256", "-sign", key, "pae").stdout
        return {"payloadType": kind, "payload": b64(payload),
                "signatures": [{"keyid": "", "sig": b64(signature)}], **changes}

    def put(self, manifest, **listed):
        index = self.read("layout/index.json")
        index["manifests"].append({**self.blob(json.dumps(manifest).encode(),
                                               "application/vnd.oci.image.manifest.v1+json"), **listed})
        self.json("layout/index.json", index)

    def put_attestations(self, *envelopes, kind="application/vnd.dsse.envelope.v1+json"):
        layers = [{**self.blob(one if isinstance(one, bytes) else json.dumps(one).encode(), kind),
                   "annotations": {"dev.cosignproject.cosign/signature": "", "predicateType": "https://x.y/z"}}
                  for one in envelopes]
        tag = self.image["digest"].replace(":", "-") + ".att"
        self.put({"schemaVersion": 2, "layers": layers, "config": self.blob(b"{}", "x/y")},
                 annotations={"org.opencontainers.image.ref.name": tag})

    def attested(self, code, *args, key="k.pub"):
        done = self.expect(code, "verify-attestation", "oci:layout:v1", "--key", key, *args)
        return (done.stdout + done.stderr).decode()

    def test_envelopes_under_a_tag(self):
        digest = self.image["digest"]
        self.put_attestations(b"junk", self.envelope(digest, "other.key"), self.envelope(digest))
        self.assertIn("OK, https://x.y/z", self.attested(CLEAN))
        self.attested(CLEAN, key="other.pub")
        self.attested(CLEAN, "--type", "https://x.y/z")
        self.assertIn("no attestation of that type", self.attested(FINDINGS, "--type", "cyclonedx"))
        self.verify_image(FINDINGS, "no signature is attached")

    def test_of_one_defect(self):
        digest = self.image["digest"]
        good = self.envelope(digest)
        cases = {"does not match": [{**good, "payload": b64(b"{}")}, {**good, "payloadType": "text/plain"},
                                    self.envelope(digest, "other.key")],
                 "about other files": [self.envelope("sha256:" + "0" * 64)],
                 "exactly one signature": [{**good, "signatures": good["signatures"] * 2},
                                           {**good, "signatures": []}],
                 "payload": [{k: v for k, v in good.items() if k != "payload"}]}
        before = self.read("layout/index.json")
        for says, envelopes in cases.items():
            for envelope in envelopes:
                self.json("layout/index.json", before)
                self.put_attestations(envelope)
                self.assertIn(says, self.attested(FINDINGS))
        self.json("layout/index.json", before)
        self.put_attestations(good, kind="application/json")
        self.assertIn("no attestation", self.attested(FINDINGS))

    @staticmethod
    def payload(digest, name="Docker-manifest-digest"):
        return {"critical": {"identity": {"docker-reference": "x"}, "image": {name: digest},
                             "type": "cosign container image signature"}, "optional": None}

    def simple(self, digest, key="k.key", subject=None, kind="application/vnd.dev.cosign.artifact.sig.v1+json",
               payload=None, signature=None, **annotations):
        payload = payload or json.dumps(self.payload(digest)).encode()
        self.write("payload", payload)
        signature = signature or self.run_any("openssl", "dgst", "-sha256", "-sign", key, "payload").stdout
        layer = {**self.blob(payload, "application/vnd.dev.cosign.simplesigning.v1+json"),
                 "annotations": {"dev.cosignproject.cosign/signature": b64(signature),
                                 **{"dev.sigstore.cosign/" + name: text for name, text in annotations.items()}}}
        refers = {k: self.image[k] for k in ("mediaType", "digest", "size")}
        self.put({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                  "config": self.blob(b"{}", kind), "layers": [layer], "subject": subject or refers})

    def test_a_signature_that_refers(self):
        self.simple(self.image["digest"])
        self.verify_image(says="OK")
        self.verify_image(FINDINGS, "does not match", key="other.pub")

    def test_a_signature_that_refers_to_another_image(self):
        self.simple("sha256:" + "0" * 64)
        self.verify_image(FINDINGS, "of another image")

    def test_what_was_signed_is_no_signature_of_an_image(self):
        digest = self.image["digest"]
        good = self.payload(digest)
        before = self.read("layout/index.json")
        other = "sha256:" + "0" * 64
        text = json.dumps(good)
        cases = [("no signature of an image", sigstore.changed(good, ("critical", "type"), "atomic container signature")),
                 ("no signature of an image", sigstore.changed(good, ("critical", "type"), None)),
                 ("no signature of an image", {"optional": good["critical"]}),
                 ("no signature of an image", {**good, "Critical": good["critical"]}),
                 ("of another image", sigstore.changed(good, ("critical", "image"), None)),
                 ("of another image", sigstore.changed(good, ("critical", "image", "docker-manifest-digest"), other)),
                 ("of another image", self.payload(digest.removeprefix("sha256:"))),
                 ("of another image", self.payload(digest.upper())),
                 ("", text[:-1] + ', "critical": {}}'), ("", text + "x"), ("", "[]")]
        for says, payload in cases:
            self.json("layout/index.json", before)
            bytes_ = payload.encode() if isinstance(payload, str) else json.dumps(payload).encode()
            self.simple(digest, payload=bytes_)
            self.verify_image(FINDINGS, says)
        self.json("layout/index.json", before)
        self.simple(digest, payload=json.dumps(self.payload(digest, "docker-manifest-digest")).encode())
        self.verify_image()

    def test_with_an_identity(self):
        store = sigstore.Sigstore()
        self.json("root.json", store.trusted_root())
        key = sigstore.new_key()
        certificate = store.issue(key)
        payload = json.dumps(self.payload(self.image["digest"])).encode()
        before = self.read("layout/index.json")

        def logged(payload_):
            signature = sigstore.sign(key, payload_)
            body = store.hashedrekord(sigstore.sha256(payload_), signature, sigstore.pem(certificate))
            when = sigstore.seconds(sigstore.START + 2 * sigstore.MINUTE)
            return signature, json.dumps(sigstore.rekor_bundle(store.log.add(body, "hashedrekord", "0.0.1", when)))

        def check(code, says="", who=sigstore.IDENTITY, payload_=payload, **given):
            self.json("layout/index.json", before)
            signature, entry = logged(payload_)
            kept = {"signature": signature, "certificate": sigstore.pem(certificate).decode(),
                    "chain": sigstore.pem(store.intermediate).decode(), "bundle": entry, **given}
            self.simple(self.image["digest"], payload=payload_, **{k: v for k, v in kept.items() if v})
            done = self.expect(code, "verify-image", "oci:layout:v1", "--trusted-root", "root.json",
                               "--certificate-identity", who, "--certificate-oidc-issuer", sigstore.ISSUER)
            self.assertIn(says.encode(), done.stdout + done.stderr)

        check(CLEAN, "signed by " + sigstore.IDENTITY)
        check(CLEAN, chain=None)
        check(FINDINGS, "another identity", who="bob@example.com")
        check(FINDINGS, "no entry of a transparency log", bundle=None)
        check(FINDINGS, "of another signature", bundle=logged(payload)[1])
        check(FINDINGS, "signed with a key", certificate=None, chain=None)
        check(FINDINGS, "of another signer", certificate=sigstore.pem(store.issue(key)).decode())
        check(FINDINGS, "", bundle="{}")
        check(FINDINGS, "of another image", payload_=json.dumps(self.payload("sha256:" + "0" * 64)).encode())

    def test_a_signature_whose_manifest_refers_elsewhere_or_is_another_thing(self):
        refers = {k: self.image[k] for k in ("mediaType", "digest", "size")}
        self.simple(self.image["digest"], subject={**refers, "digest": "sha256:" + "0" * 64})
        self.simple(self.image["digest"], kind="application/vnd.oci.empty.v1+json")
        self.verify_image(FINDINGS, "no signature is attached")


if __name__ == "__main__":
    main()
