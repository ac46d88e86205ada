"""What a compressed file unpacks to: its digest, and what bombs may cost."""
import bz2
import gzip
import hashlib
import io
import json
import lzma
import tarfile
import unittest
import zlib

from _helpers import FINDINGS, INCOMPLETE, CliTest, is_sanitized, main, noise

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
