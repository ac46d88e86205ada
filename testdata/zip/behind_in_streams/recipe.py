"""ZIP archives behind other bytes, inside streams: readers of ZIP begin at the end, which a stream has last."""
import gzip
import io
import tarfile
import zipfile

EVIL = b"cos\nsystem\n(S'id'\ntR."


def archive(start=b"", comment=b""):
    out = io.BytesIO(start)
    out.seek(0, io.SEEK_END)
    with zipfile.ZipFile(out, "a") as made:
        made.writestr(zipfile.ZipInfo("data.pkl"), EVIL)
        made.comment = comment
    return out.getvalue()


def tar(*members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as made:
        for name, data in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            made.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def write(name, content):
    with open(name, "wb") as file:
        file.write(gzip.compress(content, 6, mtime=0))


bytes_ = bytes(range(256))
write("short.gz", archive(bytes_))
write("long.gz", archive(bytes_ * 1000))
write("not_counted.gz", bytes_ * 1000 + archive())
write("comment.gz", archive(bytes_ * 1000, comment=b"x" * 0xffff))
write("layer.tar.gz", tar(("text.txt", b"text\n" * 40_000), ("weights.bin", archive(bytes_ * 1000)),
                          ("notes.txt", b"PK\5\6 is how the end record of a ZIP archive begins.\n"),
                          ("short.bin", archive(b"text\n"))))
write("cut.gz", archive(bytes_ * 1000)[:-1])
write("further.gz", archive(bytes_ * 1000) + b"\0" * 70_000)
with open("plain.tar", "wb") as file:
    file.write(tar(("weights.bin", archive(bytes_ * 1000))))
