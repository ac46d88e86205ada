// Methods that are kept by their names: getattr(object, "predict"), methodcaller("strip"). A class
// may be harmless to make and yet have methods that lead on: an ensemble calls its parts by names
// out of its state, a pipeline makes folders, a vectorizer opens the file that it is given. So of
// the libraries whose objects are allowed only these methods are.
#include "name_tables.h"
#include "render.h"
#include "verdict.h"

namespace assay::pickle {

namespace {

struct Methods {
    std::string_view package;
    std::string_view names;
};

constexpr std::string_view kOfPandas =
    "astype between date fillna get is_on_offset isin isoformat item items keys map normalize "
    "rollback rollforward strftime time to_numpy to_pydatetime tolist total_seconds values";
constexpr std::string_view kOfPaths =
    "absolute as_posix as_uri exists full_match is_absolute is_dir is_file is_relative_to "
    "is_reserved joinpath match relative_to with_name with_segments with_stem with_suffix";
constexpr std::string_view kOfScipy =
    "antiderivative argmax argmin cdf conj copy derivative dot entropy ev evaluate get integral "
    "integrate integrate_box_1d interval isf item kurtosis logcdf logpdf logpmf logsf matmat "
    "matvec max mean median min moment multiply pdf pmf ppf resample rmatvec roots rvs sf shape "
    "size skew solve sort_indices stats std sum support toarray tocoo tocsc tocsr todense tolist "
    "transpose var";
constexpr std::string_view kOfSklearn =
    "decision_function decision_path diag get_feature_names get_feature_names_out "
    "get_params inverse_transform kneighbors predict predict_log_proba predict_proba "
    "radius_neighbors sample score score_samples transform";
constexpr std::string_view kOfTorch =
    "abs add any all argmax argmin backward bfloat16 bool cdf chunk clamp clone contiguous "
    "count_nonzero cpu cuda dense_dim detach detach_ dim div double element_size entropy "
    "enumerate_support eq exp expand fill_ flatten float forward ge get_last_lr gt half icdf "
    "index_select int is_contiguous item keys le log log_prob logsumexp long lt manual_seed "
    "masked_fill matmul max mean min mm mul mul_ ndimension neg norm numel numpy parameters "
    "permute pow prod relu requires_grad_ reshape reset_parameters rsample sample sigmoid size "
    "softmax "
    "split sqrt square squeeze state_dict std step stride sub sum t tanh to tolist transpose type "
    "unsqueeze values var view zero_ zero_grad";

// Of everything else: texts, containers, dates, patterns, NumPy's arrays and generators, loggers,
// boosters, tokenizers. What is not here is reported as unknown.
constexpr std::string_view kOfValues =
    "add all any append appendleft argmax argmin argpartition argsort astimezone astype beta "
    "binomial byteswap capitalize casefold center chisquare choice choices clear clip compress "
    "conj conjugate copy count critical ctime cummax cummin cumprod cumsum date debug decode "
    "diagonal diff difference dirichlet discard dot dropna dst duplicated elements encode "
    "endswith error exception expandtabs exponential extend fill fillna find findall finditer "
    "flatten fromisoformat fromkeys fullmatch gamma gauss geometric get getChild get_params "
    "getrandbits gumbel hex hypergeometric index info insert integers intersection isEnabledFor "
    "isalnum isalpha isascii isdecimal isdigit isdisjoint isidentifier isin islower isna isnull "
    "isnumeric isocalendar isoformat isoweekday isprintable isspace issubset issuperset istitle "
    "isupper item items join keys laplace ljust log logistic lognormal lower lstrip match max "
    "mean median min most_common move_to_end multinomial multivariate_normal ndim new_child "
    "nlargest nonzero normal normalvariate notna notnull nsmallest nunique pareto partition "
    "permutation permuted poisson pop popitem popleft power predict predict_log_proba "
    "predict_proba prod ptp quantile rand randbytes randint randn random random_sample "
    "randrange rank ravel rayleigh remove removeprefix removesuffix repeat replace reshape "
    "reverse rfind rindex rjust rotate round rpartition rsplit rstrip sample score search "
    "searchsorted setdefault shape shift shuffle size sort sort_index sort_values split "
    "splitlines squeeze standard_normal startswith std strftime strip sub subn subtract sum "
    "swapaxes swapcase symmetric_difference tail take time timestamp timetuple timetz title "
    "tobytes tokenize tolist toordinal total total_seconds trace translate transpose triangular "
    "tzname uniform union update upper utcoffset utctimetuple value_counts values var vonmises "
    "wald warn warning weekday weibull zfill zipf";

constexpr Methods kMethods[] = {
    {"pandas", kOfPandas},   {"pathlib", kOfPaths}, {"scipy", kOfScipy},
    {"sklearn", kOfSklearn}, {"torch", kOfTorch},
};

bool first_part_is(std::string_view module, std::string_view part) {
    return module.substr(0, module.find('.')) == part;
}

// They call what their state holds by names that it holds, too.
bool leads_on(std::string_view module) {
    return module.starts_with("sklearn.ensemble") || module.starts_with("sklearn.pipeline") ||
           module.starts_with("sklearn.compose") ||
           module.starts_with("sklearn.feature_extraction");
}

}  // namespace

bool is_known_method(std::string_view name) {
    return has_word(kOfValues, name) || std::ranges::any_of(kMethods, [name](const Methods& of) {
               return has_word(of.names, name);
           });
}

// `origin`: the class, or what made the object. Of an unknown class the name alone is known, and
// was reported.
Verdict::Reach Verdict::method_of(const Global& origin, std::string_view name) const {
    if (is_user_allowed(origin) || judged(origin).tier == Tier::kUnknown) return Reach::kHarmless;
    const std::string_view module = *heap().known_text(origin.module);
    for (const Methods& methods : kMethods) {
        if (!first_part_is(module, methods.package)) continue;
        if (name == "__new__") return Reach::kHarmless;
        const bool composed = leads_on(module) && name == "transform";
        // A storage imports the type that it is told by name.
        const bool imports = name == "type" && heap().known_text(origin.name)->ends_with("Storage");
        const bool listed = has_word(methods.names, name) && !composed && !imports;
        return listed ? Reach::kHarmless : Reach::kFar;
    }
    return has_word(kOfValues, name) ? Reach::kHarmless : Reach::kUnknown;
}

// What is no method but is computed when it is asked for, out of what the object holds: the mean of
// a mixture asks its parts.
bool Verdict::runs_property(const Call& call, Reach reach) {
    constexpr std::string_view kComputed =
        "T date dense_dim mean ndim shape size std support time type values var variance";
    const Value object = heap().item(call.args, 0);
    const std::optional<std::string_view> name = heap().known_text(heap().item(call.args, 1));
    if (!heap().keeps_called() || !name || !object.is(Kind::kMade)) return false;
    // Private names are those of classes that are unknown as a whole.
    const bool unseen = reach == Reach::kUnknown && !name->starts_with('_');
    return (unseen || has_word(kComputed, *name)) && lends_calls({object});
}

// operator.methodcaller: what it will be called with is not known yet. Its own pickler gives
// keywords by way of a partial.
bool Verdict::may_call_by_name(const Call& call) const {
    // pandas' methods that call others by their names, and a path's that lists files.
    constexpr std::string_view kNever = "plot transform walk";
    // A path's move and copy files, to the one argument that they take.
    constexpr std::string_view kOfOneArgument = "copy replace";
    const std::vector<Value> named = heap().kept_items(call.kwargs);
    const Items* items = heap().items_of(call.args);
    const std::optional<std::string_view> name = heap().known_text(heap().item(call.args, 0));
    if (!items || !name || has_word(kNever, *name)) return false;
    const Items* keywords = heap().items_of(call.kwargs);
    if (call.op == Op::kNewObjEx && !(keywords && keywords->total == 0)) return false;
    for (size_t i = 1; i < named.size(); i += 2) {
        if (is_function(named[i])) return false;
    }
    if (!has_word(kOfOneArgument, *name)) return true;
    const std::optional<std::string_view> keyword =
        named.empty() ? std::nullopt : heap().known_text(named[0]);
    return keyword ? *keyword != "target" : items->total != 2 && call.op != Op::kBuild;
}

// partial(methodcaller("fit"), object): which method of what.
bool Verdict::refuses_object(const Call& call) const {
    const Global* caller = heap().origin_of(heap().item(call.args, 0));
    const Made* made = heap().made_of(heap().item(call.args, 0));
    if (!made || !caller || judged(*caller).use != Use::kCallsMethod) return false;
    const Value given = call.op == Op::kBuild ? heap().item(heap().item(call.args, 1), 0)
                                              : heap().item(call.args, 1);
    const std::optional<std::string_view> name = heap().known_text(heap().item(made->args, 0));
    const Global* type = class_of(given);
    if (!type) return false;
    return !name || keeps_to_itself(*type) || method_of(*type, *name) == Reach::kFar;
}

}  // namespace assay::pickle
