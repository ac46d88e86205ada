# An instance that is called does what its state says: torch's modules call their attribute "forward". What
# holds something to call may be called while the pickle is read, too.
from pickle_asm import *


def name(module, qualified):
    return raw(stack_global(module, qualified))


def made(module, qualified, *values):
    return raw(call4(module, qualified, *values))


def listed(*values):
    return raw(EMPTY_LIST + MARK + args(*values)[1:-1] + APPENDS)


def table(**entries):
    items = b"".join(text(key) + args(value)[1:-1] for key, value in entries.items())
    return EMPTY_DICT + MARK + items + SETITEMS


def instance(module, qualified, **state):
    return raw(stack_global(module, qualified) + EMPTY_TUPLE + NEWOBJ + table(**state) + BUILD)


def module_of(forward):
    tables = ["_parameters", "_buffers", "_modules", "_backward_hooks", "_forward_hooks", "_forward_pre_hooks"]
    return instance("torch.nn.modules.linear", "Identity", training=False, forward=forward,
                    **{key: raw(EMPTY_DICT) for key in tables})


def chain_of(*steps, **state):
    """Runs its functions one behind the other when it is called without arguments."""
    tables = ["_parameters", "_buffers", "_backward_hooks", "_forward_hooks", "_forward_pre_hooks"]
    return instance("torch.nn.utils.parametrize", "ParametrizationList", training=False, is_tensor=False,
                    ntensors=len(state), _modules=raw(table(**{str(i): step for i, step in enumerate(steps)})),
                    **{key: raw(EMPTY_DICT) for key in tables}, **state)


def triggered(chain):
    """A constructor that calls a method of its argument."""
    return made("torch.distributions.categorical", "Categorical", instance("types", "SimpleNamespace", dim=chain))


def partial(function, *values):
    state = MARK + function.code + args(*values) + EMPTY_DICT + NONE + TUPLE
    return raw(stack_global("functools", "partial") + function.code + TUPLE1 + REDUCE + state + BUILD)


def program(file, value):
    save(file, framed(value.code + STOP))


GETATTR = name("builtins", "getattr")
LOADS = name("json", "loads")
MODULE = module_of(GETATTR)
SERIES = made("pandas", "Series", listed(LOADS))
COMBINE = partial(made("builtins", "getattr", SERIES, "combine"), made("pandas", "Series", listed("__globals__")), GETATTR)

program("accumulate.pkl", made("builtins", "list", made("itertools", "accumulate", listed(LOADS, "__globals__"), MODULE)))
program("piecewise.pkl", made("numpy", "piecewise", listed(1), listed(True), listed(MODULE), "__class__"))
program("along_axis.pkl", made("numpy", "apply_along_axis", MODULE, 0, listed(1), "__class__"))
program("kept.pkl", made("graphlib", "TopologicalSorter", instance("types", "SimpleNamespace", items=COMBINE)))
program("method_given_getattr.pkl", COMBINE)
program("schedule.pkl", made("torch.optim.lr_scheduler", "SequentialLR", None, listed(MODULE), listed(1)))
program("moved.pkl", partial(made("builtins", "getattr", made("pathlib", "PosixPath", "a"), "replace"), "b"))

CHAIN = chain_of(GETATTR, made("operator", "methodcaller", "get", "__builtins__"), made("operator", "methodcaller", "get", "eval"),
                 name("functools", "partial"), made("operator", "methodcaller", "func", "1"),
                 original0=LOADS, original1="__globals__")
program("chain.pkl", triggered(CHAIN))
program("chain_of_methods.pkl", triggered(chain_of(made("operator", "attrgetter", "real"), original0=1)))
program("template.pkl", made("operator", "methodcaller", "from_string", "{{ 1 }}"))
program("method_with_function.pkl", made("operator", "methodcaller", "combine", SERIES, GETATTR))
program("getattr_kept.pkl", listed(GETATTR))
program("items_of_class.pkl", instance("collections", "UserDict", data=name("acme", "REGISTRY")))
program("base_elsewhere.pkl", made("copyreg", "_reconstructor", name("argparse", "Namespace"),
                                   name("graphlib", "TopologicalSorter"), instance("types", "SimpleNamespace", items=LOADS)))
