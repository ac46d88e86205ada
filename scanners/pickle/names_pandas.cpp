// pandas: frames, series, indexes and what they are built of, under the names of versions 0.2x
// to 3.
//
// Reviewed: the constructors that pickling uses keep blocks of arrays and labels. Dangerous:
// everything that reads or writes files and databases (read_*, pandas.io), what evaluates text
// (eval, query, pandas.core.computation), what unpacks pickles (pandas.compat.pickle_compat).
#include "name_tables.h"

namespace assay::pickle {
namespace {

using enum Capability;

constexpr std::string_view kFrame = "a frame, a series, an index or a part of one";
constexpr std::string_view kGroups = "groups by what a function says of each label";
constexpr std::string_view kRebuilds = "how frames and indexes are pickled";
constexpr std::string_view kTime = "a point, a span or a step of time";
constexpr std::string_view kType = "a type of elements";
constexpr std::string_view kNoDefault = "the marker of an argument that was not given";
constexpr std::string_view kFiles = "reads or writes files";
constexpr std::string_view kEvaluates = "evaluates text as code";
constexpr std::string_view kTests = "runs code or programs for tests";
constexpr std::string_view kException = "an exception is a value until it is raised";

constexpr std::string_view kFrames =
    "Categorical CategoricalIndex DataFrame DatetimeIndex Float64Index Flags Grouper Index "
    "Int64Index Interval IntervalIndex MultiIndex NA NamedAgg NaT Period PeriodIndex RangeIndex "
    "Series SparseDataFrame SparseSeries Timedelta TimedeltaIndex Timestamp UInt64Index DateOffset";
constexpr std::string_view kDtypes =
    "ArrowDtype BooleanDtype CategoricalDtype DatetimeTZDtype Float32Dtype Float64Dtype Int16Dtype "
    "Int32Dtype Int64Dtype Int8Dtype IntervalDtype NumpyEADtype PandasDtype PeriodDtype "
    "SparseDtype "
    "StringDtype UInt16Dtype UInt32Dtype UInt64Dtype UInt8Dtype";
constexpr std::string_view kReaders =
    "ExcelFile ExcelWriter HDFStore read_clipboard read_csv read_excel read_feather read_fwf "
    "read_gbq read_hdf read_html read_iceberg read_json read_msgpack read_orc read_parquet "
    "read_sas read_spss read_sql read_sql_query read_sql_table read_stata read_table read_xml "
    "to_msgpack";
constexpr std::string_view kFunctions =
    "concat cut factorize get_dummies isna isnull merge notna notnull qcut to_datetime to_numeric "
    "to_timedelta unique";
// Of the methods those that a pipeline is given as its functions; not those that call functions
// or evaluate texts.
constexpr std::string_view kFrameMethods =
    "DataFrame.astype DataFrame.dropna DataFrame.fillna DataFrame.isna DataFrame.to_numpy "
    "Series.astype Series.dropna Series.fillna Series.isna Series.mean Series.median "
    "Series.to_numpy";
constexpr std::string_view kFunction = "a function of the library, only to be named";
constexpr std::string_view kNewIndex =
    "_new_DatetimeIndex _new_Index _new_IntervalIndex _new_PeriodIndex _new_TimedeltaIndex";

constexpr NameRule kRules[] = {
    {"pandas", kFrames, allow(), kFrame},
    {"pandas", kDtypes, allow(), kType},
    {"pandas", kFunctions, allow(Use::kReference), kFunction},
    {"pandas", kFrameMethods, allow(Use::kReference), kFunction},
    {"pandas", "eval", deny(kExecute), kEvaluates},
    {"pandas", "read_pickle to_pickle", deny(kDeserialise), "unpacks pickles"},
    {"pandas", kReaders, deny(kFile), kFiles},
    {"pandas", "set_option reset_option describe_option", deny(kTamper),
     "changes settings of the process"},
    {"pandas", "test show_versions", deny(kExecute), kTests},
    {"pandas._libs.**", "_unpickle_block", allow(), kRebuilds},
    {"pandas._libs.arrays", "NDArrayBacked", allow(), kFrame},
    {"pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked", allow(Use::kMakesInstance), kRebuilds},
    {"pandas._libs.index", "*Engine", allow(), kFrame},
    {"pandas._libs.internals", "BlockManager BlockPlacement BlockValuesRefs", allow(), kFrame},
    {"pandas._libs.interval", "Interval IntervalMixin IntervalTree", allow(), kFrame},
    {"pandas._libs.interval", "__pyx_unpickle_IntervalMixin", allow(Use::kMakesInstance),
     kRebuilds},
    {"pandas._libs.lib", "_NoDefault", allow(Use::kShared), kNoDefault},
    {"pandas._libs.lib", "_NoDefault.no_default", allow(Use::kReference), kNoDefault},
    {"pandas._libs.missing", "NA NAType", allow(), kType},
    {"pandas._libs.sparse", "BlockIndex IntIndex", allow(), kFrame},
    {"pandas._libs.sparse", "__pyx_unpickle_SparseIndex", allow(Use::kMakesInstance), kRebuilds},
    {"pandas._libs.testing.**", "**", deny(kExecute), kTests},
    {"pandas._libs.tslib", "NaTType Timedelta Timestamp __nat_unpickle _nat_unpickle", allow(),
     kTime},
    {"pandas._libs.tslibs.dtypes", "PeriodDtypeBase", allow(), kType},
    {"pandas._libs.tslibs.nattype", "NaTType __nat_unpickle _nat_unpickle", allow(), kTime},
    {"pandas._libs.tslibs.offsets", "*", allow(), kTime},
    {"pandas._libs.tslibs.period", "Period", allow(), kTime},
    {"pandas._libs.tslibs.timedeltas", "Timedelta _timedelta_unpickle", allow(), kTime},
    {"pandas._libs.tslibs.timestamps", "Timestamp _unpickle_timestamp", allow(), kTime},
    {"pandas._testing.**", "**", deny(kExecute), kTests},
    {"pandas._tslib", "NaTType Timestamp __nat_unpickle", allow(), kTime},
    {"pandas.api.typing", "DataFrameGroupBy SeriesGroupBy", allow(Use::kCallsArgument), kGroups},
    {"pandas.api.typing", "NAType NaTType", allow(), kFrame},
    {"pandas.arrays", "*Array", allow(), kFrame},
    {"pandas.arrays", "Categorical", allow(), kFrame},
    {"pandas.compat.pickle_compat.**", "**", deny(kDeserialise), "unpacks pickles"},
    {"pandas.core.algorithms.**", "**", deny(kIntrospection), "works on what it is given"},
    {"pandas.core.arrays.**", "*Array *Dtype Categorical", allow(), kFrame},
    {"pandas.core.categorical", "Categorical", allow(), kFrame},
    {"pandas.core.computation.**", "**", deny(kExecute), kEvaluates},
    {"pandas.core.dtypes.dtypes", "*Dtype *DtypeType ExtensionDtype", allow(), kType},
    {"pandas.core.flags", "Flags", allow(), kFrame},
    {"pandas.core.frame", "DataFrame", allow(), kFrame},
    {"pandas.core.frame", kFrameMethods, allow(Use::kReference), kFunction},
    {"pandas.core.generic", "NDFrame", allow(), kFrame},
    {"pandas.core.generic", "NDFrame.astype NDFrame.fillna", allow(Use::kReference), kFunction},
    {"pandas.core.groupby.**", "BaseGrouper Grouping *GroupBy", allow(Use::kCallsArgument),
     kGroups},
    {"pandas.core.groupby.**", "Grouper", allow(), kFrame},
    {"pandas.core.index", "FrozenList FrozenNDArray Index MultiIndex", allow(), kFrame},
    {"pandas.core.index", kNewIndex, allow(Use::kMakesInstance), kRebuilds},
    {"pandas.core.indexes.**", "*Index Index", allow(), kFrame},
    {"pandas.core.indexes.**", kNewIndex, allow(Use::kMakesInstance), kRebuilds},
    {"pandas.core.indexes.frozen", "FrozenList FrozenNDArray", allow(Use::kContainer), kFrame},
    {"pandas.core.indexing", "_IndexSlice", allow(), kFrame},
    {"pandas.core.internals", "*Block *Manager", allow(), kFrame},
    {"pandas.core.internals.api", "make_block", allow(Use::kReference), kRebuilds},
    {"pandas.core.internals.blocks", "*Block", allow(), kFrame},
    {"pandas.core.internals.blocks", "new_block", allow(Use::kReference), kRebuilds},
    {"pandas.core.internals.managers", "*Manager", allow(), kFrame},
    {"pandas.core.series", "Series TimeSeries", allow(), kFrame},
    {"pandas.core.series", kFrameMethods, allow(Use::kReference), kFunction},
    {"pandas.core.strings.accessor", "StringMethods", allow(), kFrame},
    {"pandas.errors", "*Error *Warning", allow(), kException},
    {"pandas.indexes.**", "*Index Index", allow(), kFrame},
    {"pandas.indexes.**", kNewIndex, allow(Use::kMakesInstance), kRebuilds},
    {"pandas.indexes.frozen", "FrozenList FrozenNDArray", allow(Use::kContainer), kFrame},
    {"pandas.io.**", "**", deny(kFile), kFiles},
    {"pandas.plotting.**", "**", deny(kExecute), "imports and draws with other libraries"},
    {"pandas.testing.**", "**", deny(kExecute), kTests},
    {"pandas.tseries.index", "DatetimeIndex", allow(), kFrame},
    {"pandas.tseries.index", kNewIndex, allow(Use::kMakesInstance), kRebuilds},
    {"pandas.tseries.offsets", "*", allow(), kTime},
    {"pandas.tseries.period", "Period PeriodIndex", allow(), kTime},
    {"pandas.tseries.period", kNewIndex, allow(Use::kMakesInstance), kRebuilds},
    {"pandas.tslib", "NaTType Timedelta Timestamp __nat_unpickle", allow(), kTime},
    {"pandas.util._print_versions.**", "**", deny(kExecute), kTests},
    {"pandas.util._tester.**", "**", deny(kExecute), kTests},
    {"pandas.util.testing.**", "**", deny(kExecute), kTests},
};
static_assert(sorted_by_base(kRules));

}  // namespace

constinit const std::span<const NameRule> kPandasRules = kRules;

}  // namespace assay::pickle
