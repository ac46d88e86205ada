# The same functions under the names of the modules behind the modules.
from pickle_asm import *


for module, name in [("posix", "system"), ("nt", "system"), ("_io", "FileIO"), ("_io", "open_code"), ("_pickle", "loads"),
                     ("_posixsubprocess", "fork_exec"), ("_operator", "attrgetter"), ("_frozen_importlib", "__import__"), ("imp", "load_source"),
                     ("_ctypes", "CFuncPtr"), ("_socket", "socket"), ("_thread", "start_new_thread"), ("_winapi", "CreateProcess"),
                     ("asyncio.unix_events", "_UnixSubprocessTransport"), ("asyncio.base_subprocess", "BaseSubprocessTransport"),
                     ("importlib._bootstrap", "_gcd_import"), ("posixpath", "os"), ("multiprocessing.popen_fork", "os")]:
    value = "__class__.__bases__" if name == "attrgetter" else "true"
    save(f"{module.strip('_')}.{name}.pkl", framed(call4(module, name, value) + STOP))
partial = call4("_functools", "partial", raw(stack_global("os", "system")), "true")
save("functools.partial.pkl", framed(partial + EMPTY_TUPLE + REDUCE + STOP))
