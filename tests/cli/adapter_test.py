"""The protocol of model signing's public conformance suite (docs/conformance_adapter_cli_protocol.md of
model-signing-conformance): the suite itself is no package, so what it sends and what it asks of the answers is done
here, command by command: absolute paths, flags in any order, only exit codes and bundles looked at."""
import base64
import hashlib
import json
import os

import _sigstore as sigstore
from _helpers import CLEAN, CliTest, main, noise
from _oms import (Authority, Signer, chain_material, changed, pem, private_pem, public_pem, resources, sha256,
                  statement)

IGNORED = [".git", ".gitattributes", ".github", ".gitignore"]


class Adapter(CliTest):
    def setUp(self):
        super().setUp()
        self.signer = Signer()
        self.write("key", private_pem(self.signer.key))
        self.write("pub", public_pem(self.signer.key))
        for name, content in Authority().files(self.signer.key).items():
            self.write(name, content)
        self.model = self.dir / "model"
        for name, content in {"signme-1": b"one", "signme-2": noise(3000), "sub/a b\u00e9": b"x", "sub/.gitignore": b"y",
                              ".hidden/z": b"z", ".gitignore": b"g", "empty": b""}.items():
            self.write(f"model/{name}", content)

    def path(self, name):
        return str(self.dir / name)

    def run_adapter(self, command, flags, good=True):
        """Flags as pairs, sent last to first."""
        typed = []
        for name, value in reversed(flags):
            typed += [name] if value is None else [name, str(value)]
        done = self.assay("oms-adapter", command, *typed, cwd="/")
        self.assertEqual(done.returncode == 0, good, (command, typed, done.stdout, done.stderr))
        return done.stdout

    def sign(self, bundle="bundle.sig", method="key", good=True, more=()):
        flags = [("--method", method), ("--model-path", self.model), ("--output-bundle", self.path(bundle)),
                 ("--private-key", self.path("key"))]
        if method == "certificate":
            flags += [("--signing-cert", self.path("leaf.pem")), ("--cert-chain", self.path("root.pem")),
                      ("--cert-chain", self.path("between.pem"))]
        self.run_adapter("sign-model", [*flags, *more], good)
        return self.dir / bundle

    def verify(self, bundle="bundle.sig", method="key", good=True, more=(), trusted=None):
        flags = [("--method", method), ("--model-path", self.model), ("--bundle", self.path(bundle))]
        flags.append(("--public-key", self.path(trusted or "pub")) if method == "key"
                     else ("--cert-chain", self.path(trusted or "root.pem")))
        self.run_adapter("verify-model", [*flags, *more], good)

    def check_bundle(self, path, names):
        """What the suite asserts of each bundle."""
        bundle = json.loads(path.read_text())
        self.assertEqual(bundle["mediaType"], "application/vnd.dev.sigstore.bundle.v0.3+json")
        envelope = bundle["dsseEnvelope"]
        self.assertEqual(envelope["payloadType"], "application/vnd.in-toto+json")
        made = json.loads(base64.b64decode(envelope["payload"]))
        self.assertEqual(made["_type"], "https://in-toto.io/Statement/v1")
        self.assertEqual(made["predicateType"], "https://model_signing/signature/v1.0")
        resources = made["predicate"]["resources"]
        self.assertEqual([one["name"] for one in resources], sorted(names))
        root = hashlib.sha256(b"".join(bytes.fromhex(one["digest"]) for one in resources)).hexdigest()
        self.assertEqual([(bool(one["name"]), one["digest"]) for one in made["subject"]], [(True, {"sha256": root})])
        how = made["predicate"]["serialization"]
        self.assertEqual({"method", "hash_type", "allow_symlinks"} - set(how), set())
        self.assertEqual("shard_size" in how, how["method"] == "shards")
        self.assertLessEqual(set(how), {"method", "hash_type", "allow_symlinks", "ignore_paths", "shard_size"})
        self.assertEqual(set(made["predicate"]), {"resources", "serialization"})
        for one in resources:
            self.assertTrue({"name", "algorithm", "digest"} <= set(one))
        return made

    def names(self):
        found = [str((self.model / folder / name).relative_to(self.model))
                 for folder, _, names in os.walk(self.model) for name in names]
        return [name for name in found if name.split("/")[0] not in IGNORED]

    def test_round_trips(self):
        for method in ("key", "certificate"):
            with self.subTest(method):
                self.check_bundle(self.sign(method=method), self.names())
                self.verify(method=method)
                first = self.check_bundle(self.sign("again.sig", method), self.names())
                self.assertEqual(first, self.check_bundle(self.dir / "bundle.sig", self.names()))

    def test_the_signature_inside_the_model_and_ignored_paths(self):
        self.write("model/ignored", b"x")
        self.write("model/folder/inside", b"x")
        names = [name for name in self.names() if name not in ("ignored", "folder/inside")]
        ignore = [("--ignore-paths", self.model / "ignored"), ("--ignore-paths", self.model / "folder"),
                  ("--ignore-paths", "/elsewhere")]
        self.check_bundle(self.sign("model/bundle.sig", more=ignore), names)
        self.verify("model/bundle.sig", more=ignore)
        self.verify("model/bundle.sig")
        self.write("model/injected", b"x")
        self.verify("model/bundle.sig", good=False)
        self.verify("model/bundle.sig", more=[("--ignore-unsigned-files", None)])
        self.verify("model/bundle.sig", more=[("--ignore-unsigned-files", None), *ignore])
        self.write("model/signme-1", b"other")
        self.verify("model/bundle.sig", good=False, more=[("--ignore-unsigned-files", None)])

    def test_a_model_of_one_file(self):
        self.write("one/only", b"x")
        for self.model in (self.dir / "one", self.dir / "one/only"):
            self.check_bundle(self.sign(), ["only"])
            self.verify()

    def test_every_curve(self):
        for curve in ("p384", "p521"):
            signer = Signer(curve)
            self.write("key", private_pem(signer.key))
            self.write("pub", public_pem(signer.key))
            self.sign()
            self.verify()

    def test_with_an_identity(self):
        store = sigstore.Sigstore()
        os.unlink(self.model / ".gitignore")
        contents = {name: (self.model / name).read_bytes() for name in self.names()}
        self.write("identity.sig", json.dumps(store.statement_bundle(
            json.dumps(statement(resources(contents))).encode())).encode())
        self.write("root.json", json.dumps(store.trusted_root()).encode())

        def verify(good, who=sigstore.IDENTITY, more=(("--use-staging", None),)):
            self.run_adapter("verify-model", [
                ("--method", "sigstore"), ("--model-path", self.model), ("--bundle", self.path("identity.sig")),
                ("--identity", who), ("--identity-provider", sigstore.ISSUER),
                ("--trusted-root", self.path("root.json")), *more], good)

        verify(True)
        verify(False, "bob@example.com")
        verify(False, more=[("--public-key", self.path("pub"))])
        self.verify("identity.sig", good=False)
        self.write("model/signme-1", b"other")
        verify(False)

    def test_what_must_fail(self):
        self.write("other", public_pem(Signer().key))
        self.write("stranger.pem", Authority().files(self.signer.key)["root.pem"])
        self.sign()
        self.sign("certified.sig", "certificate")
        self.verify(good=False, trusted="other")
        self.verify("certified.sig", "certificate", good=False, trusted="stranger.pem")
        self.verify("certified.sig", "certificate")
        self.verify("bundle.sig", "certificate", good=False)  # one of a key
        self.verify("certified.sig", "key", good=False)
        self.run_adapter("verify-model", [("--method", "certificate"), ("--model-path", self.model),
                                          ("--bundle", self.path("bundle.sig")),
                                          ("--public-key", self.path("pub"))], good=False)
        whole = (self.dir / "bundle.sig").read_bytes()
        for name, content in {"truncated": whole[:-100], "empty": b"", "corrupted": b"not json",
                              "type": whole.replace(b"bundle.v0.3+json", b"bundle.v9+json")}.items():
            self.write(name, content)
            self.verify(name, good=False)
        self.verify("nowhere", good=False)
        os.unlink(self.model / "signme-2")
        self.verify(good=False)
        for self.model in (self.dir / "nothing", self.dir / "nowhere"):
            (self.dir / "nothing").mkdir(exist_ok=True)
            self.sign("new.sig", good=False)
        self.run_adapter("sign-model", [("--method", "sigstore"), ("--model-path", self.model),
                                        ("--output-bundle", self.path("new.sig"))], good=False)
        self.assertFalse((self.dir / "new.sig").exists())

    def test_statements_that_must_fail(self):
        """Each with one defect, under a signature that holds."""
        os.unlink(self.model / ".gitignore")
        contents = {name: (self.model / name).read_bytes() for name in self.names()}
        listed = resources(contents)
        good = statement(listed)

        def verify(good, payload, material=None, edit=None):
            bundle = self.signer.bundle(payload, material=material)
            if edit:
                edit(bundle)
            self.write("made.sig", json.dumps(bundle).encode())
            self.verify("made.sig", good=good)

        verify(True, good)
        escaping = {"name": "../pub", "algorithm": "sha256", "digest": sha256((self.dir / "pub").read_bytes())}
        for defect in (statement([*listed, listed[0]]), statement([*listed, escaping]), statement([]),
                       statement([{**escaping, "name": self.path("pub")}, *listed]),
                       statement([{**one, "digest": one["digest"].upper()} for one in listed]),
                       changed(good, "subject", 0, "digest", "sha256", "00" * 32),
                       changed(good, "subject", lambda one: one * 2), changed(good, "predicateType", "https://x.y/z"),
                       changed(good, "_type", "https://in-toto.io/Statement/v0.1"),
                       changed(good, "predicate", "serialization", "method", "other"),
                       changed(good, "predicate", "serialization", "hash_type", "md5")):
            verify(False, defect)
        signature = {"sig": "AAAA", "keyid": ""}
        for edit in (lambda one: one["dsseEnvelope"]["signatures"].append(signature),
                     lambda one: one["dsseEnvelope"]["signatures"].append(one["dsseEnvelope"]["signatures"][0]),
                     lambda one: one["dsseEnvelope"].update(signatures=[]),
                     lambda one: one["dsseEnvelope"].update(payloadType="application/json"),
                     lambda one: one.update(messageSignature={"signature": "AAAA"}),
                     lambda one: one["verificationMaterial"].update(certificate={"rawBytes": "AAAA"}),
                     lambda one: one["verificationMaterial"].pop("publicKey"),
                     lambda one: one.update(unknown=1)):
            verify(False, good, edit=edit)

    def test_certificates_that_sign_themselves_and_such_that_have_expired(self):
        """The suite's own is in the bundle twice, is an authority, and is trusted by itself."""
        os.unlink(self.model / ".gitignore")
        payload = statement(resources({name: (self.model / name).read_bytes() for name in self.names()}))
        authority = Authority()
        own = authority.issue("self", self.signer.key, "self", self.signer.key)
        self.write("own.pem", pem(own))
        self.write("own.sig", json.dumps(self.signer.bundle(payload, material=chain_material(own, own))).encode())
        self.verify("own.sig", "certificate", trusted="own.pem")
        self.verify("own.sig", "certificate", good=False)
        self.write("between.pem", pem(authority.between))
        self.write("root.pem", pem(authority.root))
        for days, good in (((-1, 1), True), ((-2, -1), False), ((1, 2), False)):
            leaf = authority.leaf(self.signer.key, days=days)
            material = chain_material(leaf, authority.between)
            self.write("dated.sig", json.dumps(self.signer.bundle(payload, material=material)).encode())
            self.verify("dated.sig", "certificate", good=good)

    def test_capabilities(self):
        told = json.loads(self.expect(CLEAN, "oms-adapter", "capabilities").stdout)
        self.assertLessEqual({"--hash-algorithm", "--shard-size"}, set(told["flags"]))
        self.assertLessEqual({"sha256", "blake2b"}, set(told["hash_algorithms"]))
        self.assertIs(told["benchmark_model"], True)
        self.assertRegex(told["client_version"], r"^\d+\.\d+")
        for flag in told["flags"]:
            self.assertIn(flag.encode(), self.expect(CLEAN, "oms-adapter", "sign-model", "--help").stdout)

    def benchmark(self, operation, *flags, good=True, repeat=3):
        told = self.run_adapter("benchmark-model", [("--operation", operation), ("--model-path", self.model),
                                                    ("--repeat", repeat), *flags], good)
        times = json.loads(told)["times_ms"] if good else []
        self.assertEqual(len(times), repeat if good else 0)
        self.assertTrue(all(0 < time < 60_000 for time in times), times)

    def test_benchmarks(self):
        signing = [("--method", "key"), ("--output-bundle", self.path("b")), ("--private-key", self.path("key"))]
        verifying = [("--method", "key"), ("--bundle", self.path("b")), ("--public-key", self.path("pub"))]
        self.benchmark("sign", *signing)
        self.check_bundle(self.dir / "b", self.names())
        self.benchmark("verify", *verifying)
        self.benchmark("hash", ("--hash-algorithm", "blake2b"), ("--chunk-size", 65536))
        self.benchmark("hash", ("--max-workers", 1))
        self.assertFalse(os.path.exists("/model.sig"))
        self.benchmark("sign", *signing, ("--shard-size", 4096), ("--hash-algorithm", "blake2b"))
        how = json.loads(base64.b64decode(json.loads((self.dir / "b").read_bytes())["dsseEnvelope"]["payload"]))
        how = how["predicate"]["serialization"]
        self.assertEqual((how["method"], how["shard_size"], how["hash_type"]), ("shards", 4096, "blake2b"))
        self.benchmark("verify", *verifying, ("--shard-size", 4096), ("--hash-algorithm", "blake2b"))
        chain = [("--signing-cert", self.path("leaf.pem")), ("--cert-chain", self.path("between.pem")),
                 ("--cert-chain", self.path("root.pem"))]
        self.benchmark("sign", ("--method", "certificate"), ("--output-bundle", self.path("c")),
                       ("--private-key", self.path("key")), *chain)
        self.benchmark("verify", ("--method", "certificate"), ("--bundle", self.path("c")), *chain)

    def test_benchmarks_that_fail_say_no_times(self):
        verifying = [("--method", "key"), ("--bundle", self.path("b")), ("--public-key", self.path("pub"))]
        self.benchmark("verify", *verifying, good=False)
        self.sign("b")
        self.write("model/signme-1", b"other")
        self.benchmark("verify", *verifying, good=False)
        self.benchmark("sign", ("--private-key", self.path("key")), good=False)
        self.benchmark("sign", ("--method", "key"), ("--private-key", self.path("key")), good=False)
        self.benchmark("hash", good=False, repeat=0)
        os.mkfifo(self.model / "pipe")
        self.benchmark("sign", ("--method", "key"), ("--output-bundle", self.path("new")),
                       ("--private-key", self.path("key")), good=False)


if __name__ == "__main__":
    main()
