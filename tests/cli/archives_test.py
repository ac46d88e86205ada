"""What a compressed file unpacks to: its digest, and what bombs may cost."""
import bz2
import gzip
import hashlib
import io
import json
import lzma
import pickle
import shutil
import struct
import subprocess
import tarfile
import unittest
import zipfile
import zlib

from _helpers import CLEAN, FINDINGS, INCOMPLETE, CliTest, is_sanitized, main, noise

PACKERS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


def tar(*members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Indexes(CliTest):
    def test_digests_in_the_index_of_a_layer(self):
        """They are compared where there is something to compare with."""
        def layer(name, digest):
            toc = {"version": 1, "entries": [{"name": "w.bin", "type": "reg", "size": 5, "digest": "sha256:" + digest}]}
            self.write(name, gzip.compress(tar(("w.bin", b"bytes"), ("stargz.index.json", json.dumps(toc).encode()))))
        layer("good.tar.gz", sha256(b"bytes"))
        layer("bad.tar.gz", sha256(b"other"))
        self.expect(CLEAN, "scan", "good.tar.gz", "--members")
        done = self.expect(FINDINGS, "scan", "bad.tar.gz", "--members")
        self.assertIn(b"oci.layer.index_mismatch", done.stdout)
        self.assertIn(b"oci.layer.lazy_index", self.expect(CLEAN, "scan", "bad.tar.gz").stdout)


def gzip_of_zeros(size):
    """A gzip file of that many zeros, made without making them all at once."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    step = bytes(1 << 20)
    return b"".join(packer.compress(step) for _ in range(size >> 20)) + packer.flush()


class Contents(CliTest):
    def digests(self, *args):
        done = self.assay("scan", "-q", "-o", "json", *args)
        return {record["path"]: record["digests"] for record in json.loads(done.stdout)["records"]}

    def test_the_content_has_the_digests_of_a_file(self):
        layer = tar(("weights.bin", noise(3 << 20)), ("app.py", b"print(1)\n" * 1000))
        for suffix, pack in PACKERS.items():
            packed = pack(layer)
            self.write(f"layer.tar.{suffix}", packed)
            little = [["--threads", "4", "--memory", "32M"]] if suffix == "gz" else []
            for options in ([], ["--threads", "1"], *little):
                with self.subTest(suffix, options=options):
                    got = self.digests(*options, f"layer.tar.{suffix}")
                    self.assertEqual(got[f"layer.tar.{suffix}"], {"sha256": sha256(packed)})
                    self.assertEqual(got[f"layer.tar.{suffix}!data"], {"sha256": sha256(layer)})
                    self.assertEqual(got[f"layer.tar.{suffix}!data!weights.bin"], {})

    def test_every_kind_that_is_asked_for(self):
        self.write("a.gz", gzip.compress(b"content"))
        got = self.digests("--digest", "md5,git-sha1", "a.gz")
        self.assertEqual(got["a.gz!data"], {"md5": hashlib.md5(b"content").hexdigest()})
        self.assertEqual(sorted(got["a.gz"]), ["git-sha1", "md5"])

    def test_a_damaged_stream_has_no_digest_of_its_content(self):
        packed = bytearray(gzip.compress(noise(2 << 20)))
        packed[len(packed) // 2] ^= 1
        for cut in (bytes(packed[:-100]), bytes(packed[:len(packed) // 2])):
            self.write("a.gz", cut)
            got = self.digests("a.gz")
            self.assertEqual(got["a.gz"], {"sha256": sha256(cut)})
            self.assertEqual(got["a.gz!data"], {})

    def test_many_layers_side_by_side(self):
        layers = {f"m/{i:02}.tar.gz": tar((f"{i}.txt", noise(200_000, i))) for i in range(20)}
        for name, layer in layers.items():
            self.write(name, gzip.compress(layer, 1))
        for threads in ("1", "2", "8"):
            got = self.digests("--threads", threads, "m")
            for name, layer in layers.items():
                self.assertEqual(got[name[2:] + "!data"], {"sha256": sha256(layer)})


class Forward(io.BytesIO):
    """A file that zipfile cannot go back in: it writes sizes behind the data."""
    def seekable(self):
        return False

    def tell(self):
        raise io.UnsupportedOperation


def zip_that_misleads():
    """A member that holds what looks like its own end, and then goes on."""
    front = b"a line of a model card\n" * 20
    end = struct.pack("<IIII", 0x08074B50, zlib.crc32(front), len(front), len(front))
    out = Forward()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("notes", front + end + b"and on it goes\n" * 20)
        archive.writestr("data.pkl", pickle.dumps({"lr": 0.1}))
    return out.getvalue()


class Spool(CliTest):
    def scan(self, *args):
        done = self.assay("scan", "-q", "-o", "json", *args)
        report = json.loads(done.stdout)
        rules = {finding["rule"] for record in report["records"] for finding in record["findings"]}
        return done.returncode, rules, report["records"]

    def test_a_zip_in_a_stream_is_read_by_its_directory(self):
        self.write("card.zip.gz", gzip.compress(zip_that_misleads()))
        code, rules, _ = self.scan("card.zip.gz")
        self.assertEqual(code, FINDINGS)
        self.assertIn("zip.stream.unconfirmed", rules)
        for options in ([], ["--threads", "1"], ["--block", "4K"], ["--members"]):
            with self.subTest(options):
                code, rules, records = self.scan("--spool", "1M", *options, "card.zip.gz")
                self.assertEqual((code, rules), (CLEAN, set()))
                self.assertEqual([record["coverage"] for record in records], ["full"] * 4)

    def test_standard_input_and_what_lies_deeper(self):
        inner = zip_that_misleads()
        self.write("a.zip", inner)
        with open(self.dir / "a.zip", "rb") as file:
            done = self.assay("scan", "-q", "--spool", "1M", "-", stdin=file)
        self.assertEqual(done.returncode, CLEAN, done.stdout)
        outer = Forward()
        with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in ("one.zip", "two.zip"):
                archive.writestr(name, inner)
        self.write("deep.tar.gz", gzip.compress(tar(("outer.zip", outer.getvalue()))))
        code, rules, records = self.scan("--spool", "1M", "deep.tar.gz")
        self.assertEqual((code, rules, len(records)), (CLEAN, set(), 9))

    def test_room_that_does_not_do_is_said(self):
        archive = zip_that_misleads()
        self.write("a.zip.gz", gzip.compress(archive))
        code, rules, _ = self.scan("--spool", str(len(archive) - 1), "a.zip.gz")
        self.assertEqual(code, FINDINGS)
        self.assertIn("engine.limit.spool", rules)
        self.assertIn("zip.stream.unconfirmed", rules)  # read forward, as without
        code, rules, _ = self.scan("--spool", str(len(archive)), "a.zip.gz")
        self.assertEqual((code, rules), (CLEAN, set()))

    def test_a_folder_that_cannot_be_written_is_said(self):
        self.write("a.zip.gz", gzip.compress(zip_that_misleads() + noise(200_000)))
        done = self.assay("scan", "-q", "--spool", "1M", "-o", "json", "a.zip.gz", env=self.env(TMPDIR="/proc"))
        self.assertIn(b"engine.limit.spool", done.stdout)
        self.assertEqual(done.returncode, FINDINGS)

    def test_a_pipe_that_is_cut(self):
        whole = gzip.compress(zip_that_misleads())
        self.write("a.zip.gz", whole[:len(whole) // 2])
        code, rules, _ = self.scan("--spool", "1M", "a.zip.gz")
        self.assertEqual(code, FINDINGS)
        self.assertIn("gzip.truncated", rules)

    @unittest.skipUnless(shutil.which("bsdtar"), "no bsdtar (libarchive-tools) here")
    def test_7z_in_a_stream(self):
        for i in range(3):
            self.write(f"in/{i}.bin", noise(300_000, i))
        self.write("in/more", noise(4 << 20) + bytes(76 << 20))
        subprocess.run(["bsdtar", "-c", "-f", self.dir / "a.7z", "--format", "7zip", "in"], check=True,
                       cwd=self.dir)
        with open(self.dir / "a.7z", "rb") as file:
            self.write("a.7z.xz", lzma.compress(file.read()))
        code, _, alone = self.scan("a.7z")
        self.assertEqual(code, CLEAN)
        code, rules, records = self.scan("--spool", "20M", "a.7z.xz")
        self.assertEqual((code, rules), (CLEAN, set()))
        self.assertEqual(len(records), len(alone) + 1)
        code, rules, _ = self.scan("--spool", "10K", "--memory", "32M", "a.7z.xz")
        self.assertEqual(code, INCOMPLETE)
        self.assertIn("engine.limit.spool", rules)

    @unittest.skipUnless(shutil.which("bsdtar"), "no bsdtar (libarchive-tools) here")
    def test_members_of_what_was_held_in_memory(self):
        """Their digests are made with those of others, when the copy that they were read from is gone."""
        self.write("in/0.bin", noise(5000))
        subprocess.run(["bsdtar", "-c", "-f", self.dir / "a.7z", "--format", "7zip", "in"], check=True, cwd=self.dir)
        behind = noise(9000, 2)
        with open(self.dir / "a.7z", "rb") as file:
            packed = gzip.compress(file.read() + behind)
        for i in range(12):
            self.write(f"many/{i:02}.7z.gz", packed)
        for options in (["--threads", "1"], ["--threads", "4"]):
            code, _, records = self.scan("--members", *options, "many")
            self.assertEqual(code, FINDINGS)
            told = [record["digests"] for record in records if record["path"].endswith("!data!trailing")]
            self.assertEqual(told, [{"sha256": sha256(behind)}] * 12)

    @unittest.skipIf(is_sanitized(), "a sanitizer's own memory counts, too")
    def test_memory_stays_in_the_budget(self):
        out = Forward()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("notes", noise(150 << 20).translate(bytes(range(128)) * 2))
        self.write("a.zip.gz", gzip.compress(out.getvalue(), 1))
        code, peak = self.peak_memory("scan", "--memory", "64M", "--spool", "1G", "a.zip.gz")
        self.assertEqual(code, CLEAN)
        self.assertLess(peak, 64)


class Limits(CliTest):
    def cut_by(self, *args):
        """The rules of limits that a scan meets; what they cut is not clean."""
        done = self.assay("scan", "-q", "-o", "json", "--fail-on", "critical", *args)
        found = {finding["rule"] for record in json.loads(done.stdout)["records"]
                 for finding in record["findings"] if finding["rule"].startswith("engine.limit.")}
        self.assertEqual(done.returncode, INCOMPLETE if found else CLEAN, args)
        return found

    def test_each_has_an_option(self):
        self.write("a.tar.gz", gzip.compress(tar(*((f"{i}.txt", b"text %d\n" % i * 1000) for i in range(10)))))
        self.assertEqual(self.cut_by("a.tar.gz"), set())
        self.assertEqual(self.cut_by("--max-depth", "1", "a.tar.gz"), {"engine.limit.depth"})
        self.assertEqual(self.cut_by("--max-members", "5", "a.tar.gz"), {"engine.limit.members"})
        self.assertEqual(self.cut_by("--max-unpacked", "10K", "a.tar.gz"), {"engine.limit.total"})
        self.write("zeros.gz", gzip_of_zeros(80 << 20))
        self.assertEqual(self.cut_by("--max-ratio", "2000", "zeros.gz"), set())
        self.assertEqual(self.cut_by("--max-ratio", "100", "zeros.gz"), {"engine.limit.ratio"})


@unittest.skipIf(is_sanitized(), "a sanitizer's own time and memory count, too")
class Bombs(CliTest):
    def test_zeros_without_end(self):
        self.write("bomb.gz", gzip_of_zeros(2 << 30))
        code, peak = self.peak_memory("scan", "bomb.gz")
        self.assertIn(code, (FINDINGS, INCOMPLETE))
        self.assertLess(peak, 256)

    def test_many_levels(self):
        data = b"the core\n"
        for _ in range(50):
            data = gzip.compress(data)
        self.write("deep.gz", data)
        done = self.assay("scan", "-q", "-o", "json", "deep.gz")
        records = json.loads(done.stdout)["records"]
        rules = [finding["rule"] for record in records for finding in record["findings"]]
        self.assertIn("engine.limit.depth", rules)
        self.assertIn(done.returncode, (FINDINGS, INCOMPLETE))
        self.assertLess(len(records), 20)


if __name__ == "__main__":
    main()
