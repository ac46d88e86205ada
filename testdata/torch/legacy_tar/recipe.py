# The oldest form: a tar archive of pickles and storages.
import io
import tarfile

from pickle_asm import *


def archive(name, **members):
    with tarfile.open(name, "w", format=tarfile.USTAR_FORMAT) as tar:
        for member, content in members.items():
            info = tarfile.TarInfo(member)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


NOTHING = proto(2) + number(0) + STOP
CLEAN = {"sys_info": proto(2) + constant({"protocol_version": 1000}) + STOP, "storages": NOTHING + proto(2) + EMPTY_LIST + STOP, "tensors": NOTHING,
         "pickle": proto(2) + constant([1]) + STOP}
for member in CLEAN:
    archive(f"in_{member}.pt", **{**CLEAN, member: CLEAN[member][:2] + EVIL + POP + CLEAN[member][2:]})
