"""Small files that would cost whoever unpacks them a disk, a memory or a day: never clean, and cheap to refuse."""
import bz2
import gzip
import io
import itertools
import json
import lzma
import os
import shutil
import struct
import subprocess
import tarfile
import time
import unittest
import zipfile
import zlib

from _helpers import FINDINGS, INCOMPLETE, CliTest, is_sanitized, main

MIB = 1 << 20
SIZE = 1024 * MIB  # of zeros; each kind of packer makes less than a megabyte of them


def streamed(packer, size=SIZE):
    step = bytes(MIB)
    return b"".join(packer.compress(step) for _ in range(size // MIB)) + packer.flush()


def zstd_of_zeros():
    """Blocks of one byte that comes 128 Ki times."""
    count = SIZE // (128 << 10)
    block = ((128 << 10) << 3 | 2).to_bytes(3, "little") + b"\0"
    return b"\x28\xb5\x2f\xfd\0\x50" + block * (count - 1) + (int.from_bytes(block[:3], "little") | 1).to_bytes(3, "little") + b"\0"


def lz4_of_zeros():
    """Blocks of 4 MiB: one zero, a match of all that follow, and the five bytes that must not be a match."""
    length = 4 * MIB - 6
    block = b"\x1f\0\1\0" + b"\xff" * ((length - 19) // 255) + bytes([(length - 19) % 255]) + b"\x50" + bytes(5)
    return b"\x04\x22\x4d\x18\x60\x70\x73" + (struct.pack("<I", len(block)) + block) * (SIZE // (4 * MIB)) + bytes(4)


def headers(count, size=0):
    """So many tar headers, one file each."""
    plain = bytearray(tarfile.TarInfo("00000000").tobuf(tarfile.USTAR_FORMAT))
    plain[124:135] = b"%011o" % size
    plain[148:156] = b" " * 8
    base = sum(plain) - 8 * 48
    out = io.BytesIO()
    for i in range(count):
        name = b"%08d" % i
        plain[0:8] = name
        plain[148:156] = b"%06o\0 " % (base + sum(name))
        out.write(plain)
    return out.getvalue() + bytes(1024)


@unittest.skipIf(is_sanitized(), "a sanitizer's own time and memory count, too")
class Bombs(CliTest):
    def refused(self, name, *options, seconds=60, memory=64):
        """The rules found; not clean, in bounded time and memory."""
        begin = time.monotonic()
        code, peak = self.peak_memory("scan", "--memory", f"{memory}M", *options, name)
        self.assertIn(code, (FINDINGS, INCOMPLETE), name)
        self.assertLess(peak, memory, name)
        self.assertLess(time.monotonic() - begin, seconds, name)
        done = self.assay("scan", "-q", "-o", "json", "--memory", f"{memory}M", *options, name)
        self.assertEqual(done.returncode, code)
        return {finding["rule"] for record in json.loads(done.stdout)["records"] for finding in record["findings"]}

    def test_zeros_by_every_packer(self):
        packed = {"gz": streamed(zlib.compressobj(9, zlib.DEFLATED, 31)), "bz2": streamed(bz2.BZ2Compressor()),
                  "xz": streamed(lzma.LZMACompressor(preset=0)), "zst": zstd_of_zeros(), "lz4": lz4_of_zeros()}
        for suffix, data in packed.items():
            with self.subTest(suffix):
                self.assertLess(len(data), 5 * MIB)
                self.write(f"bomb.{suffix}", data)
                limit = [] if suffix not in ("gz", "lz4") else ["--max-ratio", "200"]  # they pack no better than that
                self.assertLessEqual({"engine.limit.ratio", "compress.ratio.bomb"}, self.refused(f"bomb.{suffix}", *limit))

    def test_it_is_not_unpacked_to_its_end(self):
        """A bomb of a bomb: terabytes, if anybody went on."""
        self.write("bomb.gz", gzip.compress(zstd_of_zeros() * 1000))
        self.assertIn("engine.limit.ratio", self.refused("bomb.gz"))

    @unittest.skipUnless(shutil.which("bsdtar"), "SKIP: no bsdtar (libarchive-tools) here")
    def test_a_7z(self):
        with open(self.dir / "zeros", "wb") as file:
            os.truncate(file.fileno(), 256 * MIB)
        subprocess.run(["bsdtar", "-c", "-f", "bomb.7z", "--format", "7zip", "zeros"], check=True, cwd=self.dir)
        self.assertIn("engine.limit.ratio", self.refused("bomb.7z", memory=512))

    def test_a_zip_whose_entries_share_one_member(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("0", bytes(16 * MIB))
        whole = out.getvalue()
        end = whole.rindex(b"PK\5\6")
        start = struct.unpack("<I", whole[end + 16:end + 20])[0]
        entry = bytearray(whole[start:end])
        entries = bytearray()
        for i in range(50_000):
            entry[28:30] = struct.pack("<H", 5)
            entries += entry[:46] + b"%05d" % i
        tail = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 50_000, 50_000, len(entries), start, 0)
        self.write("bomb.zip", whole[:start] + entries + tail)
        self.assertIn("zip.entry.overlap", self.refused("bomb.zip"))

    def test_archives_within_archives(self):
        """Whoever follows them all sees sixteen to the hundredth files."""
        data = b"the core\n"
        for _ in range(100):
            data = gzip.compress(data)
        self.write("deep.gz", data)
        self.assertIn("engine.limit.depth", self.refused("deep.gz"))
        data = b"the core\n"
        for _ in range(20):
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
                for name in "abcd":
                    archive.writestr(name + ".zip", data)
            data = out.getvalue()
        self.write("wide.zip", data)
        self.assertIn("engine.limit.members", self.refused("wide.zip", "--max-members", "10000"))

    def test_more_members_than_anybody_needs(self):
        """As many headers as --max-members allows, and as many again."""
        self.write("many.tar.gz", gzip.compress(headers(200_000), 1))
        rules = self.refused("many.tar.gz", "--max-members", "100000", "--max-ratio", "100000", seconds=120)
        self.assertIn("engine.limit.members", rules)

    def test_a_million_members(self):
        """Each is looked at; their names are compared as far as there is room, which is said."""
        self.write("many.tar", headers(1_000_000))
        begin = time.monotonic()
        code, peak = self.peak_memory("scan", "--memory", "64M", "-o", "json=report.json", "many.tar")
        self.assertEqual(code, INCOMPLETE)
        self.assertLess(peak, 64)
        self.assertLess(time.monotonic() - begin, 300)
        with open(self.dir / "report.json", "rb") as file:
            first = file.read(4096)
            file.seek(-1000, os.SEEK_END)
            last = file.read()
        for rule in (b"tar.count.excess", b"engine.limit.pinned"):
            self.assertIn(b'"rule":"' + rule, first)
        self.assertIn(b'"full":1000000', last)

    def test_a_cpio_with_a_name_of_gigabytes(self):
        """libarchive would hold all of it."""
        fields = [1, 0o100644, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x30000000, 0]
        header = b"070701" + b"".join(b"%08x" % field for field in fields)
        self.write("bomb.cpio.gz", gzip.compress(header + bytes(400 * MIB), 1))
        self.assertIn("engine.limit.pinned", self.refused("bomb.cpio.gz", "--max-ratio", "100000"))

    def test_endless_names_and_records(self):
        """A pax record that says it is terabytes long, and a long name that is."""
        entry = tarfile.TarInfo("PaxHeader")
        entry.type = tarfile.XHDTYPE
        entry.size = 7 << 30
        self.write("pax.tar", entry.tobuf(tarfile.USTAR_FORMAT) + b"7516192768 path=" + b"a" * 100_000)
        self.refused("pax.tar")
        entry.name, entry.type = "././@LongLink", tarfile.GNUTYPE_LONGNAME
        entry.size = 256 * MIB
        head = gzip.compress(entry.tobuf(tarfile.GNU_FORMAT) + b"a" * (256 * MIB) + headers(1))
        self.write("name.tar.gz", head)
        self.refused("name.tar.gz")

    def test_streams_of_nothing(self):
        """Members that unpack to nothing have no ratio, and must end all the same."""
        nothing = gzip.compress(b"", mtime=0)
        self.write("nothing.gz", b"".join(itertools.repeat(nothing, 200_000)))
        code, peak = self.peak_memory("scan", "--memory", "64M", "nothing.gz")
        self.assertLess(peak, 64)
        self.assertEqual(code, 0)  # 4 MB of headers: all of it was read, and there is nothing in it


if __name__ == "__main__":
    main()
