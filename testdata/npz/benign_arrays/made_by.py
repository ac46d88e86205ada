# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1, numpy 2.5.5, scipy 1.18.1
import numpy as np
import scipy.sparse
np.savez("arrays.npz", a=np.arange(3), b=np.eye(2), **{"with space": np.zeros(1)})
np.savez_compressed("compressed.npz", a=np.arange(300), b=np.array(["x"]))
np.savez("objects.npz", o=np.array([None, {"a": 1}], dtype=object))
np.savez("empty.npz")
scipy.sparse.save_npz("sparse.npz", scipy.sparse.csr_matrix(np.eye(3)))
