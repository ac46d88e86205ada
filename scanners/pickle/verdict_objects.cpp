// What is done to objects that exist: states, items. The unpickler looks methods up on the object
// itself, `extend` for APPENDS and `__setstate__` for BUILD, and libraries do so for `keys` or
// `__array__`: an attribute of that name stands in for the method and is called.
#include <fmt/format.h>

#include <algorithm>

#include "argument_parser.h"
#include "arrow_array.h"
#include "dtype_state.h"
#include "name_tables.h"
#include "pickle_rules.h"
#include "render.h"
#include "verdict.h"

namespace assay::pickle {

namespace {

// What is reached through another object, a class that is told, an attribute, an element, is as
// little the pickle's own as what it imports.
bool reaches(Use use) {
    return use == Use::kShared || use == Use::kTypeOf || use == Use::kTypeNamed ||
           use == Use::kGetsAttribute || use == Use::kTakesItem;
}

}  // namespace

// A thing that was imported, or that the whole process shares.
bool Verdict::is_shared(Value object) const {
    // torch's loaders answer with a class, or with what all tensors share; nobody pickles a state.
    if (object.is(Kind::kGlobal) || object.is(Kind::kPersistent)) return true;
    const Global* origin = heap().origin_of(object);
    return origin && reaches(judged(*origin).use);
}

// What made it; by way of copyreg it is an instance of what that was given.
const Global* Verdict::class_of(Value object) const {
    const Global* origin = heap().origin_of(object);
    const Made* made = heap().made_of(object);
    const bool by_copyreg = origin && made && judged(*origin).use == Use::kMakesInstance;
    if (by_copyreg) return heap().global_of(heap().item(made->args, 0));
    if (origin && made && judged(*origin).use == Use::kCallsArgument) {
        const Global* applied = class_applied(*origin, made->args);
        return applied ? applied : origin;
    }
    if (origin || !made) return origin;
    const Global* kept = class_of_module(object);
    return kept ? kept : class_constructed(*made);
}

// _rebuild_from_type_v2(C, type, arguments, state) gives a C, or what is then taken for the type.
const Global* Verdict::class_applied(const Global& caller, Value args) const {
    constexpr std::string_view kAppliers = "_create_array _rebuild_from_type _rebuild_from_type_v2";
    if (!has_word(kAppliers, *heap().known_text(caller.name))) return nullptr;
    const Global* first = heap().global_of(heap().item(args, 0));
    if (first && is_class(*heap().known_text(first->name))) return first;
    return heap().global_of(heap().item(args, 1));
}

// getattr(C, "__new__")(D) makes a D; partial(C.__new__, D)() does, too, and partial(C)() a C.
const Global* Verdict::class_constructed(const Made& made) const {
    const Made* callee = heap().made_of(made.callee);
    const Global* maker = callee ? heap().global_of(callee->callee) : nullptr;
    if (!maker) return nullptr;
    if (judged(*maker).use == Use::kGetsAttribute) {
        return heap().global_of(heap().item(made.args, 0));
    }
    if (judged(*maker).use != Use::kCallsArgument) return nullptr;
    const Value first = heap().item(callee->args, 0);
    if (first.is(Kind::kGlobal)) return heap().global_of(first);
    for (Value given : {heap().item(callee->args, 1), heap().item(heap().item(callee->state, 1), 0),
                        heap().item(made.args, 0)}) {
        if (given.is(Kind::kGlobal)) return heap().global_of(given);
    }
    return nullptr;
}

WeightsOnlyTarget Verdict::weights_only_target_of(Value object) const {
    const Made* made = object.is(Kind::kMade) ? heap().made_of(object) : nullptr;
    const Global* maker = made ? heap().global_of(made->callee) : nullptr;
    if (!maker) return WeightsOnlyTarget::kOther;
    return weights_only_target(*heap().known_text(maker->module), *heap().known_text(maker->name));
}

void Verdict::weights_only_set(uint64_t offset, Op op, Value object) {
    const bool items = op == Op::kSetItem || op == Op::kSetItems;
    if (items && weights_only_target_of(object) == WeightsOnlyTarget::kMapping) return;
    if (object.is(Kind::kLost)) return;
    report(
        rules::kProfileObject, offset,
        fmt::format("{} on {}", opcode_of(static_cast<uint8_t>(op))->name, render(heap(), object)));
}

void Verdict::build(uint64_t offset, Value object, Value state) {
    if (weights_only() && !object.is(Kind::kLost) &&
        weights_only_target_of(object) == WeightsOnlyTarget::kOther) {
        report(rules::kProfileObject, offset, fmt::format("BUILD on {}", render(heap(), object)));
    }
    if (is_shared(object)) {
        return report(
            rules::kBuildGlobal, offset,
            fmt::format("{}.__setstate__({})", render(heap(), object), render(heap(), state)));
    }
    check_dtype(offset, object, state);
    check_script_object(offset, object, state);
    check_text(offset, object, state);
    check_slots(offset, object, state);
    check_stand_ins(offset, object, state);
    // A polynomial keeps the dictionary itself, which may have grown since.
    const Made* made = heap().made_of(object);
    if (made && made->state.is(Kind::kDict)) check_stand_ins(offset, object, made->state);
    check_partial(offset, object, state);
    check_called(offset, object, state);
}

void Verdict::check_dtype(uint64_t offset, Value object, Value state) {
    const Global* maker = class_of(object);
    if (!maker || judged(*maker).use != Use::kDtype) return;
    if (!mistakes_numbers_for_objects(heap(), object, state)) return;
    report(rules::kDtype, offset,
           fmt::format("{}.__setstate__({})", render(heap(), object), render(heap(), state)),
           std::nullopt, {{"capability", "native"}});
}

// pyarrow.lib._restore_array(parts).
void Verdict::restore_array(const Call& call) {
    const Items* args = heap().items_of(call.args);
    if (args && args->total == 1 && is_whole_arrow_array(heap(), heap().item(call.args, 0))) return;
    call_dangerous(call, {Tier::kDangerous, Capability::kNative, Use::kArrowArray,
                          "an array without all the parts that its type needs", false});
}

namespace {

// Classes of torch's quantized layers: their state is tensors and numbers.
constexpr std::string_view kPackedWeights =
    "__torch__.torch.classes.quantized.Conv2dPackedParamsBase "
    "__torch__.torch.classes.quantized.Conv3dPackedParamsBase "
    "__torch__.torch.classes.quantized.EmbeddingPackedParamsBase "
    "__torch__.torch.classes.quantized.LinearPackedParamsBase "
    "__torch__.torch.classes.rnn.CellParamsBase";

}  // namespace

// torch.ScriptObject becomes, by the second half of its state, an object of any class that native
// code has registered, and that class reads the first half.
void Verdict::check_script_object(uint64_t offset, Value object, Value state) {
    const Global* type = class_of(object);
    if (!type || heap().known_text(type->name) != "ScriptObject") return;
    if (heap().known_text(type->module) != "torch" || is_users_own(object)) return;
    const Items* pair = state.is(Kind::kTuple) ? heap().items_of(state) : nullptr;
    const std::optional<std::string_view> name = heap().known_text(heap().item(state, 1));
    if (pair && pair->total == 2 && name && has_word(kPackedWeights, *name)) return;
    report(rules::kCallDangerous, offset,
           fmt::format("{}.__setstate__({})", render(heap(), object), render(heap(), state)),
           std::nullopt,
           {{"capability", "native"}, {"reason", "its state names another class of native code"}});
}

bool Verdict::runs_text(Value object) const {
    const Global* type = class_of(object);
    return type && judged(*type).use == Use::kRunsText;
}

// Also where a call was given such an object, or its class, and may have made one of it.
bool Verdict::may_run_text(Value object) const {
    if (runs_text(object)) return true;
    const Made* made = heap().made_of(object);
    if (!made) return false;
    const std::vector<Value> given = heap().kept_items(made->args);
    return runs_text(made->callee) || std::ranges::any_of(given, [this](Value value) {
               const std::vector<Value> inner = heap().kept_items(value);
               return runs_text(value) ||
                      std::ranges::any_of(inner, [this](Value item) { return runs_text(item); });
           });
}

bool Verdict::is_users_own(Value object) const {
    const Global* type = class_of(object);
    return type && is_user_allowed(*type);
}

// scipy's distributions run a text of their state. It is reviewed as it passes; see
// is_argument_parser(). What the state is updated with by other means nobody has seen.
// Classes of other packages may be made of theirs.
void Verdict::check_text(uint64_t offset, Value object, Value state) {
    const Items* items = heap().items_of(state);
    const bool seen = state.is(Kind::kDict) && items->total == items->kept;
    const Global* type = class_of(object);
    const bool plain =
        type && type->judgement.tier == Tier::kAllowed && type->judgement.use == Use::kPlain;
    std::optional<Value> text;
    if (state.is(Kind::kDict) && !plain) text = heap().lookup(state, "_parse_arg_template");
    if (text ? is_users_own(object) : !may_run_text(object)) return;
    if (!seen) text.reset();
    const bool reviewed = text && text->is(Kind::kText) && text->inspected() &&
                          heap().text_of(*text).kept.starts_with(kArgumentParser);
    if (reviewed) return;
    report(rules::kCallDangerous, offset,
           fmt::format("{}.__setstate__({})", render(heap(), object), render(heap(), state)),
           std::nullopt, {{"capability", "execute"}, {"reason", "it runs a text of its state"}});
}

namespace {

bool is_dunder(std::string_view name) {
    return name.size() > 4 && name.starts_with("__") && name.ends_with("__");
}

}  // namespace

// A builtin container that is called for, so that nobody sees what it holds.
bool Verdict::is_call_of(Value value, std::string_view type) const {
    const Global* maker = value.is(Kind::kMade) ? heap().origin_of(value) : nullptr;
    return maker && heap().known_text(maker->name) == type;
}

// Keys and values of a dictionary, or of one that a call makes: OrderedDict([...]). Nullopt for
// what is none.
std::optional<Verdict::Names> Verdict::names_in(Value table) const {
    if (const Items* items = table.is(Kind::kDict) ? heap().items_of(table) : nullptr) {
        return Names{heap().kept_items(table), items->hidden_dunder || items->forgotten};
    }
    const Global* type = table.is(Kind::kMade) ? class_of(table) : nullptr;
    if (!type || !(is_container(*type) || heap().known_text(type->name) == "defaultdict")) {
        return std::nullopt;
    }
    const Value given = heap().given_to(table);
    const Items* items = heap().items_of(given);
    Names names{heap().kept_items(given), items && items->hidden_dunder};
    for (Value argument : heap().kept_items(heap().made_of(table)->args)) {
        const std::vector<Value> pairs = heap().kept_items(argument);
        const Items* all = heap().items_of(argument);
        if (argument.is(Kind::kDict))
            names.pairs.insert(names.pairs.end(), pairs.begin(), pairs.end());
        const bool listed = argument.is(Kind::kList) || argument.is(Kind::kTuple);
        for (size_t i = 0; listed && i < pairs.size(); i++) {
            names.pairs.push_back(heap().item(pairs[i], 0));
            names.pairs.push_back(heap().item(pairs[i], 1));
        }
        const bool computed = argument.is(Kind::kMade) && class_of(argument) &&
                              has_word("enumerate filter iter map reversed zip",
                                       *heap().known_text(class_of(argument)->name));
        names.hidden = names.hidden || computed || (all && all->kept != all->total);
    }
    return names;
}

// A text that a call makes: str(b"__class__", "ascii"). As a key it is as good as any.
bool Verdict::is_computed_text(Value value) const {
    constexpr std::string_view kTexts =
        "TorchVersion basestring intern str str0 str_ unichr unicode unicode_";
    const Global* maker = value.is(Kind::kMade) ? class_of(value) : nullptr;
    return maker && has_word(kTexts, *heap().known_text(maker->name));
}

// The second half of a pair is set attribute by attribute, and may so replace the object's class.
void Verdict::check_slots(uint64_t offset, Value object, Value state) {
    const Items* pair = heap().items_of(state);
    Value slots = heap().item(state, 1);
    bool pair_called = is_call_of(state, "tuple");
    if (pair_called || (state.is(Kind::kTuple) && is_call_of(slots, "dict"))) {
        return report(rules::kAttribute, offset,
                      fmt::format("{}.? = {}", render(heap(), object), render(heap(), state)));
    }
    if (!state.is(Kind::kTuple) || pair->total != 2) return;
    const std::optional<Names> names = names_in(slots);
    if (!names) return;
    const std::vector<Value>& items = names->pairs;
    if (names->hidden) {
        return report(rules::kAttribute, offset,
                      fmt::format("{}.__...__ = ...", render(heap(), object)));
    }
    for (size_t i = 0; i < items.size(); i += 2) {
        std::optional<std::string_view> name = heap().known_text(items[i]);
        bool odd = name ? is_dunder(*name) : !items[i].is(Kind::kText);
        if (odd) {
            return report(
                rules::kAttribute, offset,
                fmt::format("{}.{} = ...", render(heap(), object), render(heap(), items[i])));
        }
    }
}

namespace {

// Nothing that is pickled has these of its own.
constexpr std::string_view kNeverOwn =
    "__array__ __array_interface__ __array_struct__ __copy__ __deepcopy__ __reduce__ "
    "__reduce_ex__ __setstate__";
// An object may well have these, as long as they can't be called.
constexpr std::string_view kNotToBeCalled =
    "__iter__ _attach_argparser_methods _attach_methods _build_f _hook_for_profile add append "
    "default_factory extend extra_repr keys set_weight_bias update";

}  // namespace

// What calling it would call is not known, or would be called here without a look at its arguments.
bool Verdict::can_be_called(Value value) const {
    if (value.is(Kind::kGlobal) || value.is(Kind::kUnknown) || value.is(Kind::kExtension) ||
        value.is(Kind::kPersistent)) {
        return true;
    }
    const Global* maker = value.is(Kind::kMade) ? heap().origin_of(value) : nullptr;
    if (!value.is(Kind::kMade)) return false;
    if (!maker) return true;
    const Use use = judged(*maker).use;
    return !makes_values(use) && use != Use::kGivesBack;
}

// What a module of torch runs when it is called: its function, and modules one behind the other.
bool Verdict::runs_function(std::string_view name, Value value) const {
    if (name == "forward") return is_function(value);
    if (name != "_modules" && name != "parts") return false;
    const std::vector<Value> parts = heap().kept_items(value);
    return std::ranges::any_of(parts, [this](Value part) { return is_function(part); });
}

bool Verdict::stands_in(Value key, Value value) const {
    std::optional<std::string_view> name = heap().known_text(key);
    if (!name) return false;
    if (runs_function(*name, value)) return true;
    return has_word(kNeverOwn, *name) || (has_word(kNotToBeCalled, *name) && can_be_called(value));
}

// A name that nobody wrote, or that is not known because there are too many before it.
bool Verdict::has_odd_name(const Names& names) const {
    for (size_t i = 0; i + 1 < names.pairs.size(); i += 2) {
        if (is_computed_text(names.pairs[i])) return true;
    }
    return names.hidden;
}

// Attributes of their own on containers that are not looked at here, because they are too many or
// made by a call, are as good as such a name: no pickler writes them.
void Verdict::check_stand_ins(uint64_t offset, Value object, Value state) {
    if (state.is(Kind::kTuple)) {
        check_stand_ins(offset, object, heap().item(state, 0));
        return check_stand_ins(offset, object, heap().item(state, 1));
    }
    const std::optional<Names> names = names_in(state);
    if (names && has_odd_name(*names)) {
        return report(rules::kAttribute, offset,
                      fmt::format("{}.? = {}", render(heap(), object), render(heap(), state)));
    }
    const Global* maker = class_of(object);
    const bool holds_items = maker && is_container(*maker);
    const Items* items = heap().items_of(state);
    const bool seen = state.is(Kind::kDict) && items->kept == items->total;
    if (holds_items && !seen && (items ? state.is(Kind::kDict) : state.is(Kind::kMade))) {
        return report(rules::kAttribute, offset,
                      fmt::format("{}.? = {}", render(heap(), object), render(heap(), state)));
    }
    if (!names) return;
    const std::vector<Value>& pairs = names->pairs;
    for (size_t i = 0; i + 1 < pairs.size(); i += 2) {
        // UserDict puts its items into its attribute "data".
        bool elsewhere =
            holds_items && heap().known_text(pairs[i]) == "data" && !holds_plainly(pairs[i + 1]);
        if (!elsewhere && !stands_in(pairs[i], pairs[i + 1])) continue;
        return report(rules::kAttribute, offset,
                      fmt::format("{}.{} = {}", render(heap(), object),
                                  *heap().known_text(pairs[i]), render(heap(), pairs[i + 1])));
    }
}

// Items that are put into it go no further.
bool Verdict::holds_plainly(Value value) const {
    if (value.is_container() || value.is(Kind::kLost) || value.is(Kind::kNone)) return true;
    const Global* type = value.is(Kind::kMade) ? class_of(value) : nullptr;
    return type &&
           has_word("Counter OrderedDict defaultdict deque dict list",
                    *heap().known_text(type->name)) &&
           judged(*type).tier == Tier::kAllowed;
}

// A cookie's keys are made lower-case, and what is no cookie is made a text: both by its methods.
bool Verdict::takes_odd_items(Value object) const {
    const Value given = heap().given_to(object);
    const Items* items = heap().items_of(given);
    if (!items || items->kept != items->total) return true;
    return !std::ranges::all_of(heap().kept_items(given), [this](Value item) {
        const Global* type = item.is(Kind::kMade) ? class_of(item) : nullptr;
        return item.is(Kind::kText) || (type && judged(*type).use == Use::kTakesTexts);
    });
}

void Verdict::set(uint64_t offset, Op op, Value object) {
    if (weights_only()) weights_only_set(offset, op, object);
    const Global* origin = heap().origin_of(object);
    std::string detail =
        fmt::format("{} on {}", opcode_of(static_cast<uint8_t>(op))->name, render(heap(), object));
    // No pickler replaces items of a list: what was looked at would not be what is there.
    if (object.is(Kind::kList)) {
        return report(rules::kSetForeign, offset, detail, Severity::kHigh);
    }
    if (is_shared(object)) return report(rules::kBuildGlobal, offset, detail);
    if (origin) origin = class_of(object);
    if (!origin) return report(rules::kSetForeign, offset, detail);
    Judgement judgement = judged(*origin);
    bool container = judgement.use == Use::kContainer ||
                     heap().known_text(origin->name) == "defaultdict" ||
                     (judgement.use == Use::kTakesTexts && !takes_odd_items(object));
    if (judgement.tier == Tier::kAllowed && container) return;
    std::optional<Severity> severity;
    if (judgement.tier == Tier::kAllowed || context_.options().strict) severity = Severity::kHigh;
    report(rules::kSetForeign, offset, detail, severity);
}

}  // namespace assay::pickle
