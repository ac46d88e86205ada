"""What signatures of models can do besides: chunk trees and tensors, ranges and samples, what was signed before,
signing what was scanned, and differences."""
import base64
import hashlib
import json
import os
import re
import struct
import sys
import time
import unittest

from _helpers import CLEAN, FINDINGS, INCOMPLETE, SOURCE, USAGE, CliTest, main, noise
from _oms import Signer, b64, pae, private_pem, public_pem, resources, sha256, statement

sys.path.insert(0, str(SOURCE / "testdata"))
import oci_parts  # noqa: E402

CHUNK = 4096


def safetensors(tensors):
    """Bytes of a file with these tensors, each of bytes."""
    at, header = 0, {}
    for name, content in tensors.items():
        header[name] = {"dtype": "U8", "shape": [len(content)], "data_offsets": [at, at + len(content)]}
        at += len(content)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(tensors.values())


class Seal(CliTest):
    def setUp(self):
        super().setUp()
        self.signer = Signer()
        self.write("key", private_pem(self.signer.key))
        self.write("pub", public_pem(self.signer.key))
        self.tensors = {"first": noise(10_000, 1), "second": noise(30_000, 2)}
        self.weights = bytearray(safetensors(self.tensors))
        self.write("model/w.safetensors", self.weights)
        self.write("model/config.json", b"{}")

    def sign(self, *args, code=CLEAN):
        return self.expect(code, "sign", "model", "--key", "key", *args)

    def verify(self, code, *args):
        done = self.expect(code, "verify", "model", "--key", "pub", *args)
        return done.stdout.decode() + done.stderr.decode()

    def diff(self, code, *args):
        done = self.expect(code, "diff", *args) if code is not None else self.assay("diff", *args)
        return done.stdout.decode()

    def payload(self, name="model.sig"):
        bundle = json.loads((self.dir / name).read_bytes())
        return json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"]))

    def damage(self, at):
        self.weights[at] ^= 1
        self.write("model/w.safetensors", self.weights)


class Where(Seal):
    def test_chunk_and_tensor_of_a_change_are_named(self):
        self.sign("--chunks", "--chunk-size", "4K", "--tensors")
        resource = self.payload()["predicate"]["resources"][1]
        self.assertEqual(resource["size"], len(self.weights))
        listed = {one["name"]: one["sha256"] for one in resource["annotations"]["assay.tensors"]}
        self.assertEqual(listed, {name: sha256(content) for name, content in self.tensors.items()})
        tree = (self.dir / "model.sig.chunks/w.safetensors.chunks").read_bytes()
        self.assertEqual(resource["annotations"]["assay.chunks"],
                         {"algorithm": "sha256-tree/1", "chunk_size": CHUNK, "root": tree[-32:].hex()})
        self.verify(CLEAN)
        at = len(self.weights) - 20_000
        self.damage(at)
        first = at // CHUNK * CHUNK
        said = self.verify(FINDINGS)
        self.assertIn(f"w.safetensors: changed\n    bytes {first} to {first + CHUNK - 1}\n    tensor second\n", said)
        self.assertNotIn("tensor first", said)

    def test_what_asks_for_less_is_not_passed_over(self):
        self.sign("--chunks", "--chunk-size", "4K")
        part = ("--range", "w.safetensors", "0", "10"), ("--spot", "50%")
        self.verify(USAGE, *part[0], *part[1])
        for one in part:
            for other in (("--json",), ("--only", "config.json")):
                self.assertIn("--range", self.verify(USAGE, *one, *other))
            self.assertEqual(self.verify(CLEAN, "-q", *one), "")
            self.assertIn("OK", self.verify(CLEAN, *one))
        self.damage(0)
        self.damage(len(self.weights) - 1)
        self.assertIn("FAILED", self.verify(FINDINGS, "-q", *part[0]))
        self.assertIn("changed", self.verify(FINDINGS, "-q", "--spot", "100%"))

    def test_tensors_alone_and_chunks_alone(self):
        self.sign("--tensors")
        self.damage(len(self.weights) - 35_000)
        self.assertIn("changed\n    tensor first\n", self.verify(FINDINGS))
        self.damage(len(self.weights) - 35_000)
        self.sign("--chunks", "--chunk-size", "4K")
        self.damage(len(self.weights) - 1)
        self.assertIn("tensor second", self.verify(FINDINGS))

    def test_a_tree_that_is_another_is_not_believed(self):
        self.sign("--chunks", "--chunk-size", "4K")
        path = self.dir / "model.sig.chunks/w.safetensors.chunks"
        self.damage(100)
        self.expect(CLEAN, "hash", "--digest", "none", "--chunks", "--chunk-size", "4K", "--chunks-dir",
                    "model.sig.chunks", "model")
        said = self.verify(FINDINGS)
        self.assertIn("not the chunk tree that was signed", said)
        self.assertNotIn("bytes ", said)
        path.unlink()
        self.assertIn("w.safetensors: changed", self.verify(FINDINGS))

    def test_under_shards_a_side_file_holds_them(self):
        self.sign("--method", "shards", "--shard-size", "8192", "--chunks", "--chunk-size", "4K")
        self.assertTrue((self.dir / "model.sig.files").exists())
        self.verify(CLEAN)
        said = self.verify(CLEAN, "--range", "w.safetensors", "5000", "1000")
        self.assertIn("chunk 1, bytes 4096 to 8191: OK", said)
        side = self.dir / "model.sig.files"
        side.write_bytes(side.read_bytes().replace(b'"size"', b'"Size"'))
        self.assertIn("not the side file that was signed", self.verify(USAGE, "--range", "w.safetensors", "0", "1"))

    def test_a_large_file_has_shards_and_tree_in_one_reading(self):
        size, chunk = (20 << 20) + 5, 1 << 16
        self.write("large/w", noise(size, 4))
        self.expect(CLEAN, "hash", "--digest", "none", "--chunks", "--chunk-size", "64K", "--chunks-dir", "trees", "large")
        for shard in (1 << 20, 3 << 20, (1 << 20) + 1):
            self.expect(CLEAN, "sign", "large", "--key", "key", "-s", "large.sig", "--method", "shards", "--shard-size",
                        str(shard), "--chunks", "--chunk-size", "64K")
            tree = (self.dir / "large.sig.chunks/w.chunks").read_bytes()
            self.assertEqual(tree, (self.dir / "trees/w.chunks").read_bytes())
            done = self.expect(CLEAN, "verify", "large", "--key", "pub", "-s", "large.sig")
            self.assertIn(b"1 file (20.0 MiB) as signed", done.stdout)

    def test_shards_without_lanes_have_trees_in_the_same_reading(self):
        content = noise((9 << 20) + 5, 4)
        self.write("large/w", content)
        self.expect(CLEAN, "hash", "--digest", "none", "--chunks", "--chunk-size", "64K", "--chunks-dir", "trees", "large")
        for shard in (1 << 20, 3 << 20, (1 << 20) + 1):
            for threads in ("1", "3"):
                self.expect(CLEAN, "sign", "large", "--key", "key", "-s", "large.sig", "--method", "shards", "--shard-size",
                            str(shard), "--digest", "blake2b", "--chunks", "--chunk-size", "64K", "--threads", threads)
                tree = (self.dir / "large.sig.chunks/w.chunks").read_bytes()
                self.assertEqual(tree, (self.dir / "trees/w.chunks").read_bytes())
                listed = self.payload("large.sig")["predicate"]["resources"]
                self.assertEqual([one["digest"] for one in listed],
                                 [hashlib.blake2b(content[at:at + shard]).hexdigest()
                                  for at in range(0, len(content), shard)])
            self.expect(CLEAN, "verify", "large", "--key", "pub", "-s", "large.sig")

    def test_under_shards_tensors_are_named_too(self):
        self.sign("--method", "shards", "--shard-size", "8192", "--tensors")
        self.damage(len(self.weights) - 35_000)
        said = self.verify(FINDINGS)
        self.assertIn("    tensor first\n", said)
        self.assertNotIn("tensor second", said)

    def test_a_range(self):
        self.sign("--chunks", "--chunk-size", "4K")
        self.assertIn("OK", self.verify(CLEAN, "--range", "w.safetensors", "9000", "10"))
        self.damage(9000)
        self.assertIn("FAILED", self.verify(FINDINGS, "--range", "w.safetensors", "9000", "10"))
        self.verify(CLEAN, "--range", "w.safetensors", "0", "4096")
        self.verify(USAGE, "--range", "nowhere", "0", "1")

    def test_a_sample(self):
        self.sign("--chunks", "--chunk-size", "4K")
        said = self.verify(CLEAN, "--spot", "50%")
        self.assertIn("sample OK, 6 of 11 chunks read", said)
        self.assertIn("chance of 100.0%", self.verify(CLEAN, "--spot", "100"))
        self.damage(9000)
        said = self.verify(FINDINGS, "--spot", "100%")
        self.assertIn("w.safetensors: changed in chunk 2", said)
        self.assertNotIn("chance", said)
        os.truncate(self.dir / "model/w.safetensors", 9000)
        said = self.verify(FINDINGS, "--spot", "100%")
        self.assertIn("w.safetensors: has another size", said)
        self.assertIn("NOT VERIFIED, 1 of 11 chunks read (2 B)\n", said)
        for bad in ("0", "101%", "x", "5%%"):
            self.verify(USAGE, "--spot", bad)
        self.sign()
        self.verify(USAGE, "--spot", "5%")


class NotWhatWasSigned(Seal):
    """Another thing where a signed file was, which a range and a sample must not take for it."""

    def setUp(self):
        super().setUp()
        self.write("model/sub/deep.bin", noise(9000))
        self.sign("--chunks", "--chunk-size", "4K")

    def test_links(self):
        self.verify(CLEAN, "--range", "sub/deep.bin", "0", "9000")
        self.verify(CLEAN, "--spot", "100%")
        os.rename(self.dir / "model/sub", self.dir / "elsewhere")
        os.symlink("../elsewhere", self.dir / "model/sub")
        said = self.verify(INCOMPLETE, "--range", "sub/deep.bin", "0", "9000")
        self.assertIn("behind a symbolic link", said)
        self.assertIn("behind a symbolic link", self.verify(FINDINGS, "--spot", "100%"))
        os.unlink(self.dir / "model/sub")
        os.mkdir(self.dir / "model/sub")
        os.symlink("../../elsewhere/deep.bin", self.dir / "model/sub/deep.bin")
        self.assertIn("behind a symbolic link", self.verify(FINDINGS, "--spot", "100%"))
        self.verify(FINDINGS)

    def test_pipes_and_folders(self):
        for make in (os.mkfifo, os.mkdir):
            (self.dir / "model/sub/deep.bin").unlink()
            make(self.dir / "model/sub/deep.bin")
            self.verify(INCOMPLETE, "--range", "sub/deep.bin", "0", "9000")
            self.verify(FINDINGS, "--spot", "100%")
            self.verify(FINDINGS)

    def test_what_is_not_there(self):
        (self.dir / "model/sub/deep.bin").unlink()
        self.verify(INCOMPLETE, "--range", "sub/deep.bin", "0", "9000")
        self.verify(FINDINGS, "--spot", "100%")

    def test_names_that_were_not_signed(self):
        for name in ("../key", "/etc/passwd", "sub/../config.json", "sub/./deep.bin", "SUB/deep.bin", ""):
            self.verify(USAGE, "--range", name, "0", "1")


class SinceCase(Seal):
    def setUp(self):
        super().setUp()
        old = time.time() - 3600
        for name in ("w.safetensors", "config.json"):
            os.utime(self.dir / "model" / name, (old, old))

    def wait(self):
        time.sleep(3.2)  # what changed within two seconds of a signature is read again


class Since(SinceCase):
    def test_only_what_changed_is_read(self):
        self.wait()
        self.sign("--stat")
        self.write("model/new", b"new")
        self.assertIn(b"signed 1 file (3 B), 2 more unread since then",
                      self.sign("--since", "model.sig", "-s", "second.sig").stdout)
        made, before = self.payload("second.sig"), self.payload()
        names = [one["name"] for one in made["predicate"]["resources"]]
        self.assertEqual(names, ["config.json", "new", "w.safetensors"])
        root = before["subject"][0]["digest"]["sha256"]
        self.assertEqual([one.get("annotations", {}).get("assay.since") for one in made["predicate"]["resources"]],
                         [root, None, root])
        self.verify(CLEAN, "-s", "second.sig")

    def test_what_changed_is_read_whatever_its_times_say(self):
        self.wait()
        self.sign("--stat")
        status = os.stat(self.dir / "model/w.safetensors")
        self.damage(500)
        os.utime(self.dir / "model/w.safetensors", ns=(status.st_atime_ns, status.st_mtime_ns))
        self.assertIn(b"signed 1 file", self.sign("--since", "model.sig", "-s", "second.sig").stdout)
        self.verify(CLEAN, "-s", "second.sig")

    def test_fresh_files_are_read_again(self):
        self.assertIn(b"note: leaves out what changed less than two seconds before (2)", self.sign("--stat").stderr)
        self.assertIn(b"signed 2 files", self.sign("--since", "model.sig", "-s", "second.sig").stdout)

    def test_a_stat_file_has_to_be_signed_and_fit(self):
        self.wait()
        self.sign("--stat")
        path = self.dir / "model.sig.stat"
        whole = path.read_bytes()
        lines = whole.split(b"\n")
        for bad in (whole.replace(b"\n2 ", b"\n3 ", 1), whole[:-1], b"", b"\n".join(lines[1:]),
                    whole + lines[2] + b"\n"):
            path.write_bytes(bad)
            self.sign("--since", "model.sig", "-s", "second.sig", code=FINDINGS)
        self.assertFalse((self.dir / "second.sig").exists())
        path.unlink()
        self.sign("--since", "model.sig", "-s", "second.sig", code=FINDINGS)
        path.write_bytes(whole)
        other = Signer()
        self.write("key", private_pem(other.key))
        self.sign("--since", "model.sig", "-s", "second.sig", code=FINDINGS)


class SinceWithMore(SinceCase):
    """Chunk trees, tensors and shards of files that are not read again."""

    WEIGHTS = "w.safetensors"

    def again(self, *args, since="model.sig", out="second.sig", unread=2):
        said = self.sign("--since", since, "-s", out, *args).stdout.decode()
        self.assertIn(f"{unread} more unread since then", said)

    def extras(self, name="model.sig"):
        """Annotations of the weights, without what says that they were taken over; and that."""
        resource = [one for one in self.payload(name)["predicate"]["resources"]
                    if one["name"] == self.WEIGHTS][0]
        annotations = dict(resource["annotations"])
        return resource["size"], annotations, annotations.pop("assay.since", None)

    def root(self, name="model.sig"):
        return self.payload(name)["subject"][0]["digest"]["sha256"]

    def test_tensors(self):
        self.wait()
        self.sign("--stat", "--tensors")
        self.again("--tensors")
        size, annotations, since = self.extras("second.sig")
        self.assertEqual((size, annotations), self.extras()[:2])
        self.assertEqual({one["name"] for one in annotations["assay.tensors"]}, {"first", "second"})
        self.assertEqual(since, self.root())
        self.damage(len(self.weights) - 35_000)
        self.assertIn("changed\n    tensor first\n", self.verify(FINDINGS, "-s", "second.sig"))
        self.again("--tensors", since="second.sig", out="third.sig", unread=1)
        self.verify(CLEAN, "-s", "third.sig")
        self.assertEqual(self.extras("third.sig")[2], None)

    def test_tensors_that_the_older_signature_has_not(self):
        self.wait()
        self.sign("--stat", "--chunks", "--chunk-size", "4K")
        self.again("--tensors", unread=0)
        self.assertIn("assay.tensors", self.extras("second.sig")[1])

    def test_what_is_not_asked_for_is_not_passed_on(self):
        self.wait()
        self.sign("--stat", "--chunks", "--chunk-size", "4K", "--tensors")
        self.again()
        for one in self.payload("second.sig")["predicate"]["resources"]:
            self.assertEqual(set(one["annotations"]), {"assay.since"})
            self.assertNotIn("size", one)

    def test_chunks_want_their_trees(self):
        self.wait()
        self.sign("--stat", "--chunks", "--chunk-size", "4K")
        self.again("--chunks", "--chunk-size", "4K", unread=0)  # whose trees lie elsewhere
        self.verify(CLEAN, "-s", "second.sig", "--spot", "100%")
        self.again("--chunks", "--chunk-size", "4K", "--chunks-dir", "model.sig.chunks", out="third.sig")
        self.verify(CLEAN, "-s", "third.sig", "--chunks-dir", "model.sig.chunks", "--spot", "100%")
        self.again("--chunks", "--chunk-size", "8K", "--chunks-dir", "model.sig.chunks", out="other.sig", unread=0)

    SHARDS = ("--method", "shards", "--shard-size", "8192")

    def test_shards(self):
        self.write("model/empty", b"")
        self.wait()
        self.sign("--stat", *self.SHARDS)
        self.again(*self.SHARDS)
        before, after = self.payload(), self.payload("second.sig")
        self.assertEqual(self.root(), self.root("second.sig"))
        for old, new in zip(before["predicate"]["resources"], after["predicate"]["resources"]):
            self.assertEqual(new.pop("annotations"), {"assay.since": self.root()})
            self.assertEqual(old, new)
        self.verify(CLEAN, "-s", "second.sig")
        self.damage(len(self.weights) - 1)
        self.verify(FINDINGS, "-s", "second.sig")
        self.again(*self.SHARDS, unread=1)
        self.verify(CLEAN, "-s", "second.sig")
        self.again(*self.SHARDS, since="second.sig", out="third.sig", unread=1)  # the weights are fresh
        told = {one["name"].split(":")[0]: one.get("annotations") for one in
                self.payload("third.sig")["predicate"]["resources"]}
        self.assertEqual(told["config.json"], {"assay.since": self.root()}, "where it was read")

    def test_shards_of_another_size(self):
        self.wait()
        self.sign("--stat", *self.SHARDS)
        for other in (("--method", "shards", "--shard-size", "4096"), ()):
            done = self.sign("--since", "model.sig", "-s", "second.sig", *other, code=FINDINGS)
            self.assertIn(b"other settings", done.stderr)

    def test_shards_with_tensors_and_trees(self):
        more = (*self.SHARDS, "--chunks", "--chunk-size", "4K", "--tensors", "--chunks-dir", "trees")
        self.wait()
        self.sign("--stat", *more)
        self.again(*more)
        lines = [[json.loads(line) for line in (self.dir / f"{name}.sig.files").read_bytes().split(b"\n")[:-1]]
                 for name in ("model", "second")]
        for line in lines[1]:
            self.assertEqual(line["annotations"].pop("assay.since"), self.root())
        self.assertEqual(*lines)
        self.verify(CLEAN, "-s", "second.sig", "--range", self.WEIGHTS, "9000", "10", "--chunks-dir", "trees")
        side = self.dir / "model.sig.files"
        side.write_bytes(side.read_bytes().replace(b'"size":2', b'"size":3'))
        done = self.sign("--since", "model.sig", "-s", "third.sig", *more, code=FINDINGS)
        self.assertIn(b"not the side file that was signed", done.stderr)
        side.unlink()
        self.sign("--since", "model.sig", "-s", "third.sig", *more, code=FINDINGS)
        self.again(*self.SHARDS, out="third.sig")  # which does not need it

    def test_a_stat_file_of_another_signature_of_this_key(self):
        """Replayed: a good one, of an older statement."""
        self.wait()
        self.sign("--stat")
        old = (self.dir / "model.sig.stat").read_bytes()
        self.write("model/new", b"x")
        self.sign("--stat")
        self.write("model.sig.stat", old)
        self.assertIn(b"belongs to another signature",
                      self.sign("--since", "model.sig", "-s", "second.sig", code=FINDINGS).stderr)


class ScanAndSign(Seal):
    def scan(self, code, *args):
        return self.expect(code, "scan", "model", "--sign", "--key", "key", *args)

    def test_what_was_scanned_is_signed(self):
        self.scan(CLEAN, "--attest", "scan.json")
        self.verify(CLEAN)
        bundle = json.loads((self.dir / "scan.json").read_bytes())["dsseEnvelope"]
        payload = base64.b64decode(bundle["payload"])
        made = json.loads(payload)
        self.assertEqual(made["predicateType"], "urn:assay:scan:1")
        root = self.payload()["subject"][0]["digest"]["sha256"]
        self.assertEqual(made["subject"], [{"name": "model", "digest": {"sha256": root}, "annotations": {"assay.of": "digests"}},
                                           {"name": "config.json", "digest": {"sha256": sha256(b"{}")}},
                                           {"name": "w.safetensors", "digest": {"sha256": sha256(self.weights)}}])
        self.assertEqual(made["predicate"]["summary"]["verdict"], "clean")
        self.assertEqual(made["predicate"], self.report("scan", "model"))
        self.write("pae", pae(payload))
        self.write("der", base64.b64decode(bundle["signatures"][0]["sig"]))
        done = self.run_any("openssl", "dgst", "-sha256", "-verify", "pub", "-signature", "der", "pae")
        self.assertEqual(done.returncode, 0)

    def test_what_is_written_into_the_model_is_no_part_of_it(self):
        written = ["--signature", "model/model.sig", "--attest", "model/scan.att", "-o", "json=model/report.json"]
        for _ in range(2):
            self.scan(CLEAN, *written)
            self.assertEqual([one["name"] for one in self.payload("model/model.sig")["predicate"]["resources"]],
                             ["config.json", "w.safetensors"])
            said = self.verify(CLEAN, "--signature", "model/model.sig")
            self.assertIn("leaves out: report.json, scan.att\n", said)

    def test_one_file_for_two_things(self):
        self.write("model.sig", b"")
        for args in (("--attest", "./model.sig"), ("-o", "json=model.sig"),
                     ("--attest", "new", "-o", "json=new")):
            self.assertIn(b"two outputs for one file", self.scan(USAGE, *args).stderr)
        self.assertEqual((self.dir / "model.sig").read_bytes(), b"")
        self.assertFalse((self.dir / "new").exists())

    def test_findings_refuse_the_signature(self):
        self.write("model/evil.pkl", b"cposix\nsystem\n(S'true'\ntR.")
        self.assertIn(b"--sign-anyway", self.scan(FINDINGS, "--attest", "scan.json").stderr)
        self.assertFalse((self.dir / "model.sig").exists())
        self.assertFalse((self.dir / "scan.json").exists())
        self.scan(FINDINGS, "--attest", "scan.json", "--sign-anyway")
        self.verify(CLEAN)
        made = self.payload("scan.json")["predicate"]
        self.assertIn("sign-anyway", made["modes"])
        self.assertEqual(made["summary"]["verdict"], "findings")

    def test_what_was_not_looked_at_refuses_the_signature(self):
        self.write("model/x.xar", b"xar!\0\x1c\0\1" + bytes(56))
        self.scan(INCOMPLETE)
        self.assertFalse((self.dir / "model.sig").exists())

    def test_a_key_is_needed_and_one_model(self):
        self.expect(USAGE, "scan", "model", "--sign")
        self.expect(USAGE, "scan", "model", "model", "--sign", "--key", "key")
        self.expect(USAGE, "scan", "-", "--sign", "--key", "key")

    def test_images_are_signed_by_their_digests(self):
        for image in ("docker://registry.invalid/a:b", "oci:layout:tag", "oci-archive:a.tar", "docker-archive:a.tar"):
            done = self.expect(USAGE, "scan", image, "--sign", "--key", "key", "--attest", "scan.json")
            self.assertIn(b"assay sign-image", done.stderr)

    def test_a_lock_counts_when_it_is_signed_too(self):
        image = oci_parts.Layout()
        image.write(self.dir / "model", [oci_parts.named(image.image(oci_parts.tar(oci_parts.file("a"))), "v1")])
        self.expect(CLEAN, "scan", "model", "--write-lock", "lock")
        self.scan(CLEAN, "--lock", "lock")
        (self.dir / "model.sig").unlink()
        self.write("lock", re.sub(rb"sha256:[0-9a-f]{64}", b"sha256:" + b"0" * 64, (self.dir / "lock").read_bytes()))
        done = self.scan(FINDINGS, "--lock", "lock")
        self.assertIn(b"oci.ref.mutated", done.stdout)
        self.assertFalse((self.dir / "model.sig").exists())


class Diff(Seal):
    def copy(self, **changes):
        for name, content in {"w.safetensors": self.weights, "config.json": b"{}", **changes}.items():
            if content is not None:
                self.write(f"other/{name}", content)

    def test_models(self):
        self.copy()
        self.assertIn("0 of 2 files differ", self.diff(CLEAN, "model", "other"))
        changed = bytearray(self.weights)
        changed[-1] ^= 1
        changed[-100] ^= 1
        changed[200] ^= 1
        self.copy(**{"w.safetensors": changed, "new": b"new"})
        os.unlink(self.dir / "other/config.json")
        size = len(changed)
        self.assertEqual(self.diff(FINDINGS, "model", "other"),
                         "config.json: only in A (2 bytes)\n"
                         "new: only in B (3 bytes)\n"
                         f"w.safetensors: differs ({size} bytes, 3 of them other)\n"
                         f"    bytes 200 to 200\n    bytes {size - 100} to {size - 1}\n"
                         "    tensor first\n    tensor second\n"
                         "3 of 3 files differ\n")
        told = json.loads(self.diff(FINDINGS, "model", "other", "--json"))
        self.assertEqual([one["name"] for one in told["differences"]], ["config.json", "new", "w.safetensors"])

    def test_what_cannot_be_read_does_not_hide_the_rest(self):
        self.copy()
        os.mkfifo(self.dir / "other/pipe")
        self.write("model/pipe", b"x")
        os.symlink("nowhere", self.dir / "other/link")
        said = self.diff(INCOMPLETE, "model", "other")
        self.assertEqual(said, "0 of 2 files differ\n2 not compared: could not be read\n")
        self.copy(**{"config.json": b"[]"})
        self.assertIn("config.json: differs (2 bytes, 2 of them other)\n    bytes 0 to 1\n1 of 2 files differ\n",
                      self.diff(FINDINGS, "model", "other"))
        told = json.loads(self.diff(FINDINGS, "other", "model", "--json"))
        self.assertEqual([one["name"] for one in told["differences"]], ["config.json"])
        self.assertEqual(told["not_compared"], ["link", "pipe"])

    def test_a_model_does_not_lead_out_of_itself(self):
        self.sign()
        self.copy()
        self.write("outside/secret", b"x")
        os.symlink("../outside", self.dir / "model/out")
        os.symlink("config.json", self.dir / "model/in")
        for other in ("model.sig", "other"):
            told = json.loads(self.diff(None, "model", other, "--json"))
            self.assertIn("out", told["not_compared"], other)
            self.assertNotIn("secret", json.dumps(told), other)
        self.assertIn("in: only in A", self.diff(FINDINGS, "model", "other"))
        os.unlink(self.dir / "model/out")
        self.assertIn("in", json.loads(self.diff(INCOMPLETE, "model", "model.sig", "--json"))["not_compared"])
        self.sign("--allow-symlinks")
        self.diff(CLEAN, "model", "model.sig")
        os.unlink(self.dir / "model/in")
        os.symlink("../outside/secret", self.dir / "model/in")
        self.assertIn("1 not compared", self.diff(INCOMPLETE, "model", "model.sig"))

    def test_a_snapshot_of_a_cache_consists_of_links(self):
        self.copy()
        blob = "0" * 40
        self.write("cache/blobs/" + blob, b"{}")
        os.makedirs(self.dir / "cache/snapshots/abc")
        os.symlink("../../blobs/" + blob, self.dir / "cache/snapshots/abc/config.json")
        self.assertIn("1 of 2 files differ", self.diff(FINDINGS, "model", "cache/snapshots/abc"))

    def test_bundles_and_statements(self):
        self.sign("--chunks", "--chunk-size", "4K", "--tensors")
        self.diff(CLEAN, "model", "model.sig")
        self.write("statement", json.dumps(self.payload()).encode())
        self.diff(CLEAN, "statement", "model.sig")
        self.damage(len(self.weights) - 1)
        first = (len(self.weights) - 1) // CHUNK * CHUNK
        said = self.diff(FINDINGS, "model.sig", "model")
        self.assertIn(f"    bytes {first} to {len(self.weights) - 1}\n    tensor second\n", said)
        self.sign("-s", "new.sig", "--chunks", "--chunk-size", "4K", "--tensors")
        said = self.diff(FINDINGS, "model.sig", "new.sig")
        self.assertIn("w.safetensors: differs", said)
        self.assertIn("tensor second", said)
        self.assertNotIn("tensor first", said)
        self.sign("-s", "shards.sig", "--method", "shards", "--shard-size", "8192")
        self.diff(CLEAN, "shards.sig", "model")
        self.diff(USAGE, "shards.sig", "model.sig")
        self.diff(INCOMPLETE, "model", "nowhere")


class DiffOfLists(Seal):
    """Lists of digests, which name files as they were reached."""

    def list(self, name, *args, cwd=None):
        done = self.assay("hash", *args, cwd=cwd or self.dir)
        self.assertEqual(done.returncode, CLEAN, done)
        self.write(name, done.stdout)

    def setUp(self):
        super().setUp()
        self.write("model/sub/one", b"one")
        self.list("SHA256SUMS", "model")

    def test_beside_the_model(self):
        self.assertIn("0 of 3 files differ", self.diff(CLEAN, "model", "SHA256SUMS"))
        self.write("model/sub/one", b"other")
        self.write("model/new", b"new")
        os.unlink(self.dir / "model/config.json")
        self.assertEqual(self.diff(FINDINGS, "SHA256SUMS", "model"),
                         "config.json: only in A (size unknown)\nnew: only in B (3 bytes)\n"
                         "sub/one: differs (size unknown and 5 bytes)\n3 of 4 files differ\n")

    def test_wherever_it_was_made(self):
        self.list("inside", ".", cwd=self.dir / "model")
        self.list("above", str(self.dir / "model"))
        done = self.run_any("sh", "-c", "cd model && find . -type f | sort | xargs sha256sum")
        self.write("coreutils", done.stdout)
        for name in ("inside", "above", "coreutils"):
            for other in ("model", "SHA256SUMS"):
                self.diff(CLEAN, name, other)
                self.diff(CLEAN, other, name)

    def test_one_folder_is_not_dropped_where_it_belongs(self):
        self.write("deep/sub/a", b"a")
        self.write("deep/sub/b", b"b")
        self.list("list", ".", cwd=self.dir / "deep")
        self.diff(CLEAN, "list", "deep")
        os.unlink(self.dir / "deep/sub/b")
        self.assertIn("sub/b: only in A", self.diff(FINDINGS, "list", "deep"))

    def test_beside_bundles(self):
        self.sign()
        self.diff(CLEAN, "model.sig", "SHA256SUMS")
        self.write("model/sub/one", b"other")
        self.sign("-s", "new.sig")
        self.assertIn("sub/one: differs", self.diff(FINDINGS, "new.sig", "SHA256SUMS"))
        self.sign("-s", "shards.sig", "--method", "shards", "--shard-size", "8192")
        self.diff(USAGE, "shards.sig", "SHA256SUMS")

    def test_digests_of_other_kinds(self):
        for kind in ("blake2b", "sha512", "sha1", "sha256,blake2b"):
            self.list("b2sums" if kind == "blake2b" else "sums", "--digest", kind, "model")
            self.diff(CLEAN, "model", "b2sums" if kind == "blake2b" else "sums")
        self.diff(CLEAN, "sums", "b2sums")  # both have BLAKE2b
        self.diff(CLEAN, "SHA256SUMS", "sums")
        self.diff(USAGE, "SHA256SUMS", "b2sums")
        self.sign("--digest", "blake2b")
        self.diff(CLEAN, "b2sums", "model.sig")
        self.diff(USAGE, "SHA256SUMS", "model.sig")

    def test_a_model_of_one_file(self):
        self.list("one", "model/w.safetensors")
        self.diff(CLEAN, "one", "model/w.safetensors")
        self.damage(9)
        self.diff(FINDINGS, "one", "model/w.safetensors")

    def test_lists_that_are_refused(self):
        good = (self.dir / "SHA256SUMS").read_bytes()
        first = good.split(b"\n")[0]
        for bad in (good + b"x\n", good + first.replace(first[:1], b"f" if first[:1] != b"f" else b"0", 1) + b"\n",
                    good + first[:66] + b"../up\n", good + first[:66] + b"a/../b\n"):
            self.write("bad", bad)
            self.diff(USAGE, "model", "bad")
        self.write("text", b"no list\n")  # a model of one file, then
        self.diff(FINDINGS, "model", "text")
        self.write("comments", b"# nothing\n\n" + good)
        self.diff(CLEAN, "model", "comments")


if __name__ == "__main__":
    main()
