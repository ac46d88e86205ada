# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1, numpy 2.5.5
import numpy as np
np.save("floats.npy", np.arange(6, dtype="<f4").reshape(2, 3))
np.save("fortran.npy", np.asfortranarray(np.eye(3)))
np.save("scalar.npy", np.array(3.5))
np.save("empty.npy", np.zeros((0, 2)))
np.save("text.npy", np.array(["a", "bc\u00e9"]))
np.save("big_endian.npy", np.arange(3, dtype=">i2"))
np.save("structured.npy", np.array([(1, b"ab")], dtype=[("n", "<u2"), ("s", "S2")]))
np.save("unicode_field.npy", np.array([(1,)], dtype=[("n\u00e9", "<u2")]))
np.save("dates.npy", np.array(["2020-01-01"], "M8[D]"))
with open("version2.npy", "wb") as file:
    np.lib.format.write_array(file, np.arange(3), version=(2, 0))
with open("two_arrays.npy", "wb") as file:
    np.save(file, np.arange(3))
