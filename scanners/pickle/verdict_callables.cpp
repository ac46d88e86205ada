// Callables that are given to what calls them: functools.partial, map, accumulate, and libraries'
// constructors of constructors. A harmless name may be called so with arguments that nobody sees:
// getattr by itertools.accumulate, with a path of private attributes as the items; eval as an
// element of a dictionary that was reached that way. So what is given is looked at wherever it
// stands, and what only exists once the pickle runs is not called.
#include <algorithm>

#include "name_tables.h"
#include "pickle_rules.h"
#include "render.h"
#include "verdict.h"

namespace assay::pickle {

namespace {

// Keep what they are given, and call it when the program does.
constexpr std::string_view kKeepers =
    "GenericAlias cmp_to_key defaultdict frompyfunc partial partialmethod vectorize";
// Call their first argument; the others are data.
constexpr std::string_view kFirstOnly =
    "dropwhile filter filterfalse ifilter ifilterfalse imap iter map reduce starmap takewhile";
// Given to numpy's other constructors of random states; it is called with their first argument.
constexpr std::string_view kNumpyGenerator = "__bit_generator_ctor";
// (function, ..., arguments): the arguments stand beside it, as a tuple of their own.
constexpr std::string_view kAppliers = "_create_array _rebuild_from_type _rebuild_from_type_v2";
// Methods that compute, whatever object they are of: they call, open and import nothing that they
// are told by name. Not those that run what they are given as a text or find methods by names
// (pandas' query, transform, plot), nor those that move or copy files where the object is a path.
constexpr std::string_view kComputingMethods =
    "all any argmax argmin argsort astype clip count cummax cummin cumprod cumsum diff dropna "
    "duplicated fillna isin isna isnull lower lstrip max mean median min nlargest "
    "notna notnull nsmallest nunique prod quantile rank ravel reshape round rsplit rstrip shift "
    "sort_index sort_values split splitlines squeeze std strftime strip sum swapaxes tail "
    "tolist total_seconds upper value_counts var";
// Functions of one value that ask its type alone, or insist on a text or a number, and give back a
// new value that is no longer than it.
constexpr std::string_view kOfOneValue = "abs chr hex len oct ord";
constexpr std::string_view kOfOneText =
    "capitalize casefold isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric "
    "isprintable isspace istitle isupper lower lstrip rsplit rstrip split splitlines strip "
    "swapcase "
    "title upper";
constexpr std::string_view kOfOneNumber =
    "acos acosh asin asinh atan atanh cbrt cos cosh degrees erf erfc exp exp2 expm1 fabs gamma "
    "isfinite isinf isnan lgamma log log10 log1p log2 radians sin sinh sqrt tan tanh";
// Instances that are called, of classes with names in lower case.
constexpr std::string_view kCalledInstances = "interp1d interp2d poly1d";

bool gets_attribute(Use use) {
    return use == Use::kGetsAttribute || use == Use::kNamesAttribute || use == Use::kCallsMethod;
}

// Whether what comes out of a call is safe to call because the call itself was judged.
bool gives_judged(Use use) {
    return gets_attribute(use) || use == Use::kTypeNamed || use == Use::kMakesInstance ||
           use == Use::kContainer;
}

}  // namespace

// A hook of a layer may be kept where hooks are. With arguments it calls methods of them. What is
// on the list by itself may be kept, and what belongs to a class that is unknown as a whole.
bool Verdict::names_private(const Made& getter) const {
    const std::optional<std::string_view> name = heap().known_text(heap().item(getter.args, 1));
    if (!name || !name->starts_with('_') || *name == "__new__") return false;
    const Value object = heap().item(getter.args, 0);
    const Global* owner = heap().global_of(object);
    const Global* type = owner ? owner : class_of(object);
    const bool foreign = type && !owner && judged(*type).tier == Tier::kUnknown;
    return !foreign && !(owner && is_listed_member(*owner, *name));
}

// Whether it may be called with any arguments. What can't be called at all may. Who keeps a
// callable for the program to call may keep a method; who calls it at once chooses what it gets.
bool Verdict::may_call(Value callee, bool keeps) const {
    constexpr int kMostWrapped = 8;
    for (int depth = 0; depth < kMostWrapped; depth++) {
        if (callee.is(Kind::kExtension) || callee.is(Kind::kPersistent)) return false;
        const Made* made = heap().made_of(callee);
        const Global* global = heap().global_of(made ? made->callee : callee);
        if (!global) return !made;
        Judgement judgement = judged(*global);
        if (judgement.tier != Tier::kAllowed) {
            const bool harmless = keeps || looks_like_class(*heap().known_text(global->name));
            return judgement.tier == Tier::kUnknown && harmless;
        }
        if (!made) return makes_values(judgement.use);
        if (gives_judged(judgement.use)) {
            if (keeps && names_private(*made)) return false;
            return keeps || !gets_attribute(judgement.use) || calls_known(*made);
        }
        if (judgement.use != Use::kCallsArgument) return may_call_instance(*global, keeps);
        callee = heap().item(made->args, 0);
    }
    return false;
}

// What an instance does when it is called, its state may say: a module of torch has its function
// there. NumPy's random generators are given to their own constructors.
bool Verdict::may_call_instance(const Global& type, bool keeps) const {
    const std::string_view module = *heap().known_text(type.module);
    const std::string_view name = *heap().known_text(type.name);
    if (!makes_values(judged(type).use)) return false;
    if (user_allows(module, name)) return true;
    const bool instance = is_class(name) || has_word(kCalledInstances, name);
    return instance && (keeps || module.starts_with("numpy.random"));
}

// Of a name that is given beside the callee: whether it was reported.
bool Verdict::refuses_global(const Call& call, const Global& given) {
    Judgement judgement = judged(given);
    if (judgement.tier == Tier::kDangerous) {
        call_dangerous(call, judgement);
        return true;
    }
    if (judgement.tier == Tier::kUnknown) {
        const bool makes = looks_like_class(*heap().known_text(given.name));
        if (makes && !evaluates_texts(given)) return false;
        if (makes) call_computed(call);
        if (!makes) call_unknown(call, given);
        return true;
    }
    if (makes_values(judgement.use) || judgement.use == Use::kReference) return false;
    if (*heap().known_text(given.name) == kNumpyGenerator) return false;
    call_computed(call);
    return true;
}

bool Verdict::refuses_inside(const Call& call, Value container, bool objects) {
    constexpr size_t kMostSeen = 64;
    std::vector<Value> open = heap().kept_items(container);
    for (size_t at = 0; at < open.size(); at++) {
        const Global* global = heap().global_of(open[at]);
        if (global && refuses_global(call, *global)) return true;
        if (objects && open[at].is(Kind::kMade) && !may_call(open[at], false)) {
            call_computed(call);
            return true;
        }
        if (open.size() >= kMostSeen) continue;
        std::vector<Value> inner = heap().kept_items(open[at]);
        open.insert(open.end(), inner.begin(), inner.end());
    }
    return false;
}

// Whether what stands behind the first argument, or is given by name, was reported.
bool Verdict::refuses_given(const Call& call, std::string_view caller) {
    bool keeps = has_word(kKeepers, caller);
    bool data = keeps || has_word(kFirstOnly, caller) || has_word(kAppliers, caller);
    std::vector<Value> args = heap().kept_items(call.args);
    std::vector<Value> given(args.begin() + (args.empty() ? 0 : 1), args.end());
    std::vector<Value> named = heap().kept_items(call.kwargs);
    for (size_t i = 1; i < named.size(); i += 2) given.push_back(named[i]);
    for (Value value : given) {
        const Global* global = heap().global_of(value);
        bool dangerous = global && judged(*global).tier == Tier::kDangerous;
        if (global && (dangerous || !keeps) && refuses_global(call, *global)) return true;
        if (!keeps && value.is_container() && refuses_inside(call, value, !data)) return true;
        if (data || !value.is(Kind::kMade) || may_call(value, keeps)) continue;
        call_computed(call);
        return true;
    }
    return false;
}

// A dictionary of dictionaries: the factory is a partial, whose state was judged, and is called
// without arguments.
bool Verdict::wraps_defaultdict(Value callee) const {
    const Global* maker = heap().origin_of(callee);
    const Made* made = heap().made_of(callee);
    const Global* kept = made ? heap().global_of(heap().item(made->args, 0)) : nullptr;
    return maker && kept && heap().known_text(maker->name) == "partial" &&
           heap().known_text(kept->name) == "defaultdict" &&
           judged(*kept).use == Use::kCallsArgument;
}

// reduce(or_, (int, str)): how a union of types is pickled. Of a single item it gives back that.
bool Verdict::unites_types(const Call& call) const {
    const Global* function = heap().global_of(heap().item(call.args, 0));
    const Items* args = heap().items_of(call.args);
    const Items* types = heap().items_of(heap().item(call.args, 1));
    return function && heap().known_text(function->name) == "or_" && args && args->total == 2 &&
           types && types->total > 1;
}

// map(len, texts), map(str.lower, texts): harmless whatever the items are. Protocols below 4 reach
// the second by getattr.
bool Verdict::computes_plainly(Value function) const {
    const Made* made = heap().made_of(function);
    const Global* getter = made ? heap().global_of(made->callee) : nullptr;
    const bool got = getter && judged(*getter).use == Use::kGetsAttribute &&
                     heap().items_of(made->args)->total == 2;
    const Global* global = heap().global_of(got ? heap().item(made->args, 0) : function);
    if (!global || judged(*global).tier != Tier::kAllowed) return false;
    const std::string_view module = *heap().known_text(global->module);
    const std::string_view name = *heap().known_text(global->name);
    if (module == "math") return !got && has_word(kOfOneNumber, name);
    if (module != "builtins" && module != "__builtin__") return false;
    if (got) {
        const std::optional<std::string_view> method =
            heap().known_text(heap().item(made->args, 1));
        return (name == "str" || name == "unicode") && method && has_word(kOfOneText, *method);
    }
    return has_word(kOfOneValue, name) ||
           (name.starts_with("str.") && has_word(kOfOneText, name.substr(4)));
}

// What is kept will be called, later or now.
void Verdict::take_callable(const Call& call) {
    const Global* origin = heap().global_of(call.callee);
    std::string_view caller = origin ? *heap().known_text(origin->name) : std::string_view();
    const Items* args = heap().items_of(call.args);
    if (refuses_given(call, caller)) return;
    if (caller == "_rebuild_from_type_v2") {
        check_stand_ins(call.offset, heap().item(call.args, 0), heap().item(call.args, 3));
        check_called(call.offset, heap().item(call.args, 1), heap().item(call.args, 3));
    }
    if (caller == "iter" && args && args->total == 1) return;
    if (caller == "reduce" && !unites_types(call)) return call_computed(call);
    Value callee = heap().item(call.args, 0);
    if (has_word("filter ifilter imap map", caller) && computes_plainly(callee)) return;
    const Global* global = heap().global_of(callee);
    if (!global) {
        bool nested = caller == "defaultdict" && wraps_defaultdict(callee);
        // An instance is called by what its state says; no pickler writes that.
        const Made* made = has_word(kFirstOnly, caller) ? heap().made_of(callee) : nullptr;
        bool known = made ? calls_known(*made) : may_call(callee, has_word(kKeepers, caller));
        bool passed_on = caller == "partial" && !is_setting(call) &&
                         (passes_callable(call) || refuses_object(call));
        if ((!nested && !known) || passed_on) call_computed(call);
        return;
    }
    Judgement judgement = judged(*global);
    if (judgement.tier == Tier::kDangerous) return call_dangerous(call, judgement);
    // Kept, it was reported by its name. What a partial or a dictionary of it is given to is
    // watched.
    const std::string_view kept = *heap().known_text(global->name);
    const bool plain = kept.find('.') == std::string_view::npos && !kept.starts_with('_');
    if (judgement.tier == Tier::kUnknown && plain && has_word(kKeepers, caller)) return;
    if (judgement.tier == Tier::kUnknown) return call_unknown(call, *global);
    if (makes_values(judgement.use)) return;
    if (judgement.use == Use::kReference && has_word(kKeepers, caller)) return;
    // A partial of such a function is judged when its state tells the arguments, or it is called.
    if (caller == "partial" && call.op != Op::kBuild && args && args->total == 1) return;
    // _create_array(norm_gen, (), state): the state is a text that is run.
    if (judgement.use == Use::kRunsText) return call_computed(call);
    Value arguments = heap().item(call.args, 1);
    bool applied = caller == "partial" ? call.op == Op::kBuild : has_word(kAppliers, caller);
    if (!applied || !arguments.is(Kind::kTuple)) return call_computed(call);
    call_allowed({call.offset, call.op, callee, arguments, call.kwargs}, judgement.use);
}

// Who calls it chooses what it gets: a list of modules that ends in getattr reads any attribute
// when it is run, and constructors run what they are given. Picklers write these only to call them.
void Verdict::kept(uint64_t offset, Value value, bool in_tuple) {
    const Global* global = heap().global_of(value);
    if (!global) return;
    const std::string_view name = *heap().known_text(global->name);
    bool powerful = false;
    switch (global->judgement.use) {
        case Use::kGetsAttribute:
        case Use::kImportsName:
        case Use::kLoadsBytes:
        case Use::kTakesItem:
        case Use::kTypeNamed:
            powerful = true;
            break;
        case Use::kNamesAttribute:
        case Use::kCallsMethod:
            powerful = !in_tuple;  // a partial of it is how arguments by name are pickled
            break;
        case Use::kCallsArgument:
            powerful = !has_word(kKeepers, name) && !has_word(kAppliers, name) && !is_class(name) &&
                       !name.starts_with("__");
            break;
        default:
            break;
    }
    if (!powerful || judged(*global).use != global->judgement.use) return;
    report(rules::kCallableKept, offset, render(heap(), value));
}

// Nothing that could be called, nor an object with methods of its own.
bool Verdict::is_plain_data(Value value) const {
    const Items* items = heap().items_of(value);
    if (!items) {
        const Global* type = heap().global_of(value);
        if (type) return judged(*type).tier == Tier::kAllowed && makes_values(judged(*type).use);
        return value.kind() < Kind::kGlobal && !value.is(Kind::kUnknown) && !value.is(Kind::kLost);
    }
    const std::vector<Value> inner = heap().kept_items(value);
    return items->kept == items->total && std::ranges::all_of(inner, [this](Value item) {
               return !heap().items_of(item) && is_plain_data(item);
           });
}

// methodcaller("mean", axis=1) is pickled as a call of partial(methodcaller, "mean", axis=1), whose
// state tells the name; other arguments follow in that call.
bool Verdict::makes_methodcaller(const Made& callee, Value args) const {
    const Global* maker = heap().global_of(callee.callee);
    const Global* kept = heap().global_of(heap().item(callee.args, 0));
    if (!maker || !kept || heap().known_text(maker->name) != "partial") return false;
    if (judged(*maker).use != Use::kCallsArgument || judged(*kept).use != Use::kCallsMethod) {
        return false;
    }
    const Value names = heap().item(callee.state, 1);
    const Items* name = names.is(Kind::kTuple) ? heap().items_of(names) : nullptr;
    const Value keywords = heap().item(callee.state, 2);
    const std::optional<std::string_view> method = heap().known_text(heap().item(names, 0));
    const bool harmless =
        name && name->total == 1 && method && has_word(kComputingMethods, *method);
    return harmless && heap().item(callee.state, 0) == heap().item(callee.args, 0) &&
           keywords.is(Kind::kDict) && is_plain_data(keywords) && args.is(Kind::kTuple) &&
           is_plain_data(args);
}

// Series.combine(other, getattr): a bound method is kept together with something to call.
bool Verdict::passes_callable(const Call& call) const {
    const bool built = call.op == Op::kBuild;
    std::vector<Value> given = heap().kept_items(built ? heap().item(call.args, 1) : call.args);
    if (!built && !given.empty()) given.erase(given.begin());
    const std::vector<Value> named = heap().kept_items(call.kwargs);
    for (size_t i = 1; i < named.size(); i += 2) given.push_back(named[i]);
    return std::ranges::any_of(given, [this](Value value) { return is_function(value); });
}

// partial(section.get, _impl=parser.getint): what a section of a ConfigParser has among its
// attributes.
bool Verdict::is_setting(const Call& call) const {
    const auto listed = [this](Value method) {
        const Made* made = heap().made_of(method);
        const Global* type = made ? class_of(heap().item(made->args, 0)) : nullptr;
        const std::optional<std::string_view> name =
            made ? heap().known_text(heap().item(made->args, 1)) : std::nullopt;
        return type && name && judged(*type).use == Use::kBare && is_listed_member(*type, *name);
    };
    const Items* named = heap().items_of(call.kwargs);
    return call.op == Op::kBuild && named && named->total == 2 &&
           heap().known_text(heap().item(call.kwargs, 0)) == "_impl" &&
           listed(heap().item(call.kwargs, 1)) && listed(heap().item(call.args, 0)) &&
           heap().items_of(heap().item(call.args, 1)) &&
           heap().kept_items(heap().item(call.args, 1)).empty();
}

// A function of the library, a bound method, a getter: what is called, and is no class.
bool Verdict::is_function(Value value) const {
    const Global* origin = heap().origin_of(value);
    if (!origin) return false;
    const Judgement judgement = judged(*origin);
    if (value.is(Kind::kMade)) {
        return gets_attribute(judgement.use) || judgement.use == Use::kCallsArgument;
    }
    return judgement.tier != Tier::kUnknown && !makes_values(judgement.use);
}

// The state of functools.partial is (function, arguments, keywords, attributes), and replaces what
// it was made with.
void Verdict::check_partial(uint64_t offset, Value object, Value state) {
    const Made* made = heap().made_of(object);
    const Global* maker = made ? heap().global_of(made->callee) : nullptr;
    if (!maker || state.is(Kind::kLost) || heap().known_text(maker->name) != "partial") return;
    if (judged(*maker).use != Use::kCallsArgument) return;
    const Call call{offset, Op::kBuild, made->callee, state, heap().item(state, 2)};
    if (heap().item(state, 0) != heap().item(made->args, 0)) return call_computed(call);
    take_callable(call);
}

}  // namespace assay::pickle
