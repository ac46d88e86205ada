#include "range_charges.h"

#include <algorithm>

#include "assay/limits.h"

namespace assay {

Error too_much_held(uint64_t offset) {
    return {Code::kLimit, "more would have to be held in memory than allowed", offset, 0};
}

RangeCharges::~RangeCharges() {
    for (const auto& [from, range] : ranges_) pins_.refund(range.cost);
    pins_.refund(view_);
}

Status RangeCharges::pay(uint64_t amount, uint64_t offset) {
    if (amount > SIZE_MAX / 2) return too_much_held(offset);
    Status charged = pins_.charge(static_cast<size_t>(amount));
    if (charged) return charged;
    Error error = charged.error();
    error.offset = offset;
    return error;
}

Status RangeCharges::charge_view(uint64_t offset, uint64_t length, size_t copies) {
    if (length <= kBlockAlign) return Done{};
    uint64_t needed = length > UINT64_MAX / copies ? UINT64_MAX : length * copies;
    if (needed <= view_) return Done{};
    Status paid = pay(needed - view_, offset);
    if (paid) view_ = static_cast<size_t>(needed);
    return paid;
}

Status RangeCharges::charge_range(uint64_t from, uint64_t to) {
    if (to - from > SIZE_MAX / 2) return too_much_held(from);  // so that no sum below wraps
    auto first = ranges_.upper_bound(from);
    if (first != ranges_.begin() && std::prev(first)->second.to > from) --first;
    Range joined{to, 0};
    uint64_t start = from;
    uint64_t owed = 0;
    uint64_t reached = from;
    auto last = first;
    for (; last != ranges_.end() && last->first < to; ++last) {
        if (last->first > reached) owed += last->first - reached + kBlockAlign;
        start = std::min(start, last->first);
        reached = last->second.to;
        joined.cost += last->second.cost;
    }
    joined.to = std::max(to, reached);
    if (to > reached) owed += to - reached + kBlockAlign;
    Status paid = pay(owed, from);
    if (!paid) return paid;
    joined.cost += static_cast<size_t>(owed);
    ranges_.erase(first, last);
    ranges_.emplace(start, joined);
    return Done{};
}

void RangeCharges::refund_passed(uint64_t offset) {
    while (!ranges_.empty() && ranges_.begin()->second.to <= offset) {
        pins_.refund(ranges_.begin()->second.cost);
        ranges_.erase(ranges_.begin());
    }
}

}  // namespace assay
