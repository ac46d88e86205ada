"""Model signatures: what is signed and verified, and every rule for which one is refused. Each
negative case has one defect under a signature that is otherwise valid."""
import base64
import hashlib
import json
import os
import socket
import subprocess
import unittest

from _helpers import CLEAN, FINDINGS, INCOMPLETE, NOTHING, USAGE, CliTest, is_sanitized, main, noise
from _oms import (CURVES, Authority, PREDICATE, Signer, b64, chain_material, changed, hint, legacy_pae, pae, private_pem, public_pem,
                  resources, root_of, sha256, shards, statement)

FILES = {"config.json": b"{}", "a-b": b"one", "a.b": b"two", "a/b": b"three", "empty": b"",
         "weights/w.bin": noise(70_000)}


class Oms(CliTest):
    def setUp(self):
        super().setUp()
        self.signer = Signer()
        self.write("key", private_pem(self.signer.key))
        self.write("pub", public_pem(self.signer.key))
        for name, content in FILES.items():
            self.write(f"model/{name}", content)

    def sign(self, *args, code=CLEAN, model="model", **more):
        return self.expect(code, "sign", model, "--key", "key", *args, **more)

    def verify(self, code, *args, model="model", key="pub"):
        done = self.expect(code, "verify", model, "--key", key, *args)
        return done.stdout.decode() + done.stderr.decode()

    def bundle(self, name="model.sig"):
        return json.loads((self.dir / name).read_bytes())

    def payload(self, name="model.sig"):
        return json.loads(base64.b64decode(self.bundle(name)["dsseEnvelope"]["payload"]))

    def put(self, bundle):
        self.write("model.sig", bundle if isinstance(bundle, bytes) else json.dumps(bundle).encode())

    def put_statement(self, document, **how):
        self.put(self.signer.bundle(document, **how))


class Signing(Oms):
    def test_the_statement_is_what_the_specification_says(self):
        self.sign("--ignore", "nothing/here")
        made = self.payload()
        self.assertEqual(made["_type"], "https://in-toto.io/Statement/v1")
        self.assertEqual(made["predicateType"], PREDICATE)
        listed = made["predicate"]["resources"]
        self.assertEqual(listed, resources(FILES))
        self.assertEqual([one["name"] for one in listed], sorted(FILES), "in code point order")
        self.assertEqual(made["subject"], [{"name": "model", "digest": {"sha256": root_of(listed)}}])
        self.assertEqual(made["predicate"]["serialization"], {
            "method": "files", "hash_type": "sha256", "allow_symlinks": False,
            "ignore_paths": [".git", ".gitattributes", ".github", ".gitignore", "nothing/here"]})
        material = self.bundle()["verificationMaterial"]
        self.assertEqual(material, {"publicKey": {"hint": hint(self.signer.key)}, "tlogEntries": []})
        self.verify(CLEAN)

    def test_openssl_verifies_what_each_kind_of_key_signs(self):
        for curve, (_, digest) in CURVES.items():
            with self.subTest(curve):
                signer = Signer(curve)
                self.write("key", private_pem(signer.key))
                self.write("pub", public_pem(signer.key))
                self.sign()
                envelope = self.bundle()["dsseEnvelope"]
                self.write("pae", pae(base64.b64decode(envelope["payload"])))
                self.write("der", base64.b64decode(envelope["signatures"][0]["sig"]))
                done = self.run_any("openssl", "dgst", f"-{digest.name}", "-verify", "pub", "-signature", "der", "pae")
                self.assertEqual(done.returncode, 0, done)
                self.verify(CLEAN)

    def test_shards_are_sorted_by_their_whole_names(self):
        files = {"w": noise(70_000, 2), "w1": noise(5000, 3), "empty": b""}
        for name, content in files.items():
            self.write(f"small/{name}", content)
        self.sign("--method", "shards", "--shard-size", "4096", model="small")
        made = self.payload()["predicate"]
        self.assertEqual(made["resources"], shards(files, 4096))
        self.assertEqual(made["serialization"]["shard_size"], 4096)
        self.assertIn("empty file", self.verify(CLEAN, model="small"))

    def test_what_says_that_it_is_empty_is_read(self):
        self.write("small/w", b"w")
        self.sign("--method", "shards", "-s", "s", model="small")
        done = self.assay("verify", "/proc/sys/kernel/random", "-s", "s", "--key", "pub")
        self.assertEqual(done.returncode, FINDINGS, done.stderr)
        self.assertIn(b"boot_id: not signed", done.stdout)

    def test_digests_and_dialects(self):
        def blake(content):
            return hashlib.blake2b(content).hexdigest()
        self.sign("--digest", "blake2b")
        self.assertEqual(self.payload()["predicate"]["resources"], resources(FILES, blake, "blake2b"))
        self.verify(CLEAN)
        self.sign("--digest", "blake2b", "--method", "shards", "--shard-size", "8192", "--oms-compat", "python")
        self.assertEqual(self.payload()["predicate"]["resources"],
                         shards(FILES, 8192, blake, "blake2b-sharded-8192"))
        self.verify(CLEAN)

    def test_blake3(self):
        if not json.loads(self.expect(CLEAN, "version", "--json").stdout)["blake3"]:
            self.sign("--digest", "blake3", code=USAGE)
            self.put_statement(statement(resources(FILES), hash_type="blake3"))
            self.assertIn("this build has no BLAKE3", self.verify(INCOMPLETE))
            self.skipTest("SKIP: this build has no BLAKE3; it takes the system's libblake3 where there is one")
        for args in ((), ("--method", "shards", "--shard-size", "8192")):
            self.sign("--digest", "blake3", *args)
            self.verify(CLEAN)
            for one in self.payload()["predicate"]["resources"]:
                name, *part = one["name"].split(":")
                content = FILES[name][slice(*map(int, part))] if part else FILES[name]
                told = self.run_any("b3sum", "--no-names", input=content).stdout.decode().strip()
                self.assertEqual(one["digest"], told)

    def test_a_large_file_is_read_by_all_threads(self):
        files = {"w": noise((20 << 20) + 5, 4)}
        self.write("large/w", files["w"])
        for size in (1 << 20, 3 << 20):
            self.sign("--method", "shards", "--shard-size", str(size), model="large")
            self.assertEqual(self.payload()["predicate"]["resources"], shards(files, size))
            self.verify(CLEAN, model="large")

    def test_a_large_file_has_other_digests_on_all_threads(self):
        """Of a thread each, in pieces that do not divide the shards."""
        def blake(content):
            return hashlib.blake2b(content).hexdigest()
        files = {"w": noise((9 << 20) + 5, 4)}
        self.write("large/w", files["w"])
        for size in (1 << 20, (1 << 20) + 12345, 4097):
            for threads in ("1", "3"):
                self.sign("--method", "shards", "--shard-size", str(size), "--digest", "blake2b", "--threads", threads,
                          model="large")
                self.assertEqual(self.payload()["predicate"]["resources"], shards(files, size, blake, "blake2b"))
            self.verify(CLEAN, model="large")
        content = bytearray(files["w"])
        content[5_000_000] ^= 1
        self.write("large/w", content)
        self.assertIn("bytes 4998340 to 5002436", self.verify(FINDINGS, model="large"))

    def test_a_single_file(self):
        self.write("one.bin", b"alone")
        for dialect, name in (("spec", "one.bin"), ("python", "."), ("go", "one.bin")):
            self.sign("--oms-compat", dialect, model="one.bin")
            self.assertEqual(self.payload()["predicate"]["resources"], resources({name: b"alone"}))
            self.verify(CLEAN, model="one.bin")
        self.write("one.bin", b"other")
        self.assertIn("one.bin: changed", self.verify(FINDINGS, model="one.bin"))

    def test_the_signature_and_what_is_git_s_stay_out(self):
        for name in (".git/config", ".gitignore", ".gitattributes", ".github/x", "sub/.gitignore", ".other"):
            self.write(f"model/{name}", b"x")
        self.sign("--signature", "model/model.sig")
        names = [one["name"] for one in self.payload("model/model.sig")["predicate"]["resources"]]
        self.assertEqual(names, sorted([*FILES, "sub/.gitignore", ".other"]))
        self.assertIn("model.sig", self.payload("model/model.sig")["predicate"]["serialization"]["ignore_paths"])
        self.assertIn("4 files, which", self.verify(CLEAN, "--signature", "model/model.sig"))
        self.sign("--git-files")
        self.assertIn(".git/config", [one["name"] for one in self.payload()["predicate"]["resources"]])

    def test_ignored_by_component(self):
        self.write("model/cache/x", b"x")
        self.write("model/cache2", b"y")
        self.sign("--ignore", "model/cache", "--ignore", "/elsewhere")
        made = self.payload()["predicate"]
        self.assertIn("cache2", [one["name"] for one in made["resources"]])
        self.assertNotIn("cache/x", [one["name"] for one in made["resources"]])
        self.assertIn("cache", made["serialization"]["ignore_paths"])

    def test_links_are_refused_or_followed(self):
        os.symlink("config.json", self.dir / "model/link")
        self.assertIn(b"--allow-symlinks", self.sign(code=INCOMPLETE).stderr)
        self.assertFalse((self.dir / "model.sig").exists())
        self.sign("--allow-symlinks")
        self.assertIn({"name": "link", "algorithm": "sha256", "digest": sha256(b"{}")},
                      self.payload()["predicate"]["resources"])
        self.verify(CLEAN)
        os.symlink("model", self.dir / "way")
        self.assertIn(b"symbolic link", self.sign(code=USAGE, model="way").stderr)

    def test_links_to_folders_are_not_signed(self):
        """What lies behind them model_signing neither signs nor sees."""
        for name in ("outside/deep/a", "outside/b"):
            self.write(name, b"x")
        os.symlink("../outside", self.dir / "model/far")
        os.makedirs(self.dir / "model/real")
        self.write("model/real/r", b"r")
        os.symlink("real", self.dir / "model/near")
        error = self.sign("--allow-symlinks", code=INCOMPLETE).stderr
        for name in (b"far", b"near"):
            self.assertEqual(error.count(b"assay: " + name + b": a link to a folder is not signed"), 1, error)
        self.assertFalse((self.dir / "model.sig").exists())
        self.sign("--allow-symlinks", "--ignore", "far", "--ignore", "near")
        self.verify(CLEAN)

    def test_files_behind_a_link_to_a_folder_are_not_signed_by_others(self):
        """A statement as model_signing makes it of a model with such a link."""
        self.write("outside/b", b"x")
        os.symlink("../outside", self.dir / "model/far")
        self.put_statement(statement(resources(FILES), allow_symlinks=True))
        self.assertIn("far/b: not signed", self.verify(FINDINGS))
        self.assertIn("not covered: 1 file", self.verify(CLEAN, "--ignore", "far"))

    def test_links_of_a_cache_are_links_like_any_other(self):
        self.write("blobs/" + "0" * 40, b"x")
        os.symlink("../blobs/" + "0" * 40, self.dir / "model/cached")
        self.sign(code=INCOMPLETE)

    def test_what_is_no_file_is_refused(self):
        os.mkfifo(self.dir / "model/pipe")
        bound = socket.socket(socket.AF_UNIX)
        self.addCleanup(bound.close)
        bound.bind(str(self.dir / "model/socket"))
        os.symlink("nowhere", self.dir / "model/broken")
        error = self.sign(code=INCOMPLETE).stderr
        for name in (b"pipe", b"socket", b"broken"):
            self.assertIn(b"assay: " + name + b": ", error)

    def test_names_that_are_no_text_are_refused(self):
        self.write(b"model/\xff", b"x")
        self.assertIn(b"%FF", self.sign(code=INCOMPLETE).stderr.replace(b"\\xff", b"%FF"))

    def test_nothing_to_sign(self):
        (self.dir / "nothing").mkdir()
        self.sign(code=NOTHING, model="nothing")
        self.sign(code=INCOMPLETE, model="nowhere")
        self.sign("--method", "shards", code=NOTHING, model="model/empty")
        self.assertFalse((self.dir / "model.sig").exists())

    def test_files_that_are_no_signature_are_not_replaced(self):
        self.sign("--signature", "model/config.json", code=USAGE)
        self.assertEqual((self.dir / "model/config.json").read_bytes(), b"{}")

    def test_the_same_statement_whatever_the_threads(self):
        self.sign("--threads", "1")
        first = self.bundle()["dsseEnvelope"]["payload"]
        self.sign("--threads", "8")
        self.assertEqual(first, self.bundle()["dsseEnvelope"]["payload"])


class Differences(Oms):
    def setUp(self):
        super().setUp()
        self.sign()

    def test_every_difference_is_told(self):
        self.write("model/config.json", b"[]")
        self.write("model/weights/w.bin", b"")
        self.write("model/new", b"new")
        os.unlink(self.dir / "model/a-b")
        os.unlink(self.dir / "model/a.b")
        os.symlink("config.json", self.dir / "model/a.b")
        said = self.verify(FINDINGS)
        for line in ("a-b: missing", "a.b: no file: is a symbolic link", "config.json: changed", "new: not signed",
                     "weights/w.bin: changed", "5 differences; 2 files (5 B) as signed"):
            self.assertIn(line, said)

    def test_as_json(self):
        self.write("model/config.json", b"[]")
        told = json.loads(self.expect(FINDINGS, "verify", "model", "--key", "pub", "--json").stdout)
        self.assertEqual(told["verdict"], "different")
        self.assertEqual([(one["kind"], one["name"]) for one in told["differences"]], [("changed", "config.json")])
        self.assertEqual(told["verified"], {"files": 5, "bytes": 70_011})

    def test_a_part_of_the_model(self):
        self.write("model/a-b", b"changed")
        self.write("model/new", b"new")
        said = self.verify(CLEAN, "--only", "weights/*", "--only", "config.json")
        self.assertIn("not covered: 4 signed files", said)
        self.assertIn("2 files", said)
        self.verify(FINDINGS, "--only", "a*")
        self.assertIn("nothing was verified", self.verify(NOTHING, "--only", "other"))
        os.unlink(self.dir / "model/config.json")
        self.assertIn("config.json: missing", self.verify(FINDINGS, "--only", "*.json"))

    def test_unsigned_files_may_be_ignored(self):
        self.write("model/new", b"new")
        os.symlink("/etc/passwd", self.dir / "model/other")
        self.verify(FINDINGS)
        self.assertIn("not signed", self.verify(CLEAN, "--ignore-unsigned-files"))
        os.unlink(self.dir / "model/a-b")
        self.verify(FINDINGS, "--ignore-unsigned-files")

    @unittest.skipIf(is_sanitized(), "a search for leaks does not work under strace")
    def test_unsigned_files_are_not_opened(self):
        self.write("model/new", b"new")
        trace = self.run_any("strace", "-f", "-e", "trace=open,openat,openat2", "-o", "trace",
                             os.environ["ASSAY"], "verify", "model", "--key", "pub", "--ignore-unsigned-files") \
            if subprocess.run(["which", "strace"], capture_output=True).returncode == 0 else None
        if trace is None:
            self.skipTest("no strace here")
        self.assertEqual(trace.returncode, 0)
        self.assertNotIn('"new"', (self.dir / "trace").read_text())

    def test_what_is_ignored_is_said(self):
        self.write("model/.gitignore", b"x")
        self.assertIn("not covered: 1 file, which the signature or --ignore leaves out: .gitignore", self.verify(CLEAN))
        self.assertIn("config.json: missing: it is signed, and ignored",
                      self.verify(FINDINGS, "--ignore", "model/config.json"))

    def test_of_many_that_are_ignored_the_first_are_named(self):
        for i in range(7):
            self.write(f"model/.git/{i}", b"x")
        names = [f".git/{i}" for i in range(7)]
        self.assertIn("7 files, which the signature or --ignore leaves out: " + ", ".join(names[:5]) + " ...\n",
                      self.verify(CLEAN))
        self.assertIn("leaves out: " + ", ".join(names) + "\n", self.verify(CLEAN, "-v"))
        told = json.loads(self.expect(CLEAN, "verify", "model", "--key", "pub", "--json").stdout)
        self.assertEqual((told["not_covered"]["ignored"], told["not_covered"]["ignored_names"]), (7, names))

    def test_a_folder_that_became_a_link_leads_nowhere(self):
        os.rename(self.dir / "model/weights", self.dir / "weights")
        os.symlink("../weights", self.dir / "model/weights")
        for args in ((), ("--ignore-unsigned-files",), ("--only", "weights/*")):
            said = self.verify(FINDINGS, *args)
            self.assertIn("weights/w.bin: missing", said)

    def test_links_that_are_allowed_stay_inside_where_only_signed_files_are_read(self):
        self.write("outside", b"{}")
        os.unlink(self.dir / "model/config.json")
        os.symlink("../outside", self.dir / "model/config.json")
        self.put_statement(statement(resources(FILES), allow_symlinks=True))
        self.verify(CLEAN)
        self.assertIn("config.json", self.verify(FINDINGS, "--ignore-unsigned-files"))


class Refused(Oms):
    """One defect each."""

    def setUp(self):
        super().setUp()
        self.good = statement(resources(FILES))

    def test_the_good_one_is_good(self):
        self.put_statement(self.good)
        self.verify(CLEAN)

    def refuse(self, document, text, code=FINDINGS, **how):
        self.put_statement(document, **how)
        self.assertIn(text, self.verify(code))

    def test_statements(self):
        resources_at, how_at = ("predicate", "resources"), ("predicate", "serialization")
        first = ("predicate", "resources", 0)
        cases = [
            ("not an in-toto statement", ("_type", "https://in-toto.io/Statement/v0.1")),
            ("no model signature", ("predicateType", "https://slsa.dev/provenance/v1")),
            ("exactly one subject", ("subject", [])),
            ("exactly one subject", ("subject", lambda old: old * 2)),
            ("not that of the resources", ("subject", 0, "digest", "sha256", "0" * 64)),
            ("no SHA-256", ("subject", 0, "digest", {"sha512": "0" * 128})),
            ("no SHA-256", ("subject", 0, "digest", "sha256", lambda old: old.upper())),
            ("names no file", (*resources_at, [])),
            ("its serialization", (*how_at, KeyError)),
            ("method", (*how_at, "method", "folders")),
            ("hash_type", (*how_at, "hash_type", "md5")),
            ("hash_type", (*how_at, "hash_type", "sha512")),
            ("shard_size", (*how_at, "shard_size", 4096)),
            ("allow_symlinks", (*how_at, "allow_symlinks", "no")),
            ("ignore_paths", (*how_at, "ignore_paths", "x")),
            ("ignore_paths", (*how_at, "ignore_paths", [5])),
            ("method", (*how_at, "method", KeyError)),
            ("hash_type", (*how_at, "hash_type", KeyError)),
            ("hash_type", (*how_at, "hash_type", "SHA256")),
            ("lacks a member", (*first, "digest", KeyError)),
            ("lacks a member", (*first, "algorithm", KeyError)),
            ("lacks a member", (*first, "name", 5)),
            ("algorithm", (*first, "algorithm", "sha512")),
            ("a digest", (*first, "digest", lambda old: old.upper())),
            ("another length", (*first, "digest", lambda old: old[:-2])),
            ("a digest", (*first, "digest", lambda old: old[:-1])),
            ("comes twice", (*resources_at, lambda old: [*old, old[0]])),
        ]
        for text, change in cases:
            with self.subTest(change):
                document = changed(self.good, *change)
                if change[-2] == "resources" or "digest" == change[-2] and change[0] == "predicate":
                    listed = document["predicate"]["resources"]
                    if all(one.get("digest") and len(one["digest"]) % 2 == 0 for one in listed):
                        document["subject"][0]["digest"]["sha256"] = root_of(listed)
                self.refuse(document, text)

    def test_names(self):
        for name in ("../x", "/etc/passwd", "a//b", "a/", "./a", "a/./b", "a/../config.json", "", "a\0b", "/dev/zero"):
            with self.subTest(name):
                listed = [*resources(FILES), {"name": name, "algorithm": "sha256", "digest": sha256(b"")}]
                self.refuse(statement(listed), "no file of a model can have")

    def test_digests_of_another_length_than_that_of_their_kind(self):
        def blake(content):
            return hashlib.blake2b(content).hexdigest()
        listed = resources(FILES, blake, "blake2b")
        self.put_statement(statement(listed, hash_type="blake2b"))
        self.verify(CLEAN)
        self.refuse(statement(changed(listed, 0, "digest", sha256(b"one")), hash_type="blake2b"), "another length")
        self.refuse(statement(listed), "algorithm")
        self.refuse(statement(resources(FILES, blake)), "another length")
        self.refuse(statement(resources(FILES, sha256, "blake2b")), "algorithm")

    def test_a_dot_among_others(self):
        listed = [*resources(FILES), {"name": ".", "algorithm": "sha256", "digest": sha256(b"")}]
        self.refuse(statement(listed), "the only file")
        self.refuse(statement(listed[-1:]), "single file")

    def test_parts(self):
        size = 1 << 16
        good = shards(FILES, size)
        how = {"method": "shards", "shard_size": size}
        self.put_statement(statement(good, **how))
        self.verify(CLEAN)
        self.put_statement(statement(good, **{**how, "shard_size": float(size)}))
        self.verify(CLEAN)
        for one in good:
            one["algorithm"] = f"sha256-sharded-{size}"
        self.put_statement(statement(good, **how))
        self.verify(CLEAN)
        at = next(i for i, one in enumerate(good) if one["name"] == "weights/w.bin:65536:70000")
        for text, new in (("its part", "weights/w.bin"), ("its part", "weights/w.bin:65536"), ("its part", "a:1:b"),
                          ("gaps", "weights/w.bin:65537:70000"), ("gaps", "weights/w.bin:65535:70000"),
                          ("its part", "weights/w.bin:065536:70000"), ("its part", "weights/w.bin:70000:65536"),
                          ("gaps", "weights/w.bin:0:65536"), ("shard_size", "weights/w.bin:65536:200000"),
                          ("its part", ":0:1"[1:]), ("no file of a model", ":0:5"), ("no file", "../x:0:5")):
            with self.subTest(new):
                self.refuse(statement(changed(good, at, "name", new), **how), text)
        self.refuse(statement(good[:-1] if at == len(good) - 1 else good, **how), "weights/w.bin: changed")
        for bad in (0, -1, 1.5, "4096", None, 1e300):
            self.refuse(statement(good, **{**how, "shard_size": bad}), "shard_size")
        for one in good:
            one["algorithm"] = "sha256-sharded-4096"
        self.refuse(statement(good, **how), "algorithm")

    def test_part_that_changed_is_named(self):
        self.put_statement(statement(shards(FILES, 1 << 16), method="shards", shard_size=1 << 16))
        content = bytearray(FILES["weights/w.bin"])
        content[66_000] ^= 1
        self.write("model/weights/w.bin", content)
        said = self.verify(FINDINGS)
        self.assertIn("weights/w.bin: changed\n    bytes 65536 to 69999", said)
        self.write("model/weights/w.bin", FILES["weights/w.bin"] + b"x")
        self.assertIn("70001 bytes instead of 70000", self.verify(FINDINGS))

    def test_any_order_and_unknown_members_are_fine(self):
        listed = resources(FILES)[::-1]
        for one in listed:
            one["other"] = {"deep": [1, 2]}
        self.put_statement(statement(listed))
        self.verify(CLEAN)

    def test_ignore_paths_that_are_none_ignore_nothing(self):
        self.write("model/extra", b"x")
        for path in ("../model/extra", "/extra", "ext*", "extr", ""):
            self.put_statement(statement(resources(FILES), ignore_paths=[path]))
            self.verify(FINDINGS)
        self.put_statement(statement(resources(FILES), ignore_paths=["extra"]))
        self.verify(CLEAN)

    def test_old_statements_leave_git_out(self):
        self.write("model/.git/config", b"x")
        document = changed(self.good, "predicate", "serialization", "ignore_paths", KeyError)
        self.put_statement(document)
        self.verify(CLEAN)
        self.put_statement(self.good)
        self.assertIn(".git/config: not signed", self.verify(FINDINGS))

    def test_old_statements_that_signed_what_is_git_s(self):
        self.write("model/.git/config", b"x")
        self.write("model/.gitignore", b"y")
        listed = resources({**FILES, ".gitignore": b"y"})
        self.put_statement(changed(statement(listed), "predicate", "serialization", "ignore_paths", KeyError))
        self.verify(CLEAN)
        self.write("model/.gitignore", b"z")
        self.assertIn(".gitignore: changed", self.verify(FINDINGS))
        os.unlink(self.dir / "model/.gitignore")
        self.assertIn(".gitignore: missing", self.verify(FINDINGS))

    def test_envelopes(self):
        good = self.signer.bundle(self.good)
        at = ("dsseEnvelope",)
        cases = [
            ("exactly one signature", (*at, "signatures", [])),
            ("exactly one signature", (*at, "signatures", lambda old: old * 2)),
            ("no base64", (*at, "payload", "{}")),
            ("no base64", (*at, "payload", KeyError)),
            ("no base64", (*at, "signatures", 0, "sig", "%%%%")),
            ("empty", (*at, "signatures", 0, "sig", "")),
            ("keyid", (*at, "signatures", 0, "keyid", 5)),
            ("payloadType", (*at, "payloadType", KeyError)),
            ("exactly one of envelope", ("dsseEnvelope", KeyError)),
            ("exactly one of envelope", ("messageSignature", lambda _: {"signature": "MA=="})),
            ("exactly one of public key", ("verificationMaterial", {"tlogEntries": []})),
            ("exactly one of public key", ("verificationMaterial", "certificate", {"rawBytes": "MA=="})),
            ("no verificationMaterial", ("verificationMaterial", KeyError)),
            ("tlogEntries", ("verificationMaterial", "tlogEntries", {})),
            ("mediaType", ("mediaType", KeyError)),
            ("not a bundle", ("mediaType", "application/json")),
            ("version 0.3", ("mediaType", "application/vnd.dev.sigstore.bundle+json;version=0.1")),
        ]
        for text, change in cases:
            with self.subTest(change):
                bundle = json.loads(json.dumps(good))
                if change[0] == "messageSignature":
                    bundle["messageSignature"] = {"signature": "MA=="}
                elif change[-2] == "certificate":
                    bundle["verificationMaterial"]["certificate"] = {"rawBytes": "MA=="}
                else:
                    bundle = changed(bundle, *change)
                self.put(bundle)
                self.assertIn(text, self.verify(USAGE))

    def test_what_tools_write_differently_is_taken(self):
        good = self.signer.bundle(self.good)
        url = good["dsseEnvelope"]["payload"].translate(str.maketrans("+/", "-_")).rstrip("=")
        for change in ((("dsseEnvelope", "signatures", 0, "keyid", KeyError)),
                       ("dsseEnvelope", "signatures", 0, "keyid", None),
                       ("dsseEnvelope", "signatures", 0, "keyid", "something"),
                       ("dsseEnvelope", "payload", url),
                       ("dsseEnvelope", "payload", good["dsseEnvelope"]["payload"].rstrip("=")),
                       ("verificationMaterial", "tlogEntries", KeyError),
                       ("verificationMaterial", "publicKey", "hint", KeyError),
                       ("verificationMaterial", "publicKey", {"rawBytes": b64(public_pem(self.signer.key)),
                                                              "keyDetails": "PKIX_ECDSA_P256_SHA_256"}),
                       ("verificationMaterial", "certificate", lambda _: None)):
            with self.subTest(change):
                bundle = json.loads(json.dumps(good))
                if change[-2] == "certificate":
                    bundle["verificationMaterial"]["certificate"] = None
                else:
                    bundle = changed(bundle, *change)
                self.put(bundle)
                self.verify(CLEAN)

    def test_signatures(self):
        payload = json.dumps(self.good).encode()
        good = self.signer.sign(pae(payload))
        other = Signer()
        self.write("other", public_pem(other.key))
        number = int.from_bytes(good[4:4 + good[3]], "big").to_bytes(32, "big")
        cases = {"of other bytes": self.signer.sign(payload), "of another key": other.sign(pae(payload)),
                 "with another digest": self.signer.sign(pae(payload), CURVES["p384"][1]),
                 "trailing byte": good + b"\0", "truncated": good[:-1], "raw": number + number,
                 "of another type": self.signer.sign(pae(payload, "text/plain"))}
        for name, signature in cases.items():
            with self.subTest(name):
                bundle = self.signer.bundle(payload)
                bundle["dsseEnvelope"]["signatures"][0]["sig"] = b64(signature)
                self.put(bundle)
                self.assertIn("does not match", self.verify(FINDINGS))
        self.put(self.signer.bundle(payload, kind="text/plain"))
        self.assertIn("no in-toto statement", self.verify(FINDINGS))
        self.put(self.signer.bundle(payload))
        said = self.verify(FINDINGS, key="other")
        self.assertIn("another key", said)
        self.assertIn(f"names the key {hint(self.signer.key)}, the one given is {hint(other.key)}", said)
        self.assertIn(hint(self.signer.key), self.verify(CLEAN), "by the same name")
        changed_payload = changed(self.signer.bundle(payload), "dsseEnvelope", "payload",
                                  b64(payload.replace(b"config", b"Config")))
        self.put(changed_payload)
        self.assertIn("does not match", self.verify(FINDINGS))
        wrong_curve = Signer("p384")
        self.write("other", public_pem(wrong_curve.key))
        self.put(changed(self.signer.bundle(payload), "verificationMaterial", "publicKey", "hint", KeyError))
        self.assertIn("does not match", self.verify(FINDINGS, key="other"))

    def test_documents(self):
        good = json.dumps(self.signer.bundle(self.good)).encode()
        deep = b"[" * 100_000 + b"]" * 100_000
        for name, bundle in {"nothing": b"", "no JSON": b"hello", "behind": good + b"x", "deep": deep,
                             "deep inside": good[:-1] + b',"x":' + deep + b"}",
                             "twice": good[:-1] + b',"mediaType":"x"}', "not UTF-8": good[:-1] + b',"\xff":1}',
                             "NaN": good[:-1] + b',"x":NaN}', "a list": b"[" + good + b"]"}.items():
            with self.subTest(name):
                self.put(bundle)
                self.verify(USAGE)
        self.expect(INCOMPLETE, "verify", "model", "--key", "pub", "-s", "nowhere")

    def test_payloads(self):
        text = json.dumps(self.good)
        for name, payload in {"twice": text[:-1] + ',"_type":"https://in-toto.io/Statement/v1"}',
                              "twice in a resource": text.replace('{"name": "a-b"', '{"name":"a/b","name": "a-b"'),
                              "resources twice": text.replace('"resources": [', '"resources": [], "resources": ['),
                              "no JSON": "x", "behind": text + "{}", "Infinity": text[:-1] + ',"x":Infinity}'}.items():
            with self.subTest(name):
                self.put(self.signer.bundle(payload.encode()))
                self.assertIn("statement is refused", self.verify(FINDINGS))

    @unittest.skipIf(is_sanitized(), "a sanitizer's own memory counts, too")
    def test_a_bundle_of_a_gigabyte_is_refused_at_once(self):
        with open(self.dir / "model.sig", "wb") as file:
            file.write(b'{"mediaType":"')
            file.truncate(1 << 30)
        code, peak = self.peak_memory("verify", str(self.dir / "model"), "--key", str(self.dir / "pub"), "-s",
                                      str(self.dir / "model.sig"))
        self.assertEqual(code, USAGE)
        self.assertLess(peak, 256)

    def test_another_model_s_signature(self):
        self.write("second/config.json", b"other")
        self.sign()
        said = self.verify(FINDINGS, model="second")
        self.assertIn("config.json: changed", said)
        self.assertIn("a-b: missing", said)

    def test_version_0_2_on_request_only(self):
        document = {"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://model_signing/Digests/v0.1",
                    "predicate": {"it's": "old"},
                    "subject": [{"name": name, "digest": {"sha256": sha256(content)}}
                                for name, content in FILES.items()]}
        payload = json.dumps(document, indent=2).encode()
        self.put(self.signer.bundle(payload, signed=legacy_pae(payload)))
        self.assertIn("does not match", self.verify(FINDINGS))
        self.verify(CLEAN, "--allow-legacy-v02")
        self.put(self.signer.bundle(payload))
        self.verify(FINDINGS, "--allow-legacy-v02")
        self.put(self.signer.bundle(self.good, signed=legacy_pae(json.dumps(self.good).encode())))
        self.verify(FINDINGS, "--allow-legacy-v02")
        self.put_statement(self.good)
        self.verify(CLEAN, "--allow-legacy-v02")


class Certificates(Oms):
    def setUp(self):
        super().setUp()
        self.authority = Authority()
        self.issue()

    def issue(self, **how):
        for name, content in self.authority.files(self.signer.key, **how).items():
            self.write(name, content)

    def sign_certified(self, *args, code=CLEAN):
        return self.sign("--cert", "leaf.pem", "--chain", "between.pem", *args, code=code)

    def verify_roots(self, code, *args, roots="root.pem"):
        done = self.expect(code, "verify", "model", "--roots", roots, *args)
        return done.stdout.decode() + done.stderr.decode()

    def put_chain(self, *certificates, signer=None):
        signer = signer or self.signer
        self.put(signer.bundle(statement(resources(FILES)), material=chain_material(*certificates)))

    def test_the_chain_goes_along_without_its_root(self):
        self.sign_certified()
        listed = self.bundle()["verificationMaterial"]["x509CertificateChain"]["certificates"]
        self.assertEqual(len(listed), 2)
        self.assertIn("CN=leaf", self.verify_roots(CLEAN))
        self.verify_roots(CLEAN, roots="between.pem")
        self.verify_roots(CLEAN, roots="leaf.pem")
        self.write("model/config.json", b"other")
        self.assertIn("config.json: changed", self.verify_roots(FINDINGS))

    def test_the_method_must_be_the_one_that_was_asked_for(self):
        self.sign_certified()
        self.assertIn("with a certificate", self.verify(FINDINGS))
        self.sign()
        self.assertIn("with a key", self.verify_roots(FINDINGS))
        self.expect(USAGE, "verify", "model")
        self.expect(USAGE, "verify", "model", "--key", "pub", "--roots", "root.pem")

    def test_what_would_not_be_looked_at_is_not_taken(self):
        self.sign()
        for args in (("--certificate-identity", "a@example.com"), ("--certificate-oidc-issuer-regexp", ".*"),
                     ("--timestamp-roots", "root.pem"), ("--verify-time", "2026-01-31T12:00:00Z"),
                     ("--chain", "between.pem")):
            self.assertIn("alone", self.verify(USAGE, *args))
        self.sign_certified()
        self.assertIn("alone", self.verify_roots(USAGE, "--certificate-identity", "a@example.com"))

    def test_who_is_not_trusted(self):
        self.sign_certified()
        for name, content in Authority().files(self.signer.key).items():
            self.write(f"other/{name}", content)
        self.verify_roots(FINDINGS, roots="other/root.pem")
        self.sign("--cert", "leaf.pem")
        self.verify_roots(FINDINGS)

    def test_certificates_that_will_not_do(self):
        other = Signer()
        self.put_chain(self.authority.leaf(other.key), self.authority.between)
        self.assertIn("does not match", self.verify_roots(FINDINGS))
        self.put_chain(self.authority.between, self.authority.leaf(self.signer.key))
        self.verify_roots(FINDINGS)
        self.put_chain(self.authority.leaf(self.signer.key, signs=False), self.authority.between)
        self.verify_roots(FINDINGS)
        self.put_chain(self.authority.leaf(self.signer.key, days=(-3, -1)), self.authority.between)
        self.assertIn("expired", self.verify_roots(FINDINGS))
        self.verify_roots(CLEAN, "--verify-time", "signing-cert-start")
        self.put_chain(self.authority.leaf(self.signer.key, days=(1, 3)), self.authority.between)
        self.verify_roots(FINDINGS)
        good = self.signer.bundle(statement(resources(FILES)),
                                  material=chain_material(self.authority.leaf(self.signer.key),
                                                          self.authority.between))
        at = ("verificationMaterial", "x509CertificateChain", "certificates")
        der = base64.b64decode(good[at[0]][at[1]][at[2]][0]["rawBytes"])
        for cut in (der[:-1], der + b"\0", b"0"):
            self.put(changed(good, *at, 0, "rawBytes", b64(cut)))
            self.verify_roots(FINDINGS)
        for bad in ([], [{}], [{"rawBytes": "%"}]):
            self.put(changed(good, *at, bad))
            self.verify_roots(USAGE)

    def test_version_0_2_was_signed_with_sha256_whatever_the_curve(self):
        self.signer = Signer("p384")
        document = {"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://model_signing/Digests/v0.1",
                    "predicate": {}, "subject": [{"name": name, "digest": {"sha256": sha256(content)}}
                                                 for name, content in FILES.items()]}
        payload = json.dumps(document).encode()
        material = chain_material(self.authority.leaf(self.signer.key), self.authority.between)
        bundle = self.signer.bundle(payload, material=material)
        for digest, code in (("p256", CLEAN), ("p384", FINDINGS)):
            signature = self.signer.sign(legacy_pae(payload), CURVES[digest][1])
            self.put(changed(bundle, "dsseEnvelope", "signatures", 0, "sig", b64(signature)))
            self.verify_roots(code, "--allow-legacy-v02")
            self.verify_roots(FINDINGS)

    def test_keys_that_model_signing_does_not_know(self):
        """They are taken where a user trusts them, and it is said that others will not."""
        for kind in ("ed25519", "rsa"):
            self.expect(CLEAN, "keygen", kind, "--plain", "--type", kind)
            done = self.expect(CLEAN, "sign", "model", "--key", f"{kind}.key")
            self.assertIn(b"only assay will verify this signature", done.stderr)
            self.assertIn("which model signing does not know", self.verify(CLEAN, key=f"{kind}.pub"))
            payload = json.dumps(statement(resources(FILES))).encode()
            self.write("pae", pae(payload))
            how = ("-rawin",) if kind == "ed25519" else ("-rawin", "-digest", "sha256")
            made = self.run_any("openssl", "pkeyutl", "-sign", "-inkey", f"{kind}.key", *how, "-in", "pae")
            bundle = self.signer.bundle(payload, material={"publicKey": {}, "tlogEntries": []})
            self.put(changed(bundle, "dsseEnvelope", "signatures", 0, "sig", b64(made.stdout)))
            said = self.verify(CLEAN, key=f"{kind}.pub")
            self.assertIn("which model signing does not know", said)
            self.assertIn("does not say which key signed it", said)

    def test_what_is_not_signed_with(self):
        other = Signer()
        self.write("leaf.pem", Authority().files(other.key)["leaf.pem"])
        self.sign_certified(code=USAGE)
        self.issue(days=(-3, -1))
        self.assertIn(b"expired", self.sign_certified(code=FINDINGS).stderr)
        self.issue(signs=False)
        self.sign_certified(code=FINDINGS)
        self.assertFalse((self.dir / "model.sig").exists())


if __name__ == "__main__":
    main()
