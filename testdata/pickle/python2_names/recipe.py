# Below protocol 4 Python 3 reads the names of Python 2 as its own: commands is subprocess, cPickle is pickle.
from pickle_asm import *


for version in (0, 2):
    head = proto(2) if version else b""
    for module, name in [("commands", "getoutput"), ("__builtin__", "eval"), ("__builtin__", "execfile"), ("cPickle", "loads"),
                         ("copy_reg", "add_extension"), ("urllib2", "urlopen"), ("_winreg", "CreateKey"), ("os", "getcwdu"),
                         ("__builtin__", "reload"), ("thread", "start_new_thread"), ("dl", "open")]:
        save(f"{module.strip('_')}_{name}_{version}.pkl", head + call(module, name, "1") + STOP)
