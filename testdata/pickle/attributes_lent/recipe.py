# Something to call as an attribute of an object that stands where another one is expected: what is made, set, hashed or
# printed on the way calls it.
from pickle_asm import *


def called(module, name, *arguments):
    return stack_global(module, name) + args(*(raw(item) if isinstance(item, bytes) else item for item in arguments)) + REDUCE


def pairs(items):
    return EMPTY_DICT + MARK + b"".join(text(key) + (item if isinstance(item, bytes) else constant(item)) for key, item in items.items()) + SETITEMS


def instance(module, name, items):
    return stack_global(module, name) + EMPTY_TUPLE + NEWOBJ + pairs(items) + BUILD


def namespace(**items):
    return instance("types", "SimpleNamespace", items)


def module(**items):
    return instance("torch.nn.modules.linear", "Identity", {"_modules": {}, **items})


def optimizer(name, **items):
    return instance("torch.optim." + name.lower(), name, {"defaults": {}, "param_groups": [], "state": {}, **items})


def attack(name, code):
    save(name + ".pkl", proto(4) + code + STOP)


LENT = called("functools", "partial", stack_global("builtins", "print"), "run")
WINDOWS = stack_global("pathlib", "PureWindowsPath") + EMPTY_TUPLE + NEWOBJ + NONE + pairs(
    {"_drv": "", "_root": "", "_parts": EMPTY_LIST + namespace(lower=LENT) + APPEND}) + TUPLE2 + BUILD
MANY = {f"a{i}": i for i in range(40)}
FUNCTION = stack_global("builtins", "print")

attack("optimizer_state", optimizer("Adam", state=namespace(values=LENT)))
attack("optimizer_state_bare", optimizer("Adam", state=namespace(values=FUNCTION)))
attack("optimizer_group", optimizer("SGD", param_groups=EMPTY_LIST + namespace(setdefault=LENT) + APPEND))
attack("optimizer_late_group", optimizer("SGD", param_groups=constant([{}] * 70) + namespace(setdefault=LENT) + APPEND))
attack("optimizer_defaults", optimizer("AdamW", defaults=namespace(setdefault=LENT)))
attack("optimizer_method", optimizer("Adam", _patch_step_function=LENT))
attack("optimizer_many", optimizer("Adam", **MANY, _patch_step_function=LENT))
attack("table_with_methods", instance("collections", "OrderedDict", {"values": LENT}))
attack("estimator_state", stack_global("sklearn.svm._classes", "SVC") + EMPTY_TUPLE + NEWOBJ + namespace(pop=LENT) + BUILD)
attack("path_as_key", EMPTY_DICT + WINDOWS + number(1) + SETITEM)
attack("path_in_set", EMPTY_SET + MARK + WINDOWS + ADDITEMS)
attack("module_printed", called("builtins", "str", module(extra_repr=LENT)))
attack("module_printed_inside", called("builtins", "str", namespace(a=module(extra_repr=LENT))))
attack("module_as_text", called("collections", "UserString", module(extra_repr=LENT)))
attack("module_in_series", called("pandas", "Series", EMPTY_LIST + module(extra_repr=LENT) + APPEND))
attack("identifier", called("uuid", "UUID", namespace(replace=LENT)))
attack("identifier_of_function", called("uuid", "UUID", namespace(replace=FUNCTION)))
attack("identifier_many", called("uuid", "UUID", namespace(**MANY, replace=LENT)))
attack("identifier_keywords", called("uuid", "UUID", stack_global("types", "SimpleNamespace") + EMPTY_TUPLE + pairs({"replace": LENT}) + NEWOBJ_EX))
attack("identifier_set_twice", called("uuid", "UUID", namespace(replace=LENT) + EMPTY_DICT + BUILD))
attack("identifier_by_map", called("builtins", "list", called("builtins", "map", stack_global("uuid", "UUID"), EMPTY_LIST + namespace(replace=LENT) + APPEND)))
attack("distribution", called("torch.distributions.categorical", "Categorical", namespace(dim=LENT)))
attack("distribution_of_module", called("torch.distributions.categorical", "Categorical", module(dim=LENT)))
attack("sequence", called("builtins", "list", instance("torch.nn.modules.container", "Sequential", {"_modules": namespace(values=LENT)})))
attack("processes", called("scipy.optimize._optimize", "MapWrapper", 2))
attack("isotonic", instance("sklearn.isotonic", "IsotonicRegression", {"X_thresholds_": 1, "y_thresholds_": 2, "_build_f": LENT}))
attack("distribution_of_state", instance("scipy.stats._continuous_distns", "norm_gen", {"_attach_methods": LENT}))
attack("rotation", stack_global("scipy.spatial.transform._rotation", "Rotation") + EMPTY_TUPLE + NEWOBJ + namespace(copy=LENT) + FALSE + TUPLE2 + BUILD)
attack("tree", instance("sklearn.tree._tree", "Tree", {"max_depth": 1, "nodes": namespace(astype=LENT)}))
attack("tree_of_data", stack_global("sklearn.neighbors._kd_tree", "KDTree") + EMPTY_TUPLE + NEWOBJ + MARK + namespace(copy=LENT) + NONE + NONE + TUPLE + BUILD)
attack("property", called("builtins", "getattr", instance("torch.distributions.mixture_same_family", "MixtureSameFamily", {"_batch_shape": namespace(numel=LENT)}), "mean"))
attack("error_of_document", called("json.decoder", "JSONDecodeError", "m", namespace(count=LENT), 0))
attack("sparse_as_dense", called("builtins", "getattr", instance("scipy.sparse._coo", "coo_matrix", {"toarray": LENT}), "A"))
attack("sparse_transposed", called("builtins", "getattr", instance("scipy.sparse._csr", "csr_matrix", {"transpose": LENT}), "T"))
attack("booster", instance("lightgbm.basic", "Booster", {"handle": namespace(encode=LENT)}))

# Attributes that are set by way of a table of pairs, that what is called has itself, and those of an object whose class
# only its constructor tells.
UUID = ("uuid", "UUID")
ADAM = stack_global("torch.optim.adam", "Adam")
STATE = {"state": namespace(values=LENT), "defaults": {}, "param_groups": []}
PAIR = EMPTY_LIST + text("replace") + LENT + TUPLE2 + APPEND
ZIPPED = called("builtins", "zip", EMPTY_LIST + text("replace") + APPEND, EMPTY_LIST + LENT + APPEND)
BARE = stack_global("types", "SimpleNamespace") + EMPTY_TUPLE + NEWOBJ
CONSTRUCTOR = called("builtins", "getattr", ADAM, "__new__")
MISSING = called("collections", "defaultdict", called("builtins", "getattr", instance("torch", "Tensor", {}), "zero_"))
TYPED = called("builtins", "getattr", called("torch", "ByteStorage", 1), "type")


def partial_with(attributes):
    print_ = stack_global("builtins", "print")
    return called("functools", "partial", print_) + MARK + print_ + EMPTY_TUPLE + EMPTY_DICT + attributes + TUPLE + BUILD


attack("pairs", called(*UUID, BARE + called("builtins", "dict", PAIR) + BUILD))
attack("pairs_in_order", called(*UUID, BARE + called("collections", "OrderedDict", PAIR) + BUILD))
attack("pairs_zipped", called(*UUID, BARE + called("builtins", "dict", ZIPPED) + BUILD))
attack("pairs_at_once", called(*UUID, called("types", "SimpleNamespace", PAIR)))
attack("partial_with_attribute", called(*UUID, partial_with(pairs({"replace": LENT}))))
attack("partial_with_object", called("torch.distributions.categorical", "Categorical", partial_with(pairs({"dtype": namespace(dim=LENT)}))))
attack("vectorize_with_attribute", called(*UUID, instance("numpy", "vectorize", {"replace": LENT})))
attack("made_by_constructor", CONSTRUCTOR + args(raw(ADAM)) + REDUCE + pairs(STATE) + BUILD)
attack("made_by_another", called("builtins", "getattr", stack_global("builtins", "object"), "__new__") + args(raw(ADAM)) + REDUCE + pairs(STATE) + BUILD)
attack("made_by_partial", called("functools", "partial", CONSTRUCTOR, ADAM) + EMPTY_TUPLE + REDUCE + pairs(STATE) + BUILD)
attack("made_by_alias", called("types", "GenericAlias", ADAM, ()) + EMPTY_TUPLE + REDUCE + pairs(STATE) + BUILD)
attack("field", called("torch.ao.nn.qat.modules.linear", "Linear", 1, 1, True, called("torch.ao.quantization.qconfig", "QConfig", LENT, LENT)))
attack("version", instance("sklearn.svm._classes", "SVC", {"_sklearn_version": module(_modules=namespace(items=LENT))}))
attack("version_late", instance("sklearn.svm._classes", "SVC", {**MANY, "_sklearn_version": module(_modules=namespace(items=LENT))}))
attack("weights_missing", instance("torch.nn.modules.rnn", "LSTM", {"all_weights": MISSING}))
attack("weights_missing_late", instance("torch.nn.modules.rnn", "LSTM", {**MANY, "all_weights": MISSING}))
attack("optimizer_missing", optimizer("Adam", state=EMPTY_DICT + number(0) + MISSING + SETITEM))
attack("storage_type", called("functools", "partial", TYPED, "antigravity"))

# What other calls give again: members of enumerations, time zones. And objects that a function makes of a class.
MEMBER = called("uuid", "SafeUUID", 0)
TIME = bytes([7, 228, 1, 1, 0, 0, 0, 0, 0, 0])


def zone_as_key(zone):
    return zone + pairs({"utcoffset": LENT}) + BUILD + EMPTY_DICT + called("datetime", "datetime", data(TIME), zone) + number(1) + SETITEM + TUPLE2


attack("member", MEMBER + pairs({"replace": LENT}) + BUILD + called(*UUID, MEMBER) + TUPLE2)
attack("zone_of_pytz", zone_as_key(called("pytz", "_UTC")))
attack("zone_of_dateutil", zone_as_key(called("dateutil.tz.tz", "tzutc")))
attack("made_by_rebuilding", called("torch._tensor", "_rebuild_from_type_v2", CONSTRUCTOR, ADAM, args(raw(ADAM)), pairs({"state": {}, "defaults": {}, "param_groups": []}))
       + pairs(STATE) + BUILD)
attack("unpickled_by_cython", called("pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked", stack_global("pandas.core.arrays.datetimes", "DatetimeArray"), 1,
                                     NONE + NONE + pairs({"__setstate__": stack_global("builtins", "list")}) + TUPLE3))

# The zone gets its method after the time was made of it; a booster calls one of its own when it is destroyed.
ZONE = stack_global("dateutil.tz.tz", "tzfile") + EMPTY_TUPLE + NEWOBJ + MEMOIZE
attack("zone_set_later", ZONE + called("datetime", "datetime", data(TIME), b"h\0") + MEMOIZE + b"h\0" + pairs({"utcoffset": LENT}) + BUILD
       + EMPTY_DICT + b"h\1" + number(1) + SETITEM + TUPLE3)
attack("booster_destroyed", instance("lightgbm.basic", "Booster", {"_network": True, "free_network": LENT}))
attack("class_that_opens", called(*UUID, namespace(replace=stack_global("dateutil.tz.tz", "tzfile"))))
