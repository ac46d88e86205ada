"""What Python's zipfile writes: nothing is to be found."""
import io
import zipfile


class Pipe(io.RawIOBase):
    def __init__(self, name):
        super().__init__()
        self.file = open(name, "wb")

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)

    def flush(self):
        self.file.flush()


def fill(file):
    for number, method in enumerate([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]):
        info = zipfile.ZipInfo(f"text{number}.txt")
        info.compress_type = method
        with file.open(info, "w", force_zip64=number == 1) as member:
            member.write(b"some lines of text\n" * 50)
    file.writestr(zipfile.ZipInfo("folder/"), b"")
    file.writestr(zipfile.ZipInfo("folder/\u00fcn\u00ef.txt"), b"a name in UTF-8\n")


with zipfile.ZipFile("plain.zip", "w") as file:
    fill(file)
with zipfile.ZipFile(Pipe("piped.zip"), "w") as file:
    fill(file)
with zipfile.ZipFile("commented.zip", "w") as file:
    fill(file)
    file.comment = b"made on a Tuesday"
with zipfile.ZipFile("empty.zip", "w"):
    pass
with zipfile.ZipFile("nested.zip", "w") as file:
    file.write("plain.zip", "stored.zip", zipfile.ZIP_STORED)
    file.write("piped.zip", "deflated.zip", zipfile.ZIP_DEFLATED)
