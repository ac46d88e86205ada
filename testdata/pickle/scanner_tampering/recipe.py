# Pickles that reach for the scanner or for the log.
from pickle_asm import *


for module, name in [("picklescan.scanner", "scan_file_path"), ("fickling.fickle", "Pickled"), ("fickling.hook", "deactivate_safe_ml_environment"),
                     ("modelscan.modelscan", "ModelScan"), ("modelaudit.core", "scan_file"), ("logging", "disable"), ("logging.config", "dictConfig"),
                     ("logging.handlers", "HTTPHandler"), ("warnings", "simplefilter"), ("sys", "excepthook"), ("pickletools", "dis")]:
    save(f"{module}.{name}.pkl", framed(call4(module, name, "true") + STOP))
