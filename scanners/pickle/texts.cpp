#include "texts.h"

#include <algorithm>
#include <cstring>

namespace assay::pickle {

Texts::Texts(Reserve reserve) : reserve_(std::move(reserve)) {}

uint64_t Texts::add(std::string_view begin, uint64_t length) {
    if (length > kLongest || begin.size() < length) return add_long(begin, length);
    const size_t hash = hash_of(begin);
    if (!index_.empty()) {
        const uint32_t found = index_[slot_for(begin, hash)];
        if (found != 0) return number_in(found);
    }
    if (indexed_ >= kMostKept) return pass(begin);
    uint64_t number = store_indexed(begin, hash);
    return number != kNothing ? number : pass(begin);
}

uint64_t Texts::add_long(std::string_view begin, uint64_t length) {
    if (long_ >= kMostLong) return kNothing;
    long_++;
    return store(begin.substr(0, kPrefix), length, true);
}

uint64_t Texts::keep(uint64_t number) {
    if (number < kFirstPassing) return number;
    auto found = kept_later_.find(number);
    if (found != kept_later_.end()) return found->second;
    Text text = at(number);
    constexpr size_t kEntry = 64;
    if (text.length == 0 || !reserve_(kEntry)) return number;
    std::string copy(text.kept);
    uint64_t kept = store_indexed(copy, hash_of(copy));
    if (kept == kNothing) return number;
    kept_later_.emplace(number, kept);
    return kept;
}

uint64_t Texts::keep_late(std::string_view text) {
    if (text.size() > kLongest) return kNothing;
    auto found = std::find(late_.begin(), late_.end(), text);
    if (found != late_.end()) return kFirstLate + static_cast<uint64_t>(found - late_.begin());
    if (late_.size() == kMostLate) return kNothing;
    late_.emplace_back(text);
    return kFirstLate + late_.size() - 1;
}

Text Texts::at(uint64_t number) const {
    if (number >= kFirstLate && number < kFirstPassing) {
        const std::string& text = late_[static_cast<size_t>(number - kFirstLate)];
        return {text, text.size()};
    }
    if (number >= kFirstPassing) {
        auto found = kept_later_.find(number);
        if (found != kept_later_.end()) return at(found->second);
        const Passing& passing = passing_[number % passing_.size()];
        if (passing.number != number) return {{}, UINT64_MAX};
        return {passing.text, passing.text.size()};
    }
    if (number == kNothing) return {{}, UINT64_MAX};
    const Stored& stored = stored_[static_cast<size_t>(number)];
    const char* from = bytes_at(stored.at);
    if (!stored.is_long) return {{from, stored.kept}, stored.kept};
    uint64_t length = 0;
    std::memcpy(&length, from, sizeof length);
    return {{from + sizeof length, stored.kept}, length};
}

// The last few texts that are not kept, in turn.
uint64_t Texts::pass(std::string_view text) {
    uint64_t number = next_passing_++;
    Passing& place = passing_[number % passing_.size()];
    place.number = number;
    place.text.assign(text);
    return number;
}

uint64_t Texts::store(std::string_view text, uint64_t length, bool is_long) {
    const size_t bytes = text.size() + (is_long ? sizeof length : 0);
    if (!room_for(bytes)) return kNothing;
    Stored stored;
    stored.at = static_cast<uint32_t>((pages_.size() - 1) * kPage + page_used_);
    stored.kept = static_cast<uint16_t>(text.size());
    stored.is_long = is_long;
    char* to = pages_.back().get() + page_used_;
    page_used_ += bytes;
    if (is_long) {
        std::memcpy(to, &length, sizeof length);
        to += sizeof length;
    }
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    auto number = static_cast<uint32_t>(stored_.size());
    stored_.push_back(stored);
    return number;
}

uint64_t Texts::store_indexed(std::string_view text, size_t hash) {
    if (!grow_index()) return kNothing;
    const uint64_t number = store(text, text.size(), false);
    if (number == kNothing || number > kMostIndexed) return number;
    index_[slot_for(text, hash)] = tag_of(hash) | static_cast<uint32_t>(number);
    indexed_++;
    return number;
}

const char* Texts::bytes_at(uint32_t at) const { return pages_[at / kPage].get() + at % kPage; }

size_t Texts::hash_of(std::string_view text) { return std::hash<std::string_view>()(text); }

// Where the text stands in the index, or would. Precondition: the index has a free place. The tags
// tell nearly all others without a look at them: with very many texts that look is what takes long.
size_t Texts::slot_for(std::string_view text, size_t hash) const {
    const size_t mask = index_.size() - 1;
    for (size_t slot = hash & mask;; slot = (slot + 1) & mask) {
        if (index_[slot] == 0) return slot;
        if ((index_[slot] & ~kMostIndexed) != tag_of(hash)) continue;
        const Stored& stored = stored_[number_in(index_[slot])];
        if (std::string_view(bytes_at(stored.at), stored.kept) == text) return slot;
    }
}

// At most half full, so that looking is short.
bool Texts::grow_index() {
    if (2 * (indexed_ + 1) <= index_.size()) return true;
    size_t wanted = std::max<size_t>(256, 2 * index_.size());
    if (!reserve_(wanted * sizeof(uint32_t))) return false;
    std::vector<uint32_t> old(wanted);
    old.swap(index_);
    for (uint32_t entry : old) {
        if (entry == 0) continue;
        const Stored& stored = stored_[number_in(entry)];
        const std::string_view text(bytes_at(stored.at), stored.kept);
        index_[slot_for(text, hash_of(text))] = entry;
    }
    return true;
}

bool Texts::room_for(size_t bytes) {
    constexpr size_t kMostPages = size_t{UINT32_MAX} / kPage;
    if (stored_.full()) {
        if (!reserve_(decltype(stored_)::page_bytes())) return false;
        if (stored_.size() == 0) stored_.push_back({});  // the number 0 is nobody's
    }
    if (kPage - page_used_ >= std::max<size_t>(bytes, 1)) return true;
    if (pages_.size() >= kMostPages || !reserve_(kPage)) return false;
    pages_.push_back(Pages::take());
    page_used_ = 0;
    return true;
}

}  // namespace assay::pickle
