# Wrote the files in input/ (run it there, with each environment). No test runs it.
# Python 3.11.7; NumPy 2.4.6, SciPy 1.17.1, pandas 3.1.1, scikit-learn 1.9.1, dateutil 4.0.0, shapely 2.2.0
# for "values"; hdbscan 0.8.44 for "clusters"; torch 2.15.0 for "torch".
import pickle
import sys


def save(what, value, protocols=(2, 4)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            pickle.dump(value, file, protocol)


def values():
    import dateutil.tz
    import numpy as np
    import pandas as pd
    import shapely
    from scipy import interpolate, spatial, stats
    from sklearn import compose, metrics, preprocessing
    x = np.linspace(0, 1, 5)
    save("interpolation", interpolate.Rbf(x, x, function="gaussian"))
    save("sampler", [stats.qmc.LatinHypercube(2), stats.qmc.Halton(2), stats.qmc.Sobol(2)])
    save("stable", stats.levy_stable)
    save("rigid", spatial.transform.RigidTransform.identity())
    save("hulls", [spatial.Delaunay([[0, 0], [1, 0], [0, 1]]), spatial.ConvexHull([[0, 0], [1, 0], [0, 1]])])
    frame = pd.DataFrame({"i": [1, 2]})
    frame.attrs = {"unit": len, "scale": np.log1p, "nested": {"by": str.lower}}
    save("notes", frame)
    save("functions", [preprocessing.FunctionTransformer(f) for f in (
        pd.to_numeric, pd.DataFrame.fillna, pd.DataFrame.to_numpy, pd.DataFrame.astype, pd.get_dummies, pd.Series.mean,
        preprocessing.normalize, metrics.classification_report, np.fft.rfft)])
    save("columns", compose.make_column_transformer((preprocessing.StandardScaler(), compose.make_column_selector(dtype_include=np.number))))
    save("slices", pd.IndexSlice)
    save("zone", dateutil.tz.gettz("Africa/Algiers"))
    save("shapes", [shapely.Point(1, 2), shapely.box(0, 0, 1, 1), shapely.STRtree([shapely.Point(0, 0)])])
    save("results", [np.linalg.eig(np.eye(2)), np.linalg.svd(np.eye(2)), np.linalg.slogdet(np.eye(2)), np.unique_all(x)])
    save("iterators", [map(len, ["a"]), map(str.lower, ["A"]), map(str.split, ["a b"]), filter(str.isalpha, ["a"]), map(abs, [-1])])


def standard():
    import graphlib
    import http.cookiejar
    import io
    import multiprocessing
    import optparse
    import plistlib
    import pwd
    import resource
    import sqlite3
    import tarfile
    import time
    import tokenize
    cookie = http.cookiejar.Cookie(0, "a", "b", None, False, "d", True, False, "/", True, False, None, False, None, None, {})
    save("standard", [cookie, multiprocessing.TimeoutError("x"), optparse.Values({"a": 1}), plistlib.UID(1), pwd.getpwuid(0), resource.getrusage(0),
                      sqlite3.IntegrityError("x"), tarfile.TarInfo("a"), time.time, graphlib.TopologicalSorter({1: [2]}),
                      list(tokenize.generate_tokens(io.StringIO("a=1\n").readline))])


def clusters():
    import hdbscan
    import numpy as np
    save("clusters", hdbscan.HDBSCAN(min_cluster_size=2).fit(np.array([[0.0], [0.1], [0.2], [5], [5.1], [5.2]])))


def torch():
    import torch
    save("torch", [torch.ao.quantization.get_default_qconfig("x86"), torch.OutOfMemoryError("x")])
    torch.save({"jagged": torch.nested.nested_tensor([torch.ones(1), torch.ones(2)], layout=torch.jagged),
                "transposed": torch.conv_transpose2d}, "jagged.pt")


for name in sys.argv[1:]:
    globals()[name]()
