#include "verdict.h"

#include <fmt/format.h>

#include <algorithm>

#include "argument_parser.h"
#include "name_tables.h"
#include "pickle_rules.h"
#include "render.h"

namespace assay::pickle {

Verdict::Verdict(ScanContext& context) : context_(context) {}

void Verdict::watch(Machine& machine) {
    machine_ = &machine;
    named_.clear();
    imported_ = called_ = false;
    looked_at_ = 0;
}

void Verdict::report(const Rule& rule, uint64_t offset, std::string_view detail,
                     std::optional<Severity> severity, Evidence evidence) {
    if (!holding_) return context_.report(rule, offset, 0, detail, severity, std::move(evidence));
    // A hostile file must not fill our memory with what nobody may ever hear.
    constexpr size_t kMostHeld = 256;
    if (held_.size() >= kMostHeld) tell();
    held_.push_back({&rule, offset, std::string(detail), severity, std::move(evidence)});
}

void Verdict::tell() {
    holding_ = false;
    for (Held& held : held_) {
        context_.report(*held.rule, held.offset, 0, held.detail, held.severity,
                        std::move(held.evidence));
    }
    held_.clear();
}

void Verdict::forget() {
    holding_ = false;
    held_.clear();
}

// ------------------------------------------------------------------------------------------------
// Names

bool Verdict::user_allows(std::string_view module, std::string_view name) const {
    const std::vector<std::string>& allow = context_.options().allow;
    if (allow.empty()) return false;
    return std::find(allow.begin(), allow.end(), render_name(module, name)) != allow.end();
}

bool Verdict::is_user_allowed(const Global& global) const {
    return user_allows(*heap().known_text(global.module), *heap().known_text(global.name));
}

Judgement Verdict::judged(const Global& global) const {
    std::string_view module = *heap().known_text(global.module);
    std::string_view name = *heap().known_text(global.name);
    if (!user_allows(module, name)) return global.judgement;
    return {Tier::kAllowed, Capability::kNone, Use::kPlain, "allowed by the user", false};
}

namespace {

Evidence evidence_of(const Judgement& judgement) {
    Evidence evidence;
    if (judgement.capability != Capability::kNone) {
        evidence.emplace_back("capability", std::string(name_of(judgement.capability)));
    }
    if (!judgement.reason.empty()) evidence.emplace_back("reason", std::string(judgement.reason));
    return evidence;
}

}  // namespace

// Once for each name; what is done with it is reported each time.
void Verdict::global(const GlobalUse& use) {
    imported_ = true;
    std::string name = render_name(use.module, use.name);
    if (weights_only() && !weights_only_allows(use.module, use.name)) {
        report(rules::kProfileGlobal, use.offset, name);
    }
    if (use.judgement.tier == Tier::kAllowed || user_allows(use.module, use.name)) return;
    constexpr size_t kMostNamed = 4096;
    if (named_.size() < kMostNamed &&
        !named_.emplace(std::string(use.module), std::string(use.name)).second) {
        return;
    }
    bool dangerous = use.judgement.tier == Tier::kDangerous;
    const Rule& rule = dangerous ? rules::kGlobalDangerous : rules::kGlobalUnknown;
    std::optional<Severity> severity;
    if (!dangerous && context_.options().strict) severity = Severity::kHigh;
    report(rule, use.offset, name, severity, evidence_of(use.judgement));
}

void Verdict::computed_name(uint64_t offset, Value module, Value name) {
    imported_ = true;
    report(rules::kNameComputed, offset,
           fmt::format("{} . {}", render(heap(), module), render(heap(), name)),
           module.is(Kind::kLost) || name.is(Kind::kLost) ? std::optional(Severity::kMedium)
                                                          : std::nullopt);
}

// ------------------------------------------------------------------------------------------------
// Calls

void Verdict::call(const Call& call) {
    called_ = called_ || imported_;  // else there is nothing that could be called
    const Global* global = heap().global_of(call.callee);
    if (weights_only() && !global && !call.callee.is(Kind::kLost)) {
        report(rules::kProfileObject, call.offset, render_call(heap(), call));
    }
    if (global) return call_global(call, *global);
    if (call.callee.is(Kind::kMade)) return call_made(call);
    // What was not kept has been judged by its name, as if it were called.
    if (!call.callee.is(Kind::kLost)) call_computed(call);
}

void Verdict::call_computed(const Call& call) {
    report(rules::kCallComputed, call.offset, render_call(heap(), call));
}

void Verdict::call_global(const Call& call, const Global& global) {
    Judgement judgement = judged(global);
    if (judgement.tier == Tier::kDangerous) return call_dangerous(call, judgement);
    if (judgement.tier == Tier::kUnknown) return call_unknown(call, global);
    if (refuses_zone(call, global)) return;
    refuses_lenders(call);
    call_allowed(call, judgement.use);
}

void Verdict::call_dangerous(const Call& call, const Judgement& judgement) {
    report(rules::kCallDangerous, call.offset, render_call(heap(), call), std::nullopt,
           evidence_of(judgement));
}

bool makes_values(Use use) {
    return use == Use::kPlain || use == Use::kContainer || use == Use::kDtype;
}

// By the conventions of the language a class: not private, not nested, an upper-case letter first.
bool looks_like_class(std::string_view name) {
    return name.find('.') == std::string_view::npos && !name.empty() && name[0] >= 'A' &&
           name[0] <= 'Z';
}

namespace {

// Outer.Mode: a class, or a class in a class, and none of them private.
bool is_public_class(std::string_view path) {
    return is_class(path) && !path.starts_with('_') && path.find("._") == std::string_view::npos;
}

bool is_private(std::string_view name) { return name.empty() || name.front() == '_'; }

// No part of it is private or gives more than the object's own data.
bool is_plain_path(std::string_view path) {
    for (;;) {
        const size_t dot = path.find('.');
        const std::string_view part = path.substr(0, dot);
        if (is_private(part) || method_capability(part) != Capability::kNone) return false;
        if (dot == std::string_view::npos) return true;
        path.remove_prefix(dot + 1);
    }
}

}  // namespace

namespace {

bool is_sympy(std::string_view module) { return module == "sympy" || module.starts_with("sympy."); }

}  // namespace

// All of SymPy but what has a name or digits.
bool Verdict::evaluates_texts(const Global& global) const {
    return is_sympy(*heap().known_text(global.module)) && !is_user_allowed(global) &&
           !has_word("Dummy Float Str Symbol Wild", *heap().known_text(global.name));
}

// SymPy turns whatever it is given into an expression, objects by way of their texts, and evaluates
// it. Its own pickles give the parts of an expression, which are numbers and expressions.
bool Verdict::refuses_evaluated(const Call& call, const Global& global) {
    if (!evaluates_texts(global)) return false;
    const auto is_of_sympy = [this](const Global* of) {
        return of && is_sympy(*heap().known_text(of->module));
    };
    constexpr size_t kMostSeen = 1024;
    std::vector<Value> open = {call.args};
    for (size_t at = 0; at < open.size(); at++) {
        const Items* items = heap().items_of(open[at]);
        const bool seen = items && items->kept == items->total && open.size() < kMostSeen;
        const bool number = open[at].kind() >= Kind::kNone && open[at].kind() < Kind::kText;
        if (!seen && !number && !is_of_sympy(class_of(open[at]))) {
            call_dangerous(call, {Tier::kDangerous, Capability::kExecute, Use::kPlain,
                                  "evaluates the text that it is given", false});
            return true;
        }
        const std::vector<Value> inner = heap().kept_items(open[at]);
        open.insert(open.end(), inner.begin(), inner.end());
    }
    return false;
}

namespace {

// _helper: not of the language, and without it a plain method.
bool is_private_method(std::string_view name) {
    return is_private(name) && name.size() > 1 && is_plain_path(name.substr(1)) &&
           name.find('.') == std::string_view::npos;
}

// Classes that have their type of elements in front of their names: dKalmanFilter.
bool is_class_of_numbers(std::string_view module, std::string_view name) {
    return module.starts_with("statsmodels.tsa.statespace.") &&
           has_word("c d s z", name.substr(0, 1)) && looks_like_class(name.substr(1));
}

}  // namespace

// NEWOBJ insists on a class; the name alone was reported when it was met.
void Verdict::call_unknown(const Call& call, const Global& global) {
    if (refuses_evaluated(call, global)) return;
    std::string_view name = *heap().known_text(global.name);
    bool instance = call.op == Op::kNewObj || call.op == Op::kNewObjEx;
    bool plain = is_class(name) || (name.find('.') == std::string_view::npos && !is_private(name));
    if ((instance && plain) || is_public_class(name)) return;
    if (is_class_of_numbers(*heap().known_text(global.module), name)) return;
    if (judged(global).use == Use::kMakesInstance) return;
    report(rules::kCallUnknown, call.offset, render_call(heap(), call));
}

void Verdict::call_allowed(const Call& call, Use use) {
    switch (use) {
        case Use::kPlain:
        case Use::kContainer:
        case Use::kShared:
        case Use::kDtype:
            return;
        case Use::kTakesItem:
            return take_item(call);
        case Use::kGivesBack:
            return give_back(call);
        case Use::kTypeNamed:
            return name_type(call);
        case Use::kLoadsBytes:
            return load_bytes(call);
        case Use::kTypeOf:
            return tell_type(call);
        case Use::kImportsName:
            return import_named(call);
        case Use::kReference:
        case Use::kCompiles:
            return report(rules::kCallUnknown, call.offset, render_call(heap(), call));
        case Use::kCallsArgument:
            return take_callable(call);
        case Use::kMakesInstance:
            return make_instance(call);
        case Use::kGetsAttribute:
            return get_attribute(call);
        case Use::kNamesAttribute:
            return name_attributes(call, false);
        case Use::kCallsMethod:
            return name_attributes(call, true);
        case Use::kEncodes:
            return encode(call);
        case Use::kArrowArray:
            return restore_array(call);
        case Use::kBare:
        case Use::kRunsText:
        case Use::kTakesTexts:
            return make_bare(call);
    }
}

// Its arguments may name a file to open, or hold what a native parser reads. Zones of dateutil are
// given the name, but no file: tzfile(None, "/usr/share/zoneinfo/Europe/Berlin").
void Verdict::make_bare(const Call& call) {
    const Items* args = heap().items_of(call.args);
    const Items* named = heap().items_of(call.kwargs);
    const Global* type = heap().global_of(call.callee);
    const bool unopened = type && heap().known_text(type->name) == "tzfile" && args &&
                          args->total == 2 && heap().item(call.args, 0).is(Kind::kNone);
    const bool bare = (unopened || (args && args->total == 0)) &&
                      (call.op != Op::kNewObjEx || (named && named->total == 0));
    if (bare) return;
    call_dangerous(call, {Tier::kDangerous, Capability::kFile, Use::kBare,
                          "with arguments it opens what they name, or runs them", false});
}

// A type by its name alone, of builtins or, for cloudpickle, of types; or who knows what.
void Verdict::name_type(const Call& call) {
    std::optional<std::string_view> type = heap().known_text(heap().item(call.args, 0));
    const Global* maker = heap().origin_of(call.callee);
    const bool of_types = maker && heap().known_text(maker->name) == "_builtin_type";
    Judgement judgement = type ? judge(of_types ? "types" : "builtins", *type, false) : Judgement();
    bool simple = judgement.use == Use::kPlain || judgement.use == Use::kContainer;
    if (judgement.tier == Tier::kAllowed && simple) return;
    if (judgement.tier == Tier::kDangerous) return call_dangerous(call, judgement);
    report(rules::kCallUnknown, call.offset, render_call(heap(), call));
}

// Bytes, or the latin1 that protocols below 3 write them as. A third argument of the encoder says
// what becomes of characters that are not in it.
bool Verdict::holds_inspected(Value bytes) const {
    if (bytes.inspected()) return true;
    const Made* made = heap().made_of(bytes);
    const Global* maker = made ? heap().global_of(made->callee) : nullptr;
    if (!maker || judged(*maker).use != Use::kEncodes) return false;
    const Items* args = heap().items_of(made->args);
    std::optional<std::string_view> codec = heap().known_text(heap().item(made->args, 1));
    return args && args->total == 2 && codec == "latin1" && heap().item(made->args, 0).inspected();
}

// A loader of bytes that lie in this pickle: their own findings tell what that does.
void Verdict::load_bytes(const Call& call) {
    if (holds_inspected(heap().item(call.args, 0))) {
        return report(rules::kCallUnknown, call.offset, render_call(heap(), call),
                      context_.options().strict ? Severity::kHigh : Severity::kMedium);
    }
    report(rules::kCallDangerous, call.offset, render_call(heap(), call));
}

// type(x) tells a class, type(name, bases, members) makes one.
void Verdict::tell_type(const Call& call) {
    const Items* args = heap().items_of(call.args);
    if (args && args->total == 1) return;
    report(rules::kCallUnknown, call.offset, render_call(heap(), call));
}

// The arguments are a module and a name in it.
void Verdict::import_named(const Call& call) {
    std::optional<std::string_view> module = heap().known_text(heap().item(call.args, 0));
    std::optional<std::string_view> name = heap().known_text(heap().item(call.args, 1));
    if (!module || !name) return call_computed(call);
    Judgement judgement = judge(*module, *name, machine_->protocol() < 3);
    if (judgement.tier == Tier::kAllowed || user_allows(*module, *name)) return;
    if (judgement.tier == Tier::kDangerous) return call_dangerous(call, judgement);
    report(rules::kCallUnknown, call.offset, render_call(heap(), call));
}

void Verdict::make_instance(const Call& call) {
    Value made = heap().item(call.args, 0);
    const Global* global = heap().global_of(made);
    const Global* by = heap().global_of(call.callee);
    // Cython's (class, checksum, state): attributes are the last part of the state.
    if (by && heap().known_text(by->name)->starts_with("__pyx_unpickle_")) {
        for (Value part : heap().kept_items(heap().item(call.args, 2))) {
            check_stand_ins(call.offset, made, part);
        }
    }
    if (!global) {
        const bool nested = class_reached(made) && is_plain_base(call);
        if (!made.is(Kind::kLost) && !nested) call_computed(call);
        return;
    }
    Call inner = call;
    inner.op = Op::kNewObj;
    Judgement judgement = judged(*global);
    if (judgement.tier == Tier::kDangerous) return call_dangerous(call, judgement);
    if (judgement.tier == Tier::kUnknown) return call_unknown(inner, *global);
    if (!is_plain_base(call))
        return report(rules::kCallUnknown, call.offset, render_call(heap(), call));
    // Made by way of this, attrgetter and its like would take what is checked where they are
    // called.
    const Items* args = heap().items_of(call.args);
    const Global* maker = heap().global_of(call.callee);
    bool rebuilt = maker && heap().known_text(maker->name) == "_reconstructor" && args &&
                   args->total == 3 && heap().item(call.args, 2).is(Kind::kNone);
    // dateutil's takes what it read from the file before.
    const bool read = maker && heap().known_text(maker->name) == "_unpickle";
    bool bare = args && (args->total == 1 || rebuilt || read);
    bool plain = makes_values(judgement.use) || judgement.use == Use::kReference ||
                 judgement.use == Use::kTakesTexts ||
                 ((judgement.use == Use::kCallsArgument || judgement.use == Use::kBare ||
                   judgement.use == Use::kRunsText) &&
                  bare);
    if (!plain) report(rules::kCallUnknown, call.offset, render_call(heap(), call));
}

// copyreg._reconstructor(class, base, state) calls base.__new__ and base.__init__ with the state,
// whether it is a base of that class or not.
bool Verdict::is_plain_base(const Call& call) const {
    const Global* maker = heap().global_of(call.callee);
    if (!maker || heap().known_text(maker->name) != "_reconstructor") return true;
    const Global* base = heap().global_of(heap().item(call.args, 1));
    if (!base || heap().item(call.args, 2).is(Kind::kNone)) return true;
    const Judgement judgement = judged(*base);
    if (judgement.tier == Tier::kAllowed) return makes_values(judgement.use);
    return judgement.tier == Tier::kUnknown && !evaluates_texts(*base) &&
           looks_like_class(*heap().known_text(base->name));
}

// getattr(object, "name"): a bound method has a plain name and an object that may be named. Of a
// class or a module the attribute is a name like any other, and may be on the list.
void Verdict::get_attribute(const Call& call) {
    Value object = heap().item(call.args, 0);
    std::optional<std::string_view> name = heap().known_text(heap().item(call.args, 1));
    const Items* args = heap().items_of(call.args);
    bool well_formed = args && args->total == 2 && name;
    const Reach reach = well_formed ? judge_attribute(object, *name) : Reach::kFar;
    if (reach == Reach::kUnknown) keep_unknown_method(call);
    if (reach == Reach::kFar) report(rules::kAttribute, call.offset, render_call(heap(), call));
    if (reach != Reach::kFar && runs_property(call, reach)) call_computed(call);
}

void Verdict::keep_unknown_method(const Call& call) {
    report(rules::kMethodUnknown, call.offset, render_call(heap(), call),
           context_.options().strict ? std::optional(Severity::kHigh) : std::nullopt);
}

Verdict::Reach Verdict::judge_attribute(Value object, std::string_view name) const {
    const auto reach = [](bool harmless) { return harmless ? Reach::kHarmless : Reach::kFar; };
    const Global* origin = class_of(object);
    if (!origin) origin = class_of_module(object);
    if (is_attribute_of_instance(object)) return Reach::kFar;
    bool constant =
        !object.is(Kind::kUnknown) && !object.is(Kind::kLost) && object.kind() < Kind::kGlobal;
    if (!constant && (!origin || judged(*origin).tier == Tier::kDangerous)) return Reach::kFar;
    const Global* owner = heap().global_of(object);
    if (origin && is_listed_member(*origin, name)) return Reach::kHarmless;
    if (origin && !owner && is_lazy_hook(*origin, name)) return Reach::kHarmless;
    if (origin && keeps_to_itself(*origin)) return reach(name == "__new__");
    // Discrete distributions keep a vectorized form of this method in their state.
    if (origin && judged(*origin).use == Use::kRunsText && name == "_entropy") {
        return Reach::kHarmless;
    }
    if (owner && (name == "__new__" || is_foreign_constant(*owner, name))) return Reach::kHarmless;
    if (owner && !is_class(*heap().known_text(owner->name))) return Reach::kFar;
    // Of a class that is unknown as a whole, as its name was reported to be.
    const bool foreign = origin && !owner && judged(*origin).tier == Tier::kUnknown;
    if (foreign && is_private_method(name)) return Reach::kUnknown;
    if (!is_plain_path(name) || name.find('.') != std::string_view::npos) return Reach::kFar;
    if (owner && is_class(name)) return Reach::kHarmless;  // a member, or a class of a class
    if (class_reached(object)) return Reach::kHarmless;
    if (origin) return method_of(*origin, name);
    return is_known_method(name) ? Reach::kHarmless : Reach::kUnknown;
}

// Whether the attribute is on the list, as a name of the class.
bool Verdict::is_listed_member(const Global& owner, std::string_view name) const {
    const std::string_view module = *heap().known_text(owner.module);
    const std::string_view owner_name = *heap().known_text(owner.name);
    // torch's own functions are methods of a class that nobody calls by its name.
    if (module == "torch._C" && owner_name == "_VariableFunctionsClass") {
        return judge("torch", name, false).tier == Tier::kAllowed;
    }
    const std::string path = render_name(owner_name, name);
    return judge(module, path, machine_->protocol() < 3).tier == Tier::kAllowed;
}

// What layers of torch that don't know their shape yet have among their hooks.
bool Verdict::is_lazy_hook(const Global& type, std::string_view name) const {
    return has_word("_infer_parameters _lazy_load_hook", name) &&
           heap().known_text(type.module)->starts_with("torch.nn.modules.") &&
           heap().known_text(type.name)->starts_with("Lazy");
}

// Nobody pickles methods of these, and with arguments they open files or call what they hold. Of
// torch's functions only those on the list.
bool Verdict::keeps_to_itself(const Global& type) const {
    const Judgement judgement = judged(type);
    if (heap().known_text(type.name) == "_VariableFunctionsClass") return true;
    if (judgement.use != Use::kBare) return false;
    return judgement.standard || has_word("ScriptObject tzfile", *heap().known_text(type.name));
}

// A constant of an unknown class: enumerations may have names in lower case, and members that are
// private. What looks like a class may be a module, and the constant a class of it.
bool Verdict::is_foreign_constant(const Global& owner, std::string_view name) const {
    if (judged(owner).tier != Tier::kUnknown || !is_constant(name)) return false;
    const std::string path =
        render_name(*heap().known_text(owner.module), *heap().known_text(owner.name));
    return judge(path, name, machine_->protocol() < 3).tier == Tier::kUnknown;
}

// torch's files before version 1.6 keep the class of a module as a persistent id, with its source.
const Global* Verdict::class_of_module(Value object) const {
    const Made* made = heap().made_of(object);
    if (!made || !made->callee.is(Kind::kPersistent)) return nullptr;
    const Value id = heap().made_of(made->callee)->args;
    const Text sort = heap().text_of(heap().item(id, 0));  // a text, or bytes
    return sort.whole() && sort.kept == "module" ? heap().global_of(heap().item(id, 1)) : nullptr;
}

// An attribute of what only exists once the pickle runs. Bound methods are of objects, and a method
// of an attribute is one of an object, too: who asks for more follows a path (an iterator has a
// frame).
bool Verdict::is_attribute_of_instance(Value object) const {
    const Made* made = heap().made_of(object);
    const Global* maker = made ? heap().global_of(made->callee) : nullptr;
    if (!maker || judged(*maker).use != Use::kGetsAttribute) return false;
    return !heap().item(made->args, 0).is(Kind::kGlobal);
}

// operator.getitem(typing.List, int). Elements of objects are something else: a mapping calls for
// what it lacks, and may hold what no name leads to.
void Verdict::take_item(const Call& call) {
    constexpr int kMostWrapped = 8;
    Value holder = heap().item(call.args, 0);
    for (int depth = 0; depth < kMostWrapped && !holder.is(Kind::kGlobal); depth++) {
        const Made* made = heap().made_of(holder);
        const Global* maker = made ? heap().global_of(made->callee) : nullptr;
        if (!maker || judged(*maker).use != Use::kTakesItem) break;
        holder = heap().item(made->args, 0);
    }
    if (holder.is(Kind::kGlobal) || holder.is(Kind::kLost)) return;
    report(rules::kCallUnknown, call.offset, render_call(heap(), call));
}

// numpy.scalar(dtype, bytes), build_intlist([1, 2]). What comes out of a call is judged by what was
// called, so an object that comes out as it went in would be taken for another one.
void Verdict::give_back(const Call& call) {
    for (Value given : heap().kept_items(call.args)) {
        const Global* type = class_of(given);
        const bool plain =
            given.is(Kind::kMade) && type &&
            (judged(*type).use == Use::kDtype || judged(*type).use == Use::kEncodes ||
             heap().known_text(type->name) == "ndarray");
        if ((given.kind() < Kind::kGlobal && !given.is(Kind::kUnknown)) || plain) continue;
        return call_computed(call);
    }
}

// attrgetter, itemgetter, methodcaller. Items may be numbers; names must be plain.
void Verdict::name_attributes(const Call& call, bool first_only) {
    std::vector<Value> args = heap().kept_items(call.args);
    const Items* items = heap().items_of(call.args);
    size_t names = first_only ? std::min<size_t>(args.size(), 1) : args.size();
    bool known = items && (first_only ? names == 1 : items->total == items->kept);
    for (size_t i = 0; i < names && known; i++) {
        std::optional<std::string_view> name = heap().known_text(args[i]);
        bool number = args[i].is(Kind::kInt) && !first_only;
        known = number || (name && is_plain_path(*name));
    }
    if (first_only && known) known = may_call_by_name(call);
    // methodcaller("combine", other, getattr): the method calls what it is given.
    for (size_t i = names; i < args.size() && known; i++) known = !is_function(args[i]);
    if (!known) return report(rules::kAttribute, call.offset, render_call(heap(), call));
    if (first_only && !is_known_method(*heap().known_text(args[0]))) keep_unknown_method(call);
}

void Verdict::encode(const Call& call) {
    constexpr std::string_view kTextCodecs[] = {"latin1", "latin-1", "iso-8859-1",        "utf-8",
                                                "utf8",   "ascii",   "raw_unicode_escape"};
    const Items* args = heap().items_of(call.args);
    std::optional<std::string_view> codec = heap().known_text(heap().item(call.args, 1));
    bool plain = args && args->total == 1;
    for (std::string_view known : kTextCodecs) plain = plain || codec == known;
    if (!plain) report(rules::kCallCodec, call.offset, render_call(heap(), call));
}

// The result of one call is called again: a bound method, a partial. Whether it is known what that
// calls.
bool Verdict::calls_known(const Made& callee) const {
    const Global* maker = heap().global_of(callee.callee);
    if (!maker) return false;
    Judgement judgement = judged(*maker);
    if (judgement.tier != Tier::kAllowed) return false;
    Value first = heap().item(callee.args, 0);
    const Global* target = heap().global_of(first);
    if (judgement.use == Use::kCallsArgument && target) {
        Judgement of_target = judged(*target);
        bool simple = of_target.use == Use::kPlain || of_target.use == Use::kContainer;
        if (of_target.tier == Tier::kAllowed && simple) return true;
    }
    // What is named was judged when it was.
    if (judgement.use == Use::kTypeNamed) return true;
    // Protocols 2 and 3 write NEWOBJ_EX so: partial(C.__new__, C, ...)().
    const Made* constructor = heap().made_of(first);
    if (judgement.use == Use::kCallsArgument && constructor) return is_constructor(*constructor);
    if (judgement.use != Use::kGetsAttribute || !target) return false;
    std::optional<std::string_view> name = heap().known_text(heap().item(callee.args, 1));
    std::string path = render_name(*heap().known_text(target->name), name.value_or("?"));
    Judgement of_method = judge(*heap().known_text(target->module), path, false);
    return is_constructor(callee) ||
           (of_method.tier == Tier::kAllowed && makes_values(of_method.use));
}

// getattr(C, "__new__") of a class that may be made with any arguments: map.__new__ calls what it
// is given, as map does.
bool Verdict::is_constructor(const Made& callee) const {
    const Global* maker = heap().global_of(callee.callee);
    const Global* type = heap().global_of(heap().item(callee.args, 0));
    if (!maker || !type || judged(*maker).use != Use::kGetsAttribute) return false;
    if (heap().known_text(heap().item(callee.args, 1)) != "__new__") return false;
    const Judgement judgement = judged(*type);
    if (judgement.tier == Tier::kAllowed) return makes_values(judgement.use);
    return judgement.tier == Tier::kUnknown && !evaluates_texts(*type) &&
           looks_like_class(*heap().known_text(type->name));
}

// What protocols below 4 write for a class of an unknown class, Outer.Mode, and all of them for a
// method of one: getattr(Outer, "Mode"). The path, if it leads on from there.
std::optional<std::string> Verdict::class_reached(Value value) const {
    const Made* made = heap().made_of(value);
    const Global* maker = made ? heap().global_of(made->callee) : nullptr;
    const Global* owner = made ? heap().global_of(heap().item(made->args, 0)) : nullptr;
    const std::optional<std::string_view> name =
        made ? heap().known_text(heap().item(made->args, 1)) : std::nullopt;
    if (!maker || !owner || !name || judged(*maker).use != Use::kGetsAttribute) return std::nullopt;
    const std::string path = render_name(*heap().known_text(owner->name), *name);
    const Judgement judgement = judge(*heap().known_text(owner->module), path, false);
    const bool unknown = judged(*owner).tier == Tier::kUnknown && judgement.tier == Tier::kUnknown;
    return unknown && heap().items_of(made->args)->total == 2 ? std::optional(path) : std::nullopt;
}

void Verdict::call_made(const Call& call) {
    if (refuses_lenders(call)) return;
    const Made& callee = *heap().made_of(call.callee);
    if (calls_known(callee) || makes_methodcaller(callee, call.args)) return;
    const std::optional<std::string> path = class_reached(call.callee);
    if (!path) return call_computed(call);
    const bool instance = call.op == Op::kNewObj || call.op == Op::kNewObjEx;
    if (instance ? is_class(*path) : is_public_class(*path)) return;
    report(rules::kCallUnknown, call.offset, render_call(heap(), call));
}

// ------------------------------------------------------------------------------------------------

void Verdict::persistent(uint64_t offset, Value id) {
    imported_ = true;
    report(rules::kPersistent, offset, render(heap(), id));
}

void Verdict::extension(uint64_t offset, int64_t code) {
    imported_ = true;
    report(rules::kExtension, offset, fmt::format("extension {}", code));
}

void Verdict::discarded(uint64_t offset, Value value) {
    const Global* origin = heap().origin_of(value);
    bool harmless = origin && judged(*origin).tier == Tier::kAllowed;
    report(rules::kCallDiscarded, offset, render(heap(), value),
           harmless ? std::nullopt : std::optional(Severity::kMedium));
}

void Verdict::fault(uint64_t offset, std::string_view why) {
    report(rules::kFault, offset, why, called_ ? std::optional(Severity::kHigh) : std::nullopt);
}

void Verdict::too_deep(uint64_t offset) { report(rules::kTooDeep, offset, {}); }

void Verdict::excess(uint64_t offset, std::string_view what) {
    report(rules::kExcess, offset, what);
}

void Verdict::frame_anomaly(uint64_t offset, std::string_view what) {
    report(rules::kFrame, offset, what);
}

void Verdict::step(uint64_t offset, uint8_t code) {
    if (!weights_only()) return;
    const Opcode* opcode = opcode_of(code);
    if (opcode && !opcode->weights_only) report(rules::kProfileOpcode, offset, opcode->name);
}

// ------------------------------------------------------------------------------------------------
// What lies inside values

bool Verdict::wants_payload(Kind kind, Bytes head, uint64_t length) {
    reviewed_ = head.size() == length && is_argument_parser(as_text(head));
    if (reviewed_) return true;
    nested_ = find_nested(head, length, kind == Kind::kText);
    return nested_.has_value();
}

Result<bool> Verdict::payload(uint64_t offset, ByteSource& source) {
    if (reviewed_ || !nested_) {
        Status settled = source.settle();
        return settled ? Result<bool>(reviewed_) : settled.error();
    }
    report(rules::kNested, offset, describe(*nested_));
    return scan_nested(*nested_, fmt::format("value@{}", offset), source, context_);
}

}  // namespace assay::pickle
