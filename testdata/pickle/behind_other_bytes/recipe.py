# A harmless front: text-protocol pickles before a gap and a payload, an archive behind a pickle.
import io
import zipfile

from pickle_asm import *

PAYLOAD = b"cos\nsystem\n(Vtrue\ntR."
for name in ("gap.txt", "gap.bin", "gap.pkl"):
    save(name, b"(lp0\n." + b"\n\n\n" + PAYLOAD)
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
    file.writestr(zipfile.ZipInfo("inner.pkl"), PAYLOAD)
save("archive.pkl", b"\x80\x04N." + archive.getvalue())
