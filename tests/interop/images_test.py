#!/usr/bin/env python3
"""Images made by skopeo, umoci and buildah, of this machine's own files: an ordinary image is clean, and the report
says what its final file system holds."""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "testdata"))
import tar_parts  # noqa: E402
from oci_parts import *  # noqa: E402,F403

ASSAY = os.environ["ASSAY"]
GRAVE = ("high", "critical")


def scan(*arguments):
    done = subprocess.run([ASSAY, "scan", "-q", "-o", "json", *arguments], capture_output=True, timeout=300)
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr.decode()


def run(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, timeout=300, **more)


def need(*tools):
    for tool in tools:
        if not shutil.which(tool):
            raise unittest.SkipTest(f"SKIPPED: there is no {tool} here; scripts/setup test installs it")


def rootfs(into):
    """What a small image holds, from this machine: programs with rights, links from the root, devices."""
    os.makedirs(os.path.join(into, "usr/bin"))
    for program in ("su", "passwd", "sh", "env", "ls"):
        path = shutil.which(program)
        if path:
            shutil.copy2(os.path.realpath(path), os.path.join(into, "usr/bin", program))
            shutil.copymode(os.path.realpath(path), os.path.join(into, "usr/bin", program))
    run("sh", "-c", f"tar -C / -cf - --exclude=etc/ssl etc | tar -C {into} -xf -")
    os.symlink("/usr/bin", os.path.join(into, "bin"))
    open(os.path.join(into, "usr/bin/.empty"), "w").close()


def layers(into):
    """A layout of two layers: the files of a system with two models, and one that replaces and removes."""
    root = os.path.join(into, "root")
    rootfs(root)
    for name in ("kept", "replaced", "removed"):
        put(os.path.join(root, "models", name + ".safetensors"), safetensors(1))
    os.chmod(os.path.join(root, "usr/bin/env"), 0o4755)
    base = run("tar", "-C", root, "-c", "--sort=name", ".").stdout
    above = tar(folder("models"), file("models/replaced.safetensors", safetensors(2)),
                file("models/.wh.removed.safetensors", b""))
    layout = Layout()
    layout.write(os.path.join(into, "layout"), [named(layout.image(base, above))])
    return os.path.join(into, "layout")


class Images(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.layout = layers(cls.folder)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def at(self, name):
        return os.path.join(self.folder, name)

    def ordinary(self, *arguments, images=1):
        code, report, complaint = scan(*arguments)
        found = [(record["path"], finding["rule"], finding["detail"]) for record in report["records"]
                 for finding in record["findings"] if finding["severity"] in GRAVE]
        self.assertEqual(found, [], arguments)
        partial = [(record["path"], record["coverage"], record["reason"]) for record in report["records"]
                   if record["coverage"] != "full"]
        self.assertEqual((code, partial), (0, []), complaint)
        self.assertEqual(len(report["images"]), images, arguments)
        return report["images"]

    def states(self, image):
        return {model["path"]: (model["state"], model["layer"], model.get("by_layer")) for model in image["models"]}

    def expect_states(self, image):
        self.assertEqual(image["kind"], "image")
        self.assertEqual(image["verdict"], "clean")
        states = self.states(image)
        self.assertEqual(states["models/kept.safetensors"], ("present", 0, None))
        self.assertIn(("removed", 0, 1), states.values())
        shown = [(model["path"], model["layer"], model["state"]) for model in image["models"]]
        self.assertIn(("models/replaced.safetensors", 0, "replaced"), shown)
        self.assertIn(("models/replaced.safetensors", 1, "present"), shown)

    def test_layout(self):
        for target in (self.layout, f"oci:{self.layout}", f"oci:{self.layout}:latest"):
            image = self.ordinary(target)[0]
            self.expect_states(image)
            self.assertEqual(image["reference"], "latest")
            self.assertEqual(image["platform"], "linux/amd64")
            with open(os.path.join(self.layout, "blobs", image["layers"][1]["digest"].replace(":", "/")), "rb") as blob:
                self.assertEqual(image["layers"][1]["diff_id"], sha256(gzip.decompress(blob.read())))
            digests = {model["path"]: model["sha256"] for model in image["models"] if model["state"] == "present"}
            self.assertEqual(digests["models/replaced.safetensors"], sha256(safetensors(2))[7:])

    def test_no_such_tag(self):
        code, report, _ = scan(f"oci:{self.layout}:other")
        self.assertEqual(code, 2)
        self.assertIn("no such image", json.dumps(report))

    def test_no_image_at_all(self):
        layout = Layout()
        layout.write(self.at("empty"), [])
        code, report, _ = scan(f"oci:{self.at('empty')}")
        self.assertEqual(code, 2)
        self.assertIn("the index names no image", json.dumps(report))

    def test_layers_that_are_missing(self):
        """They are of no type; and nobody looked at them."""
        layout = Layout()
        content = tar(file("etc/passwd"))
        layer = layout.layer(content)
        document = layout.manifest(layout.blob(config(content), CONFIG), [layer])
        layout.write(self.at("short"), [named(document)], without=["blobs/" + layer["digest"].replace(":", "/")])
        for target in (self.at("short"), f"oci:{self.at('short')}", f"oci:{self.at('short')}:latest"):
            code, report, _ = scan(target)
            rules = {finding["rule"] for record in report["records"] for finding in record["findings"]}
            self.assertEqual((code, report["summary"]["verdict"]), (2, "incomplete"), target)
            self.assertNotIn("oci.layer.mediatype_confusion", rules)

    def test_what_is_no_index(self):
        put(self.at("none/index.json"), b"[]")
        put(self.at("none/oci-layout"), b'{"imageLayoutVersion":"1.0.0"}')
        self.assertEqual(scan(f"oci:{self.at('none')}")[0], 1)

    def test_skopeo(self):
        need("skopeo")
        for kind, name in (("oci-archive", "a.tar"), ("docker-archive", "d.tar")):
            run("skopeo", "copy", "-q", "--insecure-policy", f"oci:{self.layout}:latest", f"{kind}:{self.at(name)}:repo:latest")
            for target in (self.at(name), f"{kind}:{self.at(name)}"):
                self.expect_states(self.ordinary(target)[0])
        run("skopeo", "copy", "-q", "--insecure-policy", "--dest-compress-format", "zstd", "--dest-compress",
            f"oci:{self.layout}:latest", f"oci:{self.at('zstd')}:latest")
        self.expect_states(self.ordinary(f"oci:{self.at('zstd')}:latest")[0])
        run("skopeo", "copy", "-q", "--insecure-policy", "--dest-compress-format", "zstd:chunked", "--dest-compress",
            f"oci:{self.layout}:latest", f"oci:{self.at('chunked')}:latest")
        # Of large layers skopeo 1.9 writes another tar than the one that it names; zstd says the same.
        self.assertIn("oci.layer.lazy_index", json.dumps(scan(f"oci:{self.at('chunked')}:latest")[1]))

    def test_umoci(self):
        need("umoci")
        where = self.at("umoci")
        run("umoci", "init", "--layout", where)
        run("umoci", "new", "--image", f"{where}:base")
        run("umoci", "unpack", "--image", f"{where}:base", self.at("bundle"))
        shutil.copytree(self.at("root"), os.path.join(self.at("bundle"), "rootfs"), symlinks=True, dirs_exist_ok=True)
        run("umoci", "repack", "--image", f"{where}:one", self.at("bundle"))
        shutil.rmtree(self.at("bundle"))
        run("umoci", "unpack", "--image", f"{where}:one", self.at("bundle"))
        models = os.path.join(self.at("bundle"), "rootfs", "models")
        os.remove(os.path.join(models, "removed.safetensors"))
        put(os.path.join(models, "replaced.safetensors"), safetensors(2))
        run("umoci", "repack", "--image", f"{where}:two", self.at("bundle"))
        self.expect_states(self.ordinary(f"oci:{where}:two")[0])

    def random_layers(self, random):
        """Files, folders, links of both kinds and removals, few names in few folders, so that they meet."""
        layers = []
        for number in range(random.randint(2, 4)):
            parts, names = ([folder("a"), folder("b")] if number == 0 else []), set()
            for _ in range(random.randint(1, 7)):
                within, last = random.choice(["", "a/", "b/", "a/c/"]), random.choice("xycb")
                name, kind = within + last, random.choice("ffffwwodshh")
                mark = within + (".wh..wh..opq" if kind == "o" else ".wh." + last)
                if name in names or mark in names or (kind in "wos" and number == 0):
                    continue
                if kind == "f":
                    parts.append(file(name, safetensors(random.randrange(5))))
                elif kind in "wo":
                    parts.append(file(mark, b""))
                elif kind == "d":
                    parts.append(folder(name))
                elif kind == "s":
                    to = random.choice([b"x", b"a/x", b"/b/x", b"nowhere"])
                    parts.append(tar_parts.header(name.encode(), kind=b"2", link=to))
                else:
                    to = sorted(one for one in names if ".wh" not in one)
                    if not to:
                        continue
                    parts.append(tar_parts.header(name.encode(), kind=b"1", link=random.choice(to).encode()))
                names.add(mark if kind in "wo" else name)
            layers.append(tar(*parts))
        return layers

    def test_the_final_file_system_is_that_of_umoci(self):
        """Whatever the layers do to each other, unless a finding says that readers disagree."""
        need("umoci")
        compared = links = 0
        for seed in range(60):
            where, bundle = self.at(f"random{seed}"), self.at(f"bundle{seed}")
            layout = Layout()
            layers = self.random_layers(random.Random(seed))
            layout.write(where, [named(layout.image(*layers))])
            if subprocess.run(["umoci", "unpack", "--image", f"{where}:latest", bundle], capture_output=True).returncode:
                continue
            code, report, _ = scan(f"oci:{where}:latest")
            if code:
                continue
            compared += 1
            theirs = {}
            for base, _, names in os.walk(os.path.join(bundle, "rootfs")):
                for path in (os.path.join(base, name) for name in names):
                    if not os.path.islink(path):
                        with open(path, "rb") as content:
                            theirs[os.path.relpath(path, os.path.join(bundle, "rootfs"))] = sha256(content.read())[7:]
                        links += os.stat(path).st_nlink > 1
            ours = {model["path"]: model["sha256"] for image in report["images"] for model in image["models"]
                    if model["state"] == "present"}
            self.assertEqual(ours, theirs, seed)
        self.assertGreater(compared, 15)
        self.assertGreater(links, 5)

    def test_buildah(self):
        need("buildah")
        flags = ["--root", self.at("store"), "--runroot", self.at("run"), "--storage-driver", "vfs"]
        try:
            made = run("buildah", *flags, "from", "scratch").stdout.decode().strip()
            run("buildah", *flags, "copy", "-q", made, self.at("root"), "/")
            run("buildah", *flags, "commit", "-q", made, f"oci:{self.at('buildah')}:latest")
        except subprocess.CalledProcessError as failed:
            self.skipTest(f"SKIPPED: buildah does not run here: {failed.stderr.decode()[-200:]}")
        image = self.ordinary(f"oci:{self.at('buildah')}:latest")[0]
        self.assertEqual(self.states(image)["models/kept.safetensors"], ("present", 0, None))

    def test_platform(self):
        layout = Layout()
        images = [layout.image(tar(file("etc/passwd"), file(f"models/{name}.safetensors", safetensors()))) for name in "ab"]
        several = layout.blob({"schemaVersion": 2, "mediaType": INDEX, "manifests": [
            {**image, "platform": {"os": "linux", "architecture": name}} for image, name in zip(images, ("amd64", "arm64"))]}, INDEX)
        layout.write(self.at("several"), [named(several)])
        self.assertEqual(len(self.ordinary(f"oci:{self.at('several')}:latest", images=2)), 2)
        one = self.ordinary(f"oci:{self.at('several')}:latest", "--platform", "linux/arm64")[0]
        self.assertEqual((one["platform"], [model["path"] for model in one["models"]]), ("linux/arm64", ["models/b.safetensors"]))
        for target in (self.at("several"), self.at("several") + ":latest"):
            code, report, _ = scan(f"oci:{target}", "--platform", "linux/s390x")
            self.assertEqual((code, report["summary"]["verdict"]), (2, "incomplete"))
            self.assertIn("there is no image for the platform linux/s390x", json.dumps(report))
        layout.write(self.at("mixed"), [named(several), named(layout.blob({"schemaVersion": 2, "mediaType": INDEX, "manifests": [
            {**images[0], "platform": {"os": "linux", "architecture": "amd64"}}]}, INDEX), "old")])
        for platform, code in (("linux/amd64", 0), ("linux/arm64", 2)):
            self.assertEqual(scan(f"oci:{self.at('mixed')}", "--platform", platform)[0], code, platform)

    def test_tag_that_moved(self):
        where, lock = self.at("moving"), self.at("lock.json")
        layout = Layout()
        layout.write(where, [named(layout.image(tar(file("etc/passwd"))))])
        code, _, complaint = scan(f"oci:{where}", "--write-lock", lock)
        self.assertEqual(code, 0, complaint)
        self.assertEqual(scan(f"oci:{where}", "--lock", lock)[0], 0)
        layout.write(where, [named(layout.image(tar(file("etc/group"))))])
        for target in (f"oci:{where}:latest", where):
            code, report, _ = scan(target, "--lock", lock)
            rules = [finding["rule"] for record in report["records"] for finding in record["findings"]]
            self.assertEqual((code, rules.count("oci.ref.mutated")), (1, 1), target)
        put(lock, b'{"schema":"assay.lock/1","refs":{"a":"no digest"}}')
        self.assertEqual(scan(where, "--lock", lock)[0], 4)

    def test_what_holds_no_models(self):
        layout = Layout()
        bundle = layout.manifest(layout.blob(b"{}", EMPTY), [layout.blob(b'{"a":1}', "application/vnd.dev.sigstore.bundle.v0.3+json")],
                                 artifactType="application/vnd.dev.sigstore.bundle.v0.3+json")
        layout.write(self.at("signature"), [named(bundle)])
        code, report, _ = scan(f"oci:{self.at('signature')}")
        self.assertEqual((code, report["summary"]["verdict"], report["images"][0]["verdict"], report["images"][0]["kind"]),
                         (3, "nothing", "not_applicable", "signature"))

    def test_threads_and_blocks_change_nothing(self):
        _, one, _ = scan(self.layout, "--threads", "1")
        self.assertEqual(scan(self.layout, "--threads", "8", "--block", "4096")[1], one)


if __name__ == "__main__":
    unittest.main()
