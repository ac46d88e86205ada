#include "values.h"

#include <algorithm>
#include <climits>
#include <cmath>
#include <utility>

#include "memo.h"
#include "name_tables.h"

namespace assay::pickle {

Value Value::of_int(int64_t number) {
    constexpr int64_t kMost = (int64_t{1} << 55) - 1;
    bool fits = number <= kMost && number >= -kMost - 1;
    return fits ? Value(Kind::kInt, number) : Value(Kind::kBigInt);
}

Heap::Heap(Reserve reserve)
    : reserve_(std::move(reserve)), texts_([this](size_t bytes) { return this->reserve(bytes); }) {}

bool Heap::reserve(size_t bytes) {
    constexpr size_t kStep = size_t{16} << 10;
    if (reserved_ - used_ < bytes) {
        size_t step = (bytes - (reserved_ - used_) + kStep - 1) / kStep * kStep;
        if (overflowed_ || !reserve_(step)) {
            overflowed_ = true;
            return false;
        }
        reserved_ += step;
    }
    used_ += bytes;
    return true;
}

template <class T, size_t n>
bool Heap::room_in(const Paged<T, n>& pages) {
    return !pages.full() || reserve(pages.page_bytes());
}

Value Heap::lost() {
    overflowed_ = true;
    return Value(Kind::kLost);
}

Text Heap::text_of(Value value) const {
    bool is_text = value.is(Kind::kText) || value.is(Kind::kBytes) || value.is(Kind::kByteArray);
    return is_text ? texts_.at(value.index()) : Text();
}

std::optional<std::string_view> Heap::known_text(Value value) const {
    if (!value.is(Kind::kText)) return std::nullopt;
    Text text = texts_.at(value.index());
    return text.whole() ? std::optional(text.kept) : std::nullopt;
}

// ------------------------------------------------------------------------------------------------
// Containers

Value Heap::container(Kind kind) {
    if (!free_items_.empty()) {
        uint32_t at = free_items_.back();
        free_items_.pop_back();
        items_[at] = Items();
        return Value(kind, at);
    }
    if (items_.full()) {
        if (!room_in(items_)) return lost();
        if (items_.size() == 0) items_.push_back({});  // the empty tuple
    }
    items_.push_back({});
    return Value(kind, static_cast<int64_t>(items_.size() - 1));
}

bool Heap::hashable(Value value) const {
    bool never = value.is(Kind::kList) || value.is(Kind::kDict) || value.is(Kind::kSet) ||
                 value.is(Kind::kByteArray);
    return !never && !(value.is(Kind::kTuple) && items_of(value)->unhashable);
}

double Heap::visits(Value value) const {
    const Items* items = value.is(Kind::kFrozenSet) ? nullptr : items_of(value);
    return items ? 1.0 + static_cast<double>(items->values) : 1.0;
}

uint32_t Heap::new_node(Value value, uint32_t times) {
    if (free_node_ != 0) {
        uint32_t at = free_node_;
        free_node_ = nodes_[at].next;
        nodes_[at] = {value, 0, times};
        return at;
    }
    if (nodes_.full()) {
        if (!room_in(nodes_)) return 0;
        if (nodes_.size() == 0) nodes_.push_back({});  // 0 ends a chain
    }
    nodes_.push_back({value, 0, times});
    return static_cast<uint32_t>(nodes_.size() - 1);
}

void Heap::append(Value container, Value item, uint64_t times) {
    if (!container.is_container()) return forget(item);
    Items& items = items_[container.index()];
    const bool plain = item.kind() < Kind::kByteArray;  // it holds nothing, and can be hashed
    const bool calls = !plain && note_called(item);
    if (items.forgotten) {
        lost_called_ = lost_called_ || calls;
        return forget(item);
    }
    if (was_looked_at(items.looked)) look_anew();
    items.total = static_cast<uint32_t>(std::min<uint64_t>(UINT32_MAX, items.total + times));
    items.calls = items.calls || calls;
    if (plain) {
        items.depth = std::max<uint16_t>(items.depth, 1);
        items.values += static_cast<float>(times);
    } else {
        note_below(items, item, times);
    }
    if (items.kept >= most_items_) {
        items.hidden_calls = items.hidden_calls || calls;
        // Of a dictionary, or of what is given to another, every second one is a key.
        const bool counted = items.total != UINT32_MAX;
        const bool key = !counted || times > 1 || (items.total - times) % 2 == 0;
        if (key) note_dunder(items, item);
        return forget(item);
    }
    const auto kept = static_cast<uint32_t>(std::min<uint64_t>(times, most_items_ - items.kept));
    const uint32_t at = kept > 0 ? new_node(item, kept) : 0;
    if (at == 0) return;
    if (items.last != 0) nodes_[items.last].next = at;
    if (items.first == 0) items.first = at;
    items.last = at;
    items.kept += kept;
}

void Heap::note_below(Items& items, Value item, uint64_t times) const {
    constexpr uint16_t kDeepest = UINT16_MAX - 1;
    items.depth = std::max<uint16_t>(items.depth, 1 + std::min(depth_of(item), kDeepest));
    items.values += static_cast<float>(static_cast<double>(times) * visits(item));
    items.unhashable = items.unhashable || !hashable(item);
}

// Whether it is called, or holds what is. Most pickles name nothing of the kind.
bool Heap::note_called(Value value) {
    const bool calls = knows_called_ && value.kind() >= Kind::kTuple && has_calls(value);
    keeps_called_ = keeps_called_ || calls;
    return calls;
}

bool Heap::has_calls(Value value) const {
    if (const Items* items = items_of(value)) return items->calls;
    return is_called(value) || (value.is(Kind::kMade) && made_[value.index()].calls);
}

void Heap::note_dunder(Items& items, Value key) const {
    const bool computed = key.is(Kind::kMade) || key.is(Kind::kUnknown) || key.is(Kind::kLost);
    // Not the likes of __numpys, which libraries write beside many others.
    const std::string_view name = text_of(key).kept;
    const bool dunder = name.starts_with("__") && name.ends_with("__");
    if (computed || dunder) items.hidden_dunder = true;
}

Value Heap::item(Value container, uint32_t i) const {
    const Items* items = items_of(container);
    if (!items || i >= items->kept) return Value(Kind::kUnknown);
    uint32_t at = items->first;
    for (; i >= nodes_[at].times; at = nodes_[at].next) i -= nodes_[at].times;
    return nodes_[at].value;
}

std::vector<Value> Heap::kept_items(Value container) const {
    std::vector<Value> out;
    const Items* items = items_of(container);
    if (!items) return out;
    out.reserve(items->kept);
    each_kept(container, [&out](Value value) { out.push_back(value); });
    return out;
}

std::optional<Value> Heap::lookup(Value dict, std::string_view key) const {
    std::optional<Value> found;
    std::vector<Value> items = kept_items(dict);
    for (size_t i = 0; i + 1 < items.size(); i += 2) {
        if (known_text(items[i]) == key) found = items[i + 1];
    }
    return found;
}

// ------------------------------------------------------------------------------------------------
// Calls and globals

Value Heap::made(Kind kind, Value callee, Value args) {
    const bool calls = knows_called_ && args.is_container() && items_of(args)->calls;
    if (!free_made_.empty()) {
        uint32_t at = free_made_.back();
        free_made_.pop_back();
        made_[at] = {callee, args, Value()};
        made_[at].calls = calls;
        return Value(kind, at);
    }
    if (!room_in(made_)) return lost();
    made_.push_back({callee, args, Value()});
    made_[made_.size() - 1].calls = calls;
    return Value(kind, static_cast<int64_t>(made_.size() - 1));
}

const Made* Heap::made_of(Value value) const {
    return value.is_made() ? &made_[value.index()] : nullptr;
}

void Heap::set_state(Value made, Value state) {
    if (!made.is(Kind::kMade)) return;
    Made& object = made_[made.index()];
    const bool calls = note_called(state);
    lost_called_ = lost_called_ || (calls && object.args.is(Kind::kUnknown));
    object.called_before = object.called_before || (knows_called_ && has_calls(object.state));
    object.calls = object.calls || calls;
    object.state = state;
    if (was_looked_at(object.looked)) look_anew();
}

void Heap::give(Value made, Value item, uint64_t times) {
    if (!made.is(Kind::kMade)) return;
    Value& items = given_[made.index()];
    if (!made_[made.index()].given) items = container(Kind::kList);
    append(items, item, times);
    Made& object = made_[made.index()];
    object.given = true;
    object.calls = object.calls || (items.is_container() && items_of(items)->calls);
    lost_called_ = lost_called_ || (object.calls && object.args.is(Kind::kUnknown));
    if (was_looked_at(object.looked)) look_anew();
}

Value Heap::given_to(Value made) const {
    const bool given = made.is(Kind::kMade) && made_[made.index()].given;
    return given ? given_.at(made.index()) : Value(Kind::kUnknown);
}

bool Heap::look_at(Value value, bool closely) {
    const bool container = value.is_container() && value.index() != kEmptyTuple;
    if (!container && !value.is_made()) return false;
    uint32_t& mark = container ? items_[value.index()].looked : made_[value.index()].looked;
    const uint32_t wanted = look_ + (closely ? 1 : 0);
    if (mark >= wanted) return false;
    mark = wanted;
    return true;
}

namespace {

bool is_called_by_use(Use use) {
    return use == Use::kReference || use == Use::kGetsAttribute || use == Use::kNamesAttribute ||
           use == Use::kCallsMethod || use == Use::kEncodes || use == Use::kLoadsBytes ||
           use == Use::kImportsName || use == Use::kTakesItem || use == Use::kRunsText;
}

void note_calls(Global& global, std::string_view name) {
    const auto& [tier, capability, use, reason, standard] = global.judgement;
    const bool plain = tier == Tier::kAllowed && !is_called_by_use(use);
    // A class that opens what it is given is as good as a function that does.
    const bool opens = tier == Tier::kAllowed && use == Use::kBare;
    global.called = opens || (!plain && !is_class(name));
    global.makes_called =
        use == Use::kGetsAttribute || use == Use::kNamesAttribute || use == Use::kCallsMethod ||
        use == Use::kImportsName ||
        (use == Use::kCallsArgument && has_word("cmp_to_key frompyfunc partial vectorize", name));
}

}  // namespace

Value Heap::global(Value module, Value name, bool fix_imports) {
    module = Value(Kind::kText, static_cast<int64_t>(texts_.keep(module.index())));
    name = Value(Kind::kText, static_cast<int64_t>(texts_.keep(name.index())));
    std::optional<std::string_view> module_text = known_text(module);
    std::optional<std::string_view> name_text = known_text(name);
    if (!module_text || !name_text) return lost();
    Global global{module, name, fix_imports, judge(*module_text, *name_text, fix_imports)};
    note_calls(global, *name_text);
    // What is called must not get lost among what is not: a few names are kept without asking.
    const bool telling = global.judgement.tier != Tier::kAllowed && late_globals_ < kMostLate;
    constexpr size_t kMostTexts = size_t{1} << 31;
    if (std::max(module.index(), name.index()) >= kMostTexts) {
        const uint64_t late[] = {telling ? texts_.keep_late(*module_text) : Texts::kNothing,
                                 telling ? texts_.keep_late(*name_text) : Texts::kNothing};
        if (late[0] == Texts::kNothing || late[1] == Texts::kNothing) return lost();
        module = global.module = Value(Kind::kText, static_cast<int64_t>(late[0]));
        name = global.name = Value(Kind::kText, static_cast<int64_t>(late[1]));
    }
    uint64_t key = static_cast<uint64_t>(module.index()) << 32 |
                   static_cast<uint64_t>(name.index()) << 1 | (fix_imports ? 1U : 0U);
    auto found = global_index_.find(key);
    if (found != global_index_.end()) return Value(Kind::kGlobal, found->second);
    constexpr size_t kIndexEntry = 64;
    if (!reserve(2 * sizeof(Global) + kIndexEntry)) {
        if (!telling) return lost();
        late_globals_++;
    }
    knows_called_ = knows_called_ || global.called || global.makes_called;
    global_index_.emplace(key, static_cast<uint32_t>(globals_.size()));
    globals_.push_back(global);
    return Value(Kind::kGlobal, static_cast<int64_t>(globals_.size() - 1));
}

const Global* Heap::global_of(Value value) const {
    return value.is(Kind::kGlobal) ? &globals_[value.index()] : nullptr;
}

const Global* Heap::origin_of(Value value) const {
    if (value.is(Kind::kMade)) return global_of(made_[value.index()].callee);
    return global_of(value);
}

bool Heap::is_called(Value value) const {
    const Global* origin = origin_of(value);
    if (!origin || !value.is(Kind::kMade)) return origin && origin->called;
    if (!origin->makes_called || origin->judgement.use != Use::kGetsAttribute) {
        return origin->makes_called;
    }
    // A member of an enumeration: getattr(Color, "RED").
    const Value args = made_[value.index()].args;
    const std::optional<std::string_view> name = known_text(item(args, 1));
    const Global* owner = origin_of(item(args, 0));
    const bool reached =
        owner && (item(args, 0).is(Kind::kGlobal) || owner->judgement.use == Use::kGetsAttribute);
    return !(reached && name && is_constant(*name));
}

// ------------------------------------------------------------------------------------------------
// Forgetting: what only a long container holds is taken apart, and its room used again. Where the
// memo holds it, too, something takes its place that still says what kind of thing it was.

void Heap::share(Value value) {
    if (value.is_container() && value.index() != kEmptyTuple) items_[value.index()].shared = true;
    if (value.is_made()) made_[value.index()].shared = true;
}

void Heap::note_memo(Value value, uint64_t number) {
    bool container =
        value.is_container() && value.index() != kEmptyTuple && !items_[value.index()].forgotten;
    if (!container && !value.is_made()) return;
    uint32_t& memo = container ? items_[value.index()].memo : made_[value.index()].memo;
    if (memo != kNoMemo || number >= kNoMemo) return share(value);
    memo = static_cast<uint32_t>(number);
}

void Heap::forget(Value value) {
    if (!value.is_container() && !value.is_made()) return;
    to_forget_.push_back(value);
    while (!to_forget_.empty()) {
        Value next = to_forget_.back();
        to_forget_.pop_back();
        if (next.is_container()) {
            forget_container(next);
        } else if (next.is_made()) {
            forget_made(next);
        }
    }
}

template <class Slot>
void Heap::replace_in_memo(const Slot& slot, Value old, Value with) {
    if (slot.memo != kNoMemo && memo_->get(slot.memo) == old) memo_->put(slot.memo, with);
}

void Heap::forget_container(Value value) {
    if (value.index() == kEmptyTuple || items_[value.index()].shared) return;
    Items& items = items_[value.index()];
    if (items.memo != kNoMemo) replace_in_memo(items, value, forgotten(value));
    for (uint32_t at = items.first; at != 0;) {
        uint32_t next = nodes_[at].next;
        to_forget_.push_back(nodes_[at].value);
        nodes_[at].next = free_node_;
        free_node_ = at;
        at = next;
    }
    items.shared = true;  // nobody forgets it twice
    free_items_.push_back(static_cast<uint32_t>(value.index()));
}

// What stands for a container of about as many values, one for each power of two.
Value Heap::forgotten(Value value) {
    const Items& old = items_[value.index()];
    const int power = std::isfinite(old.values) ? std::ilogb(std::max(old.values, 1.0F)) : INT_MAX;
    uint32_t& at = forgotten_[std::min<size_t>(static_cast<size_t>(power), kForgottenSizes - 1)];
    if (at == 0) {
        if (!room_in(items_)) return Value(Kind::kUnknown);
        Items items;
        items.total = UINT32_MAX;
        items.shared = true;
        items.forgotten = true;
        items.values = std::ldexp(1.0F, std::min(power, 120));
        items_.push_back(items);
        at = static_cast<uint32_t>(items_.size() - 1);
    }
    items_[at].depth = std::max(items_[at].depth, old.depth);
    items_[at].calls = items_[at].calls || old.calls;
    items_[at].hidden_calls = items_[at].calls;
    return Value(value.kind(), at);
}

void Heap::forget_made(Value value) {
    Made& made = made_[value.index()];
    if (made.shared) return;
    if (made.memo != kNoMemo) replace_in_memo(made, value, unknown_made(value));
    to_forget_.push_back(made.args);
    to_forget_.push_back(made.state);
    if (made.given) {
        to_forget_.push_back(given_[value.index()]);
        given_.erase(value.index());
    }
    made.shared = true;
    free_made_.push_back(static_cast<uint32_t>(value.index()));
}

// The result of a call of the same thing, with arguments that nobody knows: one for all of them.
Value Heap::unknown_made(Value value) {
    const Value callee = made_[value.index()].callee;
    uint64_t key = static_cast<uint64_t>(callee.index()) << 16 |
                   static_cast<uint64_t>(callee.kind()) << 8 | static_cast<uint8_t>(value.kind());
    const bool calls = made_[value.index()].calls;
    auto found = unknown_made_.find(key);
    if (found != unknown_made_.end()) {
        Made& known = made_[found->second.index()];
        if (calls && !known.calls) look_anew();
        known.calls = known.calls || calls;
        return found->second;
    }
    if (!callee.is(Kind::kGlobal) || !room_in(made_)) return Value(Kind::kUnknown);
    Made unknown{callee, Value(Kind::kUnknown), Value(Kind::kUnknown)};
    unknown.shared = true;
    unknown.calls = calls;
    made_.push_back(unknown);
    Value stand_in(value.kind(), static_cast<int64_t>(made_.size() - 1));
    unknown_made_.emplace(key, stand_in);
    return stand_in;
}

}  // namespace assay::pickle
