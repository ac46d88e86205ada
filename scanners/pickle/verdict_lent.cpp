// Callables that are lent as attributes: uuid.UUID(x) calls x.replace(), an optimizer calls
// state.values() when its state is set, str(module) its extra_repr(). An object that has something
// to call among its attributes is harmless until it stands where another one is expected. So it is
// looked at where it is given to a call, as a state, or to what hashes it.
//
// Cost: nothing while nothing that is called lies in a container or a state; else each value is
// visited once until one of those that were visited changes, and all visits together are bounded by
// the number of instructions.
#include <fmt/format.h>

#include <algorithm>

#include "name_tables.h"
#include "pickle_rules.h"
#include "render.h"
#include "verdict.h"

namespace assay::pickle {

namespace {

bool is_below(std::string_view module, std::string_view package) {
    return module.starts_with(package) &&
           (module.size() == package.size() || module[package.size()] == '.');
}

// Keep what they are given as it is. Not those of libraries: JSONDecodeError counts the lines of
// its document.
bool is_exception(std::string_view module, std::string_view name) {
    const bool named =
        name.ends_with("Error") || name.ends_with("Exception") || name.ends_with("Warning");
    return named && has_word("__builtin__ builtins exceptions", module);
}

// Of what hashes its attributes, or texts made of them.
bool hashes_attributes(std::string_view module) {
    return has_word("dateutil datetime fractions ipaddress numpy pandas pathlib pytz uuid",
                    module.substr(0, module.find('.')));
}

// Of what holds items those that are in order, and no table of names.
constexpr std::string_view kSequences =
    "FrozenList FrozenNDArray StackSummary UserList deque list set";

bool is_optimizer(std::string_view module) {
    return is_below(module, "torch.optim") && !module.starts_with("torch.optim.lr_scheduler") &&
           !module.starts_with("torch.optim.swa_utils");
}

}  // namespace

// Of a state: what becomes attributes.
bool Verdict::has_called_attribute(Value state) const {
    if (!state.is(Kind::kDict)) return false;
    if (heap().items_of(state)->hidden_calls) return true;
    const std::vector<Value> pairs = heap().kept_items(state);
    for (size_t i = 1; i < pairs.size(); i += 2) {
        if (heap().is_called(pairs[i])) return true;
    }
    return false;
}

// A state is attributes, or a pair of such, of which the second are slots. Not the tuples of
// arrays.
std::vector<Value> Verdict::parts_of(Value state) const {
    const Items* items = heap().items_of(state);
    const bool pair = state.is(Kind::kTuple) && items->total == 2;
    return pair ? heap().kept_items(state) : std::vector<Value>{state};
}

// Whether anything that can be reached from these holds what is called, where it is an attribute or
// may become one: in a dictionary (states, items of a Bunch), or among the labelled values of a
// Series or a record. In other lists, tuples and arrays it is data. What is too much to look at
// lends, too.
bool Verdict::lends_calls(const std::vector<Value>& given) {
    constexpr uint64_t kAlways = 1 << 16;
    constexpr uint64_t kVisitsPerInstruction = 8;
    const uint64_t most = kAlways + kVisitsPerInstruction * machine_->instructions();
    Heap& heap = machine_->heap();
    std::vector<Reached> open;
    for (Value value : given) open.push_back({value, false});
    bool lends = false;
    while (!open.empty() && !lends) {
        const Reached next = open.back();
        open.pop_back();
        if (!heap.look_at(next.value, next.labelled)) continue;
        const bool called = heap.is_called(next.value);
        lends =
            looked_at_++ > most || (called ? has_own_called(next.value) : holds_called(next, open));
    }
    if (lends) heap.look_anew();
    return lends;
}

// What is called may have attributes, too: those of a partial are the last part of its state, those
// of numpy's vectorize all of it. A function that it wraps, or calls, is not among what it lends.
bool Verdict::has_own_called(Value called) const {
    const Made* made = heap().made_of(called);
    if (!made) return false;
    const Value state = made->state;
    const Value own = state.is(Kind::kTuple) ? heap().item(state, 3) : state;
    const Items* items = heap().items_of(own);
    if (made->called_before || own.is(Kind::kMade)) return true;
    if (!items || !items->calls) return false;
    const std::vector<Value> pairs = heap().kept_items(own);
    for (size_t i = 0; i + 1 < pairs.size(); i += 2) {
        const std::optional<std::string_view> name = heap().known_text(pairs[i]);
        if (name && has_word("__wrapped__ pyfunc", *name)) continue;
        if (pairs[i + 1].kind() >= Kind::kTuple) return true;
    }
    return items->hidden_calls;
}

// Of one container or result; what else it holds is added to `open`.
bool Verdict::holds_called(const Reached& holder, std::vector<Reached>& open) const {
    const Items* items = heap().items_of(holder.value);
    const bool named = holder.labelled || holder.value.is(Kind::kDict);
    if (items && named && items->hidden_calls) return true;
    if (items && items->total > items->kept && heap().lost_called()) return true;
    if (!items) return reach_parts(holder, open);
    bool calls = false;
    heap().each_kept(holder.value, [&](Value held) {
        calls = calls || (named && heap().is_called(held));
        if (held.kind() >= Kind::kTuple) open.push_back({held, holder.labelled});
    });
    return calls;
}

// Of a result: what it was made of, its state, what was put into it.
bool Verdict::reach_parts(const Reached& holder, std::vector<Reached>& open) const {
    const Made& made = *heap().made_of(holder.value);
    const Global* type = class_of(holder.value);
    const Use use = type ? judged(*type).use : Use::kPlain;
    const std::string_view name = type ? *heap().known_text(type->name) : std::string_view();
    const bool labelled =
        holder.labelled || use == Use::kGivesBack || has_word("DataFrame Series", name);
    const bool table = use == Use::kContainer || use == Use::kTakesTexts;
    const bool pairs = (table && !has_word(kSequences, name)) ||
                       has_word("ChainMap SimpleNamespace UserString defaultdict", name);
    open.push_back({made.args, labelled || pairs});
    open.push_back({made.state, labelled});
    open.push_back({heap().given_to(holder.value), labelled || table});
    const bool unknown = made.args.is(Kind::kUnknown) && made.calls;
    return made.called_before || unknown || keeps_fields(holder.value);
}

// What a class is given becomes attributes: QConfig(activation, weight).
bool Verdict::keeps_fields(Value object) const {
    const Global* type = class_of(object);
    if (!type || judged(*type).use != Use::kPlain || judged(*type).tier != Tier::kAllowed) {
        return false;
    }
    if (is_exception(*heap().known_text(type->module), *heap().known_text(type->name)))
        return false;
    bool calls = false;
    heap().each_kept(heap().made_of(object)->args,
                     [&](Value given) { calls = calls || heap().is_called(given); });
    return calls;
}

// copyreg._reconstructor(OptimizeResult, dict, {...}): the items of a builtin container.
bool Verdict::rebuilds_plainly(const Call& call) const {
    const Global* maker = heap().global_of(call.callee);
    const Global* base = heap().global_of(heap().item(call.args, 1));
    return maker && base && heap().known_text(maker->name) == "_reconstructor" &&
           (judged(*base).use == Use::kContainer || heap().known_text(base->name) == "object");
}

// Whether what is called only keeps the items that it is given.
bool Verdict::keeps_own(const Call& call, const Global& global) const {
    const std::string_view name = *heap().known_text(global.name);
    const Use use = judged(global).use;
    if (call.callee.is(Kind::kMade)) return false;
    const std::string_view module = *heap().known_text(global.module);
    const bool pair = name == "QConfig" && is_below(module, "torch");  // a named tuple of observers
    return pair || is_exception(module, name) || rebuilds_plainly(call) ||
           use == Use::kGetsAttribute || use == Use::kGivesBack ||
           (use == Use::kCallsArgument && has_word("partial defaultdict GenericAlias", name));
}

// Attributes by keyword, or as the dictionary that SimpleNamespace may be given: no pickler does
// so.
bool Verdict::takes_called(const Call& call, const Global& global) const {
    const bool named = heap().known_text(global.name) == "SimpleNamespace";
    const Value attributes = named ? heap().item(call.args, 0) : call.kwargs;
    const Items* items = heap().items_of(attributes);
    const Items* keywords = heap().items_of(call.kwargs);
    const bool calls = (items && items->calls) || (keywords && keywords->calls);
    return calls && makes_values(judged(global).use) && (named || call.op == Op::kNewObjEx);
}

// Whether a call was reported for what it is given.
bool Verdict::refuses_lenders(const Call& call) {
    const Global* global = heap().keeps_called() ? heap().origin_of(call.callee) : nullptr;
    if (!global) return false;
    const bool by_name = takes_called(call, *global);
    if (!by_name && keeps_own(call, *global)) return false;
    const bool deep = call.callee.is(Kind::kMade) || (judged(*global).use != Use::kContainer &&
                                                      heap().known_text(global->name) != "iter");
    std::vector<Value> given = heap().kept_items(call.args);
    given.push_back(call.kwargs);
    if (const Made* callee = heap().made_of(call.callee)) {
        for (Value part : {callee->args, callee->state}) {
            const std::vector<Value> inner = heap().kept_items(part);
            given.insert(given.end(), inner.begin(), inner.end());
        }
    }
    std::erase_if(given, [&](Value value) { return !value.is(Kind::kMade) && !deep; });
    if (!by_name && !lends_calls(given)) return false;
    call_computed(call);
    return true;
}

// A tuple asks all that is in it.
bool Verdict::hashes_attributes_of(Value value) const {
    constexpr size_t kMostSeen = 64;
    std::vector<Value> open = {value};
    for (size_t at = 0; at < open.size(); at++) {
        const Global* type = open[at].is(Kind::kMade) ? class_of(open[at]) : nullptr;
        if (type && hashes_attributes(*heap().known_text(type->module))) return true;
        if (open.size() >= kMostSeen) return true;
        const Made* made = heap().made_of(open[at]);
        const std::vector<Value> inner = heap().kept_items(made ? made->args : open[at]);
        open.insert(open.end(), inner.begin(), inner.end());
        if (made) open.push_back(made->state);
    }
    return false;
}

void Verdict::hashed(uint64_t offset, Value value) {
    if (!hashes_attributes_of(value) || !lends_calls({value})) return;
    report(rules::kCallComputed, offset, fmt::format("hash({})", render(heap(), value)));
}

// What __setstate__ of an optimizer calls methods of.
bool Verdict::is_odd_optimizer(Value state) {
    if (!state.is(Kind::kDict)) return !state.is(Kind::kLost);
    if (has_called_attribute(state)) return true;
    const auto is_table = [this](Value value) {
        const Global* maker = value.is(Kind::kMade) ? heap().origin_of(value) : nullptr;
        return value.is(Kind::kDict) || value.is(Kind::kLost) ||
               (maker && heap().known_text(maker->name) == "defaultdict") ||
               (maker && heap().known_text(maker->name) == "OrderedDict");
    };
    for (std::string_view name : {"state", "defaults"}) {
        const std::optional<Value> table = heap().lookup(state, name);
        if (table && !is_table(*table)) return true;
    }
    const std::optional<Value> groups = heap().lookup(state, "param_groups");
    // state[parameter]["step"] asks whatever lies there, which may call for what it lacks.
    std::vector<Value> asked;
    for (std::string_view name : {"state", "defaults", "param_groups"}) {
        if (const std::optional<Value> table = heap().lookup(state, name)) asked.push_back(*table);
    }
    if (lends_calls(asked)) return true;
    if (!groups || groups->is(Kind::kLost)) return false;
    const std::vector<Value> each = heap().kept_items(*groups);
    return !groups->is(Kind::kList) || heap().items_of(*groups)->hidden_calls ||
           !std::ranges::all_of(each, is_table);
}

// scikit-learn writes the version that it finds in the state into a warning; torch's recurrent
// layers ask for the first name of their weights.
bool Verdict::asks_attribute(std::string_view module, Value state) {
    const bool versioned = is_below(module, "sklearn");
    if (!state.is(Kind::kDict)) return false;
    if (!versioned && !module.ends_with(".rnn")) return false;
    std::vector<Value> asked;
    for (std::string_view name : {"_sklearn_version", "_all_weights", "all_weights"}) {
        if (const std::optional<Value> value = heap().lookup(state, name)) asked.push_back(*value);
    }
    return heap().items_of(state)->hidden_calls || lends_calls(asked);
}

// A message asks its policy for everything, and what a header is made of is in the policy's state;
// the lines of a frame that it lacks are read from the file that it names.
bool Verdict::is_odd_part(const Global& type, Value state) const {
    const std::string_view name = *heap().known_text(type.name);
    const std::string_view module = *heap().known_text(type.module);
    if (module == "traceback" && name == "FrameSummary") {
        const Value slots = heap().item(state, 1);
        const Value line = heap().lookup(slots, "_line").value_or(Value(Kind::kNone));
        return !line.is(Kind::kText) &&
               !heap().lookup(slots, "_lines").value_or(Value(Kind::kNone)).is(Kind::kText);
    }
    if (module == "joblib.memory" && name == "Memory") {
        const Items* items = state.is(Kind::kDict) ? heap().items_of(state) : nullptr;
        const std::optional<Value> backend = heap().lookup(state, "store_backend");
        return !items || items->kept != items->total || !backend || !backend->is(Kind::kNone);
    }
    const bool written = has_word("Charset Compat32 EmailPolicy", name);
    if (!written || !is_below(module, "email")) return false;
    const Items* items = state.is(Kind::kDict) ? heap().items_of(state) : nullptr;
    return !items || items->kept != items->total ||
           std::ranges::any_of(heap().kept_items(state), [](Value value) {
               return value.kind() >= Kind::kTuple || value.is(Kind::kUnknown);
           });
}

bool Verdict::is_container(const Global& type) const {
    const Use use = judged(type).use;
    return use == Use::kContainer || use == Use::kTakesTexts;
}

// Whether a method of the class goes through the state when it is set, and does not only keep it. A
// state that is no dictionary is always such a method's; those of arrays keep the items.
bool Verdict::asks_its_state(std::string_view module, std::string_view name, Value state) const {
    constexpr std::string_view kArrays =
        "MaskedArray MaskedConstant MaskedRecords chararray dtype matrix memmap mvoid ndarray "
        "recarray";
    if (is_below(module, "pandas") || is_below(module, "sklearn.tree._tree")) return true;
    if (has_word("Booster IsotonicRegression TreePredictor", name)) return true;
    if (name == "RemovableHandle") return false;  // keeps a table of hooks and a number
    const Items* items = heap().items_of(state);
    if (!items || state.is(Kind::kDict)) return false;
    const Value slots = heap().item(state, 1);
    const bool pair = state.is(Kind::kTuple) && items->total == 2 &&
                      (slots.is(Kind::kDict) || slots.is(Kind::kNone));
    return !pair && !(is_below(module, "numpy") && has_word(kArrays, name));
}

// Whether other calls give the same object: members of enumerations, time zones. What is lent by
// one is lent by all of them.
bool Verdict::is_singular(const Global& type, Value object) const {
    const std::string_view module = *heap().known_text(type.module);
    const Made* made = heap().made_of(object);
    const Items* args = made ? heap().items_of(made->args) : nullptr;
    if (!args || is_exception(module, *heap().known_text(type.name))) return false;
    const Use use = judged(type).use;
    if ((use != Use::kPlain && use != Use::kBare) || class_of(made->callee) != &type) return false;
    return args->total > 0 || is_below(module, "dateutil") || is_below(module, "pytz");
}

// What it goes through. The notes of a frame are kept as they are, whatever they hold.
std::vector<Value> Verdict::asked_of(std::string_view module, Value state) const {
    std::vector<Value> values = heap().kept_items(state);
    if (!state.is(Kind::kDict) || !is_below(module, "pandas")) return values;
    for (size_t i = 0; i + 1 < values.size(); i += 2) {
        const std::optional<std::string_view> name = heap().known_text(values[i]);
        const bool notes = name && has_word("_attrs attrs", *name) && values[i + 1].is(Kind::kDict);
        if (notes) values[i + 1] = Value(Kind::kNone);
    }
    return values;
}

// Whether an object of this type may call what the state holds when it is set.
bool Verdict::calls_of_state(const Global& type, Value state) {
    const std::string_view module = *heap().known_text(type.module);
    if (is_below(module, "pathlib")) return true;  // none is pickled with a state
    if (is_optimizer(module) && is_odd_optimizer(state)) return true;
    if (is_odd_part(type, state) || asks_attribute(module, state)) return true;
    // Else they are attributes of a dictionary or a list, which shadow its methods.
    if (is_container(type) && has_called_attribute(state)) return true;
    // LightGBM's calls its own free_network() when it is destroyed.
    if (heap().known_text(type.name) == "Booster" && has_called_attribute(state)) return true;
    if (state.is(Kind::kMade)) return lends_calls({state});
    return asks_its_state(module, *heap().known_text(type.name), state) &&
           lends_calls(asked_of(module, state));
}

void Verdict::check_called(uint64_t offset, Value object, Value state) {
    const Global* type = class_of(object);
    if (!type || judged(*type).tier != Tier::kAllowed || is_user_allowed(*type)) return;
    const Use use = judged(*type).use;
    // What a partial keeps is judged where it is set.
    const bool value = makes_values(use) || use == Use::kTakesTexts || use == Use::kBare ||
                       (use == Use::kCallsArgument && heap().known_text(type->name) != "partial");
    const bool lent = value && is_singular(*type, object) && has_called_attribute(state);
    if (!lent && (!value || !calls_of_state(*type, state))) return;
    report(rules::kAttribute, offset,
           fmt::format("{}.__setstate__({})", render(heap(), object), render(heap(), state)));
}

}  // namespace assay::pickle
