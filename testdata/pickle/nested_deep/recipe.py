# Pickles in pickles in pickles, deeper than anybody looks: said to be so, and never clean.
from pickle_asm import *


inner = framed(EVIL4 + STOP)
for depth in range(60):
    inner = framed(constant(inner) + STOP)
save("sixty.pkl", inner)
wide = framed(constant([framed(constant([n, "inner"]) + STOP) for n in range(3000)] + [framed(EVIL4 + STOP)]) + STOP)
save("wide.pkl", wide)
