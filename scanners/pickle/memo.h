// The memo of an abstract unpickler: values by number. Picklers number from 0 without gaps, which
// costs a page now and then; other numbers go to a map, so that one of 2^31 costs no more than 0.
#pragma once

#include <optional>
#include <unordered_map>

#include "values.h"

namespace assay::pickle {

class Memo {
  public:
    explicit Memo(Heap& heap) : heap_(heap) {}

    // How many numbers are taken: the next one of MEMOIZE.
    [[nodiscard]] uint64_t count() const {
        return dense_.size() + sparse_.size() + dropped_ + others_;
    }

    // The first numbers belong to somebody else's memo.
    void start_at(uint64_t number) { others_ = number; }

    void put(uint64_t number, Value value) {
        if (number < dense_.size()) {
            dense_[static_cast<size_t>(number)] = value;
        } else if (number == dense_.size() && grow()) {
            if (!sparse_.empty()) sparse_.erase(number);
            dense_.push_back(value);
        } else {
            put_sparse(number, value);
        }
    }

    // Lost where it may have been put, but there was no room; nullopt where it never was.
    [[nodiscard]] std::optional<Value> get(uint64_t number) const {
        if (number < dense_.size()) return dense_[static_cast<size_t>(number)];
        auto found = sparse_.find(number);
        if (found != sparse_.end()) return found->second;
        return dropped_ > 0 ? std::optional(Value(Kind::kLost)) : std::nullopt;
    }

  private:
    bool grow() { return !dense_.full() || heap_.reserve(decltype(dense_)::page_bytes()); }

    void put_sparse(uint64_t number, Value value) {
        constexpr size_t kEntryCost = 64;
        auto found = sparse_.find(number);
        if (found != sparse_.end()) {
            found->second = value;
        } else if (!heap_.overflowed() && heap_.reserve(kEntryCost)) {
            sparse_.emplace(number, value);
        } else {
            dropped_++;
        }
    }

    Heap& heap_;
    Paged<Value> dense_;
    std::unordered_map<uint64_t, Value> sparse_;
    uint64_t dropped_ = 0;
    uint64_t others_ = 0;
};

}  // namespace assay::pickle
