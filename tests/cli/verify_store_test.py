"""`assay verify-store`, and what `assay scan` says of stores: what is damaged, and what it breaks."""
import base64
import json
import os
import subprocess
import sys
import unittest

import jsonschema

from _helpers import (CLEAN, FINDINGS, INCOMPLETE, NOTHING, SOURCE, USAGE, CliTest, main, noise, schema)

sys.path.insert(0, str(SOURCE / "testdata"))
import oci_parts  # noqa: E402
from store_parts import COMMIT, OTHER, Repository, model, sha256, write  # noqa: E402


class StoreTest(CliTest):
    def case(self, name):
        subprocess.run([sys.executable, "-B", SOURCE / "testdata" / name / "recipe.py"], cwd=self.dir, check=True)

    def stores(self, *args, code=CLEAN):
        report = self.report(*args, code=code)
        jsonschema.validate(report, schema())
        return report["stores"]

    def hub(self):
        """A repository with two revisions of a model, in the test's folder."""
        before = os.getcwd()
        os.chdir(self.dir)
        self.addCleanup(os.chdir, before)
        hub = Repository(hub="hub")
        hub.ref()
        return hub


class VerifyStore(StoreTest):
    def test_sound_stores_are_clean(self):
        for case in ("hfcache/benign_hub", "ollama/benign_store"):
            self.case(case)
        for command in ("verify-store", "scan"):
            stores = self.stores(command, ".")
            self.assertEqual([store["kind"] for store in stores], ["huggingface", "ollama"])
            for store in stores:
                self.assertEqual(store["bad"], [])
                self.assertGreater(store["blobs"]["ok"], 2)
                self.assertEqual(store["models_damaged"], 0)
                self.assertEqual({model["state"] for model in store["models"]}, {"intact"})

    def test_damage_names_the_models_that_it_breaks(self):
        self.case("hfcache/damaged")
        for command in ("verify-store", "scan"):
            (store,) = self.stores(command, "hub", code=FINDINGS)
            blobs = store["blobs"]
            self.assertEqual((blobs["corrupt"], blobs["missing"], blobs["partial"], blobs["orphaned"]), (2, 1, 1, 1))
            bad = {blob["path"].split("/")[-1]: blob for blob in store["bad"]}
            weights = bad[sha256(model(2))]
            self.assertEqual(weights["state"], "corrupt")
            self.assertEqual(weights["expected"], "sha256:" + sha256(model(2)))
            self.assertEqual(weights["actual"], "sha256:" + sha256(model(1)))
            self.assertEqual(weights["breaks"], [f"org/name@{COMMIT} (model.safetensors)",
                                                 f"org/name@{OTHER} (model.safetensors)",
                                                 f"org/name@{OTHER} (renamed.safetensors)"])
            self.assertEqual(bad[sha256(b"missing")]["state"], "missing")
            self.assertEqual({m["name"]: m["state"] for m in store["models"]},
                             {f"org/name@{COMMIT}": "damaged", f"org/name@{OTHER}": "damaged"})

    def test_objects_of_repositories_that_are_checked_out(self):
        self.case("lfs/checked_out")
        for command in ("verify-store", "scan"):
            for store in self.stores(command, ".", code=FINDINGS):
                at = store["path"]
                breaks = sorted(blob["breaks"] for blob in store["bad"])
                known = [[f"{at}/a/damaged.safetensors"], [f"{at}/a/deep/cut.safetensors"]]
                wanted = {"torn": known[:1] + [[]], "long": [[], []]}.get(at, known)
                self.assertEqual(breaks, sorted(wanted), at)
                self.assertEqual(store["blobs"]["corrupt"], 2)

    def test_one_line_for_each_damaged_blob(self):
        self.case("ollama/damaged")
        told = self.expect(FINDINGS, "verify-store", "models").stdout.decode()
        lines = [line for line in told.splitlines() if line.startswith(("corrupt", "missing"))]
        self.assertEqual(len(lines), 2, told)
        self.assertIn("registry.ollama.ai/library/one:latest (model)", lines[0] + lines[1])
        self.assertIn("registry.ollama.ai/library/two:latest (license)", lines[0] + lines[1])

    def test_a_part_of_a_store_is_recognised(self):
        hub = self.hub()
        blob = hub.file("model.safetensors", model(1), named=sha256(model(2)))
        for part in (f"{hub.path}/blobs", f"{hub.path}/blobs/{blob}", f"{hub.path}/snapshots/{COMMIT}",
                     f"{hub.path}/snapshots/{COMMIT}/model.safetensors", hub.path, "hub", "."):
            (store,) = self.stores("verify-store", part, code=FINDINGS)
            self.assertEqual(store["blobs"]["corrupt"], 1, part)

    def test_a_large_blob_is_read_once(self):
        hub = self.hub()
        content = noise(17 << 20)
        blob = hub.file("weights.bin", content)
        hub.link("weights.bin", f"../../blobs/{blob}", commit=OTHER)
        for command in ("verify-store", "scan"):
            self.assertEqual(self.report(command, "hub")["summary"]["bytes"], len(content) + len(COMMIT))

    def test_facts_hold_for_every_link(self):
        """An index of another revision speaks of a shard that is read in the first one."""
        hub = self.hub()
        shard = model(1, 17 << 20)
        for commit, total in ((COMMIT, len(model(1, 64))), (OTHER, 17 << 20)):
            index = {"metadata": {"total_size": 17 << 20}, "weight_map": {"w": "m.safetensors"}, "x": total}
            hub.file("model.safetensors.index.json", json.dumps(index).encode(), commit=commit, large=False)
        blob = hub.file("m.safetensors", shard)
        hub.link("m.safetensors", f"../../blobs/{blob}", commit=OTHER)
        self.assertEqual(self.report("scan", "hub")["summary"]["findings"]["high"], 0)

    def test_what_is_in_no_store_is_passed_over(self):
        self.case("ollama/benign_store")
        self.write("other/model.pkl", b"cos\nsystem\n(S'id'\ntR.")
        self.expect(CLEAN, "verify-store", ".")
        self.expect(FINDINGS, "scan", ".")

    def test_no_store(self):
        self.write("a/b.txt", b"text\n")
        done = self.expect(NOTHING, "verify-store", ".")
        self.assertIn(b"no store", done.stderr)
        self.expect(USAGE, "verify-store")

    def test_without_digests_nothing_is_compared(self):
        hub = self.hub()
        hub.file("model.safetensors", model(1), named=sha256(model(2)))
        report = self.report("scan", "hub", "--no-digest", code=INCOMPLETE)
        self.assertEqual(report["stores"][0]["blobs"]["unchecked"], 1)
        self.assertEqual(report["stores"][0]["blobs"]["ok"], 0)

    def test_other_digests_do_not_matter(self):
        self.case("hfcache/damaged")
        plain = self.stores("scan", "hub", code=FINDINGS)
        self.assertEqual(self.stores("scan", "hub", "--digest", "md5", code=FINDINGS), plain)
        self.assertEqual(self.stores("scan", "hub", "--digest", "sha256,git-sha1", code=FINDINGS), plain)

    def test_same_whatever_the_machine_does(self):
        for case in ("hfcache/damaged", "ollama/damaged", "dvc/caches", "lfs/objects"):
            self.case(case)
        one = self.expect(FINDINGS, "verify-store", ".", "--json", "--threads", "1").stdout
        for more in (("--threads", "8"), ("--threads", "2", "--memory", "64M"), ("--block", "4096"), ("--block", "1")):
            self.assertEqual(self.expect(FINDINGS, "verify-store", ".", "--json", *more).stdout, one)

    def test_every_line_of_jsonl_is_described(self):
        self.case("ollama/damaged")
        lines = self.expect(FINDINGS, "verify-store", "models", "-o", "jsonl").stdout.splitlines()
        described = {"$ref": "#/$defs/line", "$defs": schema()["$defs"]}
        for line in lines:
            jsonschema.validate(json.loads(line), described)
        self.assertIn("stores", [json.loads(line)["type"] for line in lines])

    def test_a_model_that_is_not_whole_is_never_clean(self):
        """Nothing that is there is damaged, and what is not there was not compared."""
        text = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 72\n" % sha256(b"missing").encode()
        self.write("clone/model.bin", text)
        there = sha256(model(1))
        self.write(f"clone/.git/lfs/objects/{there[:2]}/{there[2:4]}/{there}", model(1))
        hub = self.hub()
        hub.file("model.safetensors", model(1))
        os.rename(f"{hub.path}/blobs", f"{hub.path}/.blobs")
        os.symlink(".blobs", f"{hub.path}/blobs")
        for at in ("clone", "hub"):
            (store,) = self.stores("verify-store", at, code=INCOMPLETE)
            self.assertEqual(store["models_damaged"], 1)
            told = self.expect(INCOMPLETE, "verify-store", at, "-o", "table").stdout.decode()
            self.assertIn("a model in a store is not whole", told)
        told = self.expect(INCOMPLETE, "scan", "clone").stdout.decode()
        self.assertIn("lfs.pointer.instead_of_content", told)

    def test_a_cache_that_lies_elsewhere_is_not_compared(self):
        self.write("repo/.dvc/config", b"[cache]\n    dir = /somewhere\n")
        self.write("repo/model.bin.dvc", b"outs:\n- md5: %s\n  size: 1\n  hash: md5\n  path: model.bin\n" % (b"0" * 32))
        self.expect(INCOMPLETE, "verify-store", "repo")
        self.expect(CLEAN, "scan", "repo")

    def test_a_store_without_links(self):
        hub = self.hub()
        write(f"{hub.path}/snapshots/{COMMIT}/model.safetensors", model(1))
        os.makedirs(f"{hub.path}/blobs")
        self.expect(INCOMPLETE, "verify-store", "hub")

    def test_many_models_are_told_in_bounded_memory(self):
        hub = self.hub()
        for i in range(3000):
            hub.link(f"file-{i}", f"../../blobs/{sha256(b'missing %d' % i)}")
        (store,) = self.stores("verify-store", "hub", "--memory", "64M", code=FINDINGS)
        self.assertEqual(store["blobs"]["missing"], 3000)
        self.assertEqual(len(store["bad"]), 1000)
        self.assertEqual(store["models"][0]["damaged_parts"], 3000)

    def layout(self, where="layout", kit=None):
        """An image layout with two images that share a layer, and a blob that nothing needs."""
        one, two = (oci_parts.tar(oci_parts.file(f"models/{i}.safetensors", oci_parts.safetensors(i))) for i in (1, 2))
        layout = oci_parts.Layout()
        images = [oci_parts.named(layout.image(one), "one"), oci_parts.named(layout.image(one, two), "two")]
        layout.blob(b"nobody needs this", "text/plain")
        layout.write(self.dir / where, [] if kit else images)
        if kit:
            name = base64.urlsafe_b64encode(kit.encode()).decode()
            self.write(f"{where}/{name}-index.json", oci_parts.text({"schemaVersion": 2, "manifests": images}))
        def path(content):
            return self.dir / where / "blobs" / oci_parts.sha256(oci_parts.packed(content)).replace(":", "/")
        return path(one), path(two)

    def test_an_image_layout(self):
        for kind, kit, before in (("oci-layout", None, ""), ("kitops", "ghcr.io/org/kit", "ghcr.io/org/kit:")):
            shared, own = self.layout(kind, kit)
            for command in ("verify-store", "scan"):
                (store,) = self.stores(command, kind)
                self.assertEqual((store["kind"], store["blobs"]["orphaned"], store["models_damaged"]), (kind, 1, 0))
                report = self.report(command, kind)
                unused = [record["path"] for record in report["records"] for finding in record["findings"]
                          if finding["rule"] == "oci.blob.unreferenced"]
                self.assertEqual(unused, ["blobs/" + oci_parts.sha256(b"nobody needs this").replace(":", "/")])
            (store,) = self.stores("verify-store", kind)
            self.assertEqual({m["name"] for m in store["models"]}, {before + "one", before + "two"})
            content = shared.read_bytes()
            shared.write_bytes(content[:-1] + b"X")
            (store,) = self.stores("verify-store", kind, code=FINDINGS)
            self.assertEqual([blob["breaks"] for blob in store["bad"]], [[before + "one", before + "two"]])
            self.assertEqual((store["blobs"]["corrupt"], store["models_damaged"]), (1, 2))
            shared.write_bytes(content)
            own.unlink()
            for command in ("verify-store", "scan"):
                (store,) = self.stores(command, kind, code=INCOMPLETE)
            (store,) = self.stores("verify-store", kind, code=INCOMPLETE)
            self.assertEqual([(blob["state"], blob["breaks"]) for blob in store["bad"]], [("missing", [before + "two"])])

    def test_pointers_of_git_lfs(self):
        """Objects are told by the files that they stand for."""
        def pointer(content):
            return b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n" % (
                sha256(content).encode(), len(content))
        def place(content):
            name = sha256(content)
            return f"repo/.git/lfs/objects/{name[:2]}/{name[2:4]}/{name}"
        for i, path in enumerate(("model.bin", "data/deep/train.bin")):
            self.write("repo/" + path, pointer(model(i)))
            self.write(place(model(i)), model(i))
        self.write("repo/copy.bin", pointer(model(1)))
        self.write("repo/README.md", b"text\n")
        (store,) = self.stores("verify-store", "repo")
        self.assertEqual((store["kind"], store["path"], store["blobs"]["ok"]), ("git-lfs", "", 2))
        self.assertEqual(sorted(m["name"] for m in store["models"]), ["copy.bin", "data/deep/train.bin", "model.bin"])
        self.write(place(model(1)), model(5))
        for command, code in (("verify-store", FINDINGS), ("scan", FINDINGS)):
            (store,) = self.stores(command, "repo", code=code)
            self.assertEqual([blob["breaks"] for blob in store["bad"]], [["copy.bin", "data/deep/train.bin"]])
        os.unlink(self.dir / place(model(0)))
        (store,) = self.stores("verify-store", "repo", code=FINDINGS)
        self.assertEqual([blob["breaks"] for blob in store["bad"] if blob["state"] == "missing"], [["model.bin"]])

    def test_large_blobs(self):
        hub = self.hub()
        for i in range(4):
            content = noise(3 << 20, i)
            hub.file(f"weights-{i}.bin", content, named=sha256(content[:-1]) if i == 2 else None)
        (store,) = self.stores("verify-store", "hub", code=FINDINGS)
        self.assertEqual((store["blobs"]["ok"], store["blobs"]["corrupt"]), (3, 1))


if __name__ == "__main__":
    main()
