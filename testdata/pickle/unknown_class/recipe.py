# A class of an unknown package that is only made and given plain state: reported, and no failure.
from pickle_asm import *


save("plain.pkl", framed(stack_global("acme.tools", "Tool") + EMPTY_TUPLE + NEWOBJ + constant({"a": 1}) + BUILD + STOP))
