# Partials, default dictionaries and half-used iterators as pickle writes them.
import collections
import functools
import itertools
import operator
import pickle

OBJECTS = {
    "partial": functools.partial(int, base=2),
    "partial_of_partial": functools.partial(functools.partial(int, base=2), "1"),
    "partial_of_method": functools.partial({}.get, "a"),
    "partial_of_getter": functools.partial(operator.itemgetter(1)),
    "partial_of_function": functools.partial(max, 1),
    "table_of_tables": collections.defaultdict(functools.partial(collections.defaultdict, list)),
    "map": map(int, ["1"]),
    "ranged": iter(range(4)),
    "accumulated": itertools.accumulate([1, 2], operator.add),
    "grouped": itertools.groupby([1, 1, 2]),
}
for name, value in OBJECTS.items():
    for protocol in (0, 2, 4):
        with open(f"{name}_p{protocol}.pkl", "wb") as file:
            pickle.dump(value, file, protocol)
