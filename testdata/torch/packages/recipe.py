import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from torch_files import *

good = state(tensor(storage("0", 6), [2, 3]))

package = Archive("net").add(".data/extern_modules", b"torch\n").add(".data/version", b"6\n").add("net/model.py", b"import torch\n")
package.add(".data/0.storage", FLOATS).add("model/model.pkl", good).add("byteorder", b"little").close("package.pt")
package = Archive("net").add(".data/extern_modules", b"torch\n").add(".data/version", b"6\n")
package.add("model/model.pkl", pickle(persistent(text("reduce_package"), text("1"), name("posix", "system"), items(text("id")))))
package.close("package_calls.pt")
mar = Archive("").add("MAR-INF/MANIFEST.json", b"{}\n").add("handler.py", b"import os\n")
mar.add("model.pt", b"no archive").close("served.mar")
