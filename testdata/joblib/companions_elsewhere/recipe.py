# Names of companions, each spelled so that another folder is meant, or nobody knows which.
from joblib_asm import *

names = {"up": "../x.npy", "up_later": "a/../../x.npy", "backslash": "..\\x.npy", "drive": "c:x.npy", "share": "\\\\host\\x.npy",
         "missing": "model.pkl_07.npy", "number": 7, "none": None}
for name, path in names.items():
    save(name + ".pkl", proto(2) + companion(path) + STOP)
save("packed.pkl", proto(2) + companion("../x.npy.z", "ZNDArrayWrapper") + STOP)
save("new_module.pkl", proto(2) + companion("/x.npy", "NDArrayWrapper", "joblib.numpy_pickle_compat") + STOP)
save("vendored.pkl", proto(2) + companion("/x.npy", "NDArrayWrapper", "sklearn.externals.joblib.numpy_pickle") + STOP)
save("computed.pkl", proto(2) + companion(raw(call("__builtin__", "str", "/x"))) + STOP)
