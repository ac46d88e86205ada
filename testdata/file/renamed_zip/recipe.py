import zipfile

with zipfile.ZipFile("data.json", "w") as archive:
    archive.writestr(zipfile.ZipInfo("a.txt"), "hello")
