import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from torch_files import *

SYSTEM_INFO = pickle(b"}(" + text("protocol_version") + number(1000) + b"u")
stored = pickle(number(1)) + pickle(items(number(7), text("cpu"), name("torch", "FloatStorage"))) + struct.pack("<q", 6) + FLOATS
tensors = (pickle(number(1)) + pickle(items(number(8), number(7), name("torch", "FloatTensor"))) +
           struct.pack("<iiqqqqq", 2, 0, 2, 3, 3, 1, 0))
value = pickle(b"}(" + text("a") + number(8) + b"Qu")
members = [("sys_info", SYSTEM_INFO), ("pickle", value), ("storages", stored), ("tensors", tensors)]

def with_member(name, content):
    return tar([(member, content if member == name else old) for member, old in members])

write("plain.pt", tar(members))
write("payload.pt", with_member("pickle", pickle(call())))
write("payload_in_storages.pt", with_member("storages", stored.replace(pickle(number(1)), pickle(call() + b"0" + number(1)))))
write("trailing_in_storages.pt", with_member("storages", stored + pickle(call())))
write("truncated_storage.pt", with_member("storages", stored[:-4]))
write("huge_storage.pt", with_member("storages", stored.replace(struct.pack("<q", 6), struct.pack("<q", 2 ** 61))))
write("many_dimensions.pt", with_member("tensors", tensors.replace(struct.pack("<ii", 2, 0), struct.pack("<Ii", 2 ** 32 - 1, 0))))
write("link.pt", tar(members[:2], [("storages", "/etc/passwd")]))
write("other_member.pt", tar(members + [("readme", b"hello\n"), ("more.pkl", pickle(call()))]))
write("behind.pt", tar(members) + pickle(call()))
write("cut.pt", tar(members)[:1500])
write("members_late.pt", tar([("readme", b"hello\n"), ("pickle", pickle(call()))] + members[:1] + members[2:]))
