# BUILD on what is not an instance, and items for objects that are not containers: both call methods, or write
# into classes and modules.
from pickle_asm import *


save("build_class.pkl", proto(4) + stack_global("collections", "Counter") + constant({"update": None}) + BUILD + STOP)
save("build_function.pkl", proto(2) + glob("_codecs", "encode") + constant({"x": 1}) + BUILD + STOP)
save("build_slots.pkl", proto(4) + stack_global("datetime", "date") + args(None, {"today": 1}) + BUILD + STOP)
save("build_unknown_class.pkl", proto(4) + stack_global("acme.models", "Net") + constant({"forward": 1}) + BUILD + STOP)
save("append.pkl", proto(4) + stack_global("acme.queue", "Queue") + EMPTY_TUPLE + NEWOBJ + text("true") + APPEND + STOP)
save("appends.pkl", proto(4) + stack_global("acme.queue", "Queue") + EMPTY_TUPLE + NEWOBJ + MARK + text("true") + APPENDS + STOP)
save("setitem.pkl", proto(4) + stack_global("os", "environ") + text("PATH") + text("/nowhere") + SETITEM + STOP)
save("setitems.pkl", proto(4) + stack_global("sys", "modules") + MARK + text("os") + NONE + SETITEMS + STOP)
save("additems.pkl", proto(4) + stack_global("acme.queue", "Pool") + EMPTY_TUPLE + NEWOBJ + MARK + text("true") + ADDITEMS + STOP)
save("setitem_on_global.pkl", proto(4) + stack_global("collections", "OrderedDict") + text("a") + number(1) + SETITEM + STOP)
