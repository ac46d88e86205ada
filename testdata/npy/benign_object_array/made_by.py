# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1, numpy 2.5.5
import numpy as np
np.save("objects.npy", np.array([{"a": 1}, None, "x"], dtype=object))
np.save("object_field.npy", np.array([(1, "x")], dtype=[("n", "<i4"), ("o", "O")]))
