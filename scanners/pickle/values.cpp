#include "values.h"

#include <algorithm>
#include <cstring>

namespace assay::pickle {

Value Value::of_int(int64_t number) {
    constexpr int64_t kMost = (int64_t{1} << 55) - 1;
    bool fits = number <= kMost && number >= -kMost - 1;
    return fits ? Value(Kind::kInt, number) : Value(Kind::kBigInt);
}

Heap::Heap(Reserve reserve) : reserve_(std::move(reserve)) {
    // Index 0 of each table means "none".
    texts_.push_back({});
    nodes_.push_back({});
    items_.push_back({});  // the empty tuple, which all share
}

bool Heap::reserve(size_t bytes) {
    constexpr size_t kStep = size_t{16} << 10;
    while (reserved_ - used_ < bytes) {
        size_t step = std::max(kStep, (bytes + kStep - 1) / kStep * kStep);
        if (!reserve_(step)) {
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
    return !pages.full() || (!overflowed_ && reserve(pages.page_bytes()));
}

Value Heap::lost() {
    overflowed_ = true;
    return Value(Kind::kLost);
}

// ------------------------------------------------------------------------------------------------
// Texts: each short one once, of long ones the beginning.

bool Heap::store(std::string_view begin, uint64_t length, uint32_t& at) {
    constexpr size_t kIndexCost = 64;  // what the index takes for an entry, roughly
    constexpr size_t kMostPages = size_t{UINT32_MAX} / kTextPage;
    if (kTextPage - text_used_ < begin.size()) {
        if (text_pages_.size() >= kMostPages || !reserve(kTextPage)) return false;
        text_pages_.push_back(std::make_unique<char[]>(kTextPage));
        text_used_ = 0;
    }
    if (!reserve(kIndexCost) || !room_in(texts_)) return false;
    char* to = text_pages_.back().get() + text_used_;
    std::memcpy(to, begin.data(), begin.size());
    StoredText stored;
    stored.length = length;
    stored.at = static_cast<uint32_t>((text_pages_.size() - 1) * kTextPage + text_used_);
    stored.kept = static_cast<uint32_t>(begin.size());
    text_used_ += begin.size();
    at = static_cast<uint32_t>(texts_.size());
    texts_.push_back(stored);
    if (begin.size() == length) text_index_.emplace(std::string_view(to, begin.size()), at);
    return true;
}

// A text that can't be a name is only kept while there is plenty of room.
Value Heap::text(Kind kind, std::string_view begin, uint64_t length) {
    bool whole = length <= kLongestText && begin.size() == length;
    if (whole) {
        auto found = text_index_.find(begin);
        if (found != text_index_.end()) return Value(kind, found->second);
    }
    if (overflowed_) return whole ? lost() : Value(kind);
    uint32_t at = 0;
    bool kept = store(whole ? begin : begin.substr(0, kTextPrefix), length, at);
    if (kept) return Value(kind, at);
    return whole ? lost() : Value(kind);
}

Text Heap::text_of(Value value) const {
    bool is_text = value.is(Kind::kText) || value.is(Kind::kBytes) || value.is(Kind::kByteArray);
    if (!is_text || value.index() == 0) return {{}, is_text ? UINT64_MAX : 0};
    const StoredText& stored = texts_[value.index()];
    const char* from = text_pages_[stored.at / kTextPage].get() + stored.at % kTextPage;
    return {{from, stored.kept}, stored.length};
}

std::optional<std::string_view> Heap::known_text(Value value) const {
    if (!value.is(Kind::kText)) return std::nullopt;
    Text text = text_of(value);
    return text.whole() ? std::optional(text.kept) : std::nullopt;
}

// ------------------------------------------------------------------------------------------------
// Containers

namespace {

bool is_container(Kind kind) { return kind >= Kind::kTuple && kind <= Kind::kFrozenSet; }

}  // namespace

Value Heap::container(Kind kind) {
    if (!room_in(items_)) return lost();
    items_.push_back({});
    return Value(kind, static_cast<int64_t>(items_.size() - 1));
}

bool Heap::hashable(Value value) const {
    bool never = value.is(Kind::kList) || value.is(Kind::kDict) || value.is(Kind::kSet) ||
                 value.is(Kind::kByteArray);
    return !never && !(value.is(Kind::kTuple) && items_[value.index()].unhashable);
}

void Heap::append(Value container, Value item, uint64_t times) {
    if (!is_container(container.kind())) return;
    Items& items = items_[container.index()];
    items.total += times;
    items.unhashable = items.unhashable || !hashable(item);
    for (; times > 0 && items.kept < most_items_ && room_in(nodes_); times--) {
        auto at = static_cast<uint32_t>(nodes_.size());
        nodes_.push_back({item, 0});
        if (items.last != 0) nodes_[items.last].next = at;
        if (items.first == 0) items.first = at;
        items.last = at;
        items.kept++;
    }
}

const Items* Heap::items_of(Value value) const {
    return is_container(value.kind()) ? &items_[value.index()] : nullptr;
}

Value Heap::item(Value container, uint32_t i) const {
    const Items* items = items_of(container);
    if (!items || i >= items->kept) return Value(Kind::kUnknown);
    uint32_t at = items->first;
    for (; i > 0; i--) at = nodes_[at].next;
    return nodes_[at].value;
}

std::vector<Value> Heap::kept_items(Value container) const {
    std::vector<Value> out;
    const Items* items = items_of(container);
    if (!items) return out;
    out.reserve(items->kept);
    for (uint32_t at = items->first; at != 0; at = nodes_[at].next) out.push_back(nodes_[at].value);
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
    if (!room_in(made_)) return lost();
    made_.push_back({callee, args, Value(), false});
    return Value(kind, static_cast<int64_t>(made_.size() - 1));
}

const Made* Heap::made_of(Value value) const {
    bool is_made = value.is(Kind::kMade) || value.is(Kind::kPersistent);
    return is_made ? &made_[value.index()] : nullptr;
}

void Heap::set_state(Value made, Value state) {
    if (!made.is(Kind::kMade)) return;
    made_[made.index()].state = state;
    made_[made.index()].built = true;
}

Value Heap::global(Value module, Value name, bool fix_imports) {
    std::optional<std::string_view> module_text = known_text(module);
    std::optional<std::string_view> name_text = known_text(name);
    if (!module_text || !name_text) return Value(Kind::kUnknown);
    uint64_t key = static_cast<uint64_t>(module.index()) << 33 |
                   static_cast<uint64_t>(name.index()) << 1 | (fix_imports ? 1u : 0u);
    auto found = global_index_.find(key);
    if (found != global_index_.end()) return Value(Kind::kGlobal, found->second);
    if (overflowed_ || !reserve(sizeof(Global) + 64)) return lost();
    Global global{module, name, fix_imports, {}};
    global.judgement = judge(*module_text, *name_text, fix_imports);
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

}  // namespace assay::pickle
