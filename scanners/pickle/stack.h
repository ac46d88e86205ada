// The stack of an abstract unpickler, with its marks. Runs of equal constants take one slot, so
// that a list of a million numbers does not take a million.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "values.h"

namespace assay::pickle {

class Stack {
  public:
    struct Slot {
        Value value;
        uint64_t count = 1;
    };

    // CPython's own pickler gives up at a fiftieth of it, and with its limit raised its stack ends
    // before that.
    static constexpr uint32_t kDeepest = 50'000;

    explicit Stack(Heap& heap) : heap_(heap) {}

    void push(Value value) {
        streak_ = 0;
        push_slot(value);
    }

    // Numbers, None, booleans: what holds nothing else. Long runs of them are not told apart.
    void push_constant(Value value) {
        constexpr unsigned kLongestStreak = 64;
        if (streak_ < kLongestStreak) {
            streak_++;
        } else if (value.is(Kind::kInt)) {
            value = Value(Kind::kBigInt);
        }
        bool same = slots_.size() > fence_ && slots_.back().value == value;
        if (same) {
            slots_.back().count++;
        } else {
            push_slot(value);
        }
    }

    // The top once more; the same value takes no slot of its own. Precondition: !empty().
    void push_again() { slots_.back().count++; }

    // Whether there is something above the topmost mark.
    [[nodiscard]] bool empty() const { return slots_.size() <= fence_; }
    // Whether there are `n` values above the topmost mark; n <= 3 or so.
    [[nodiscard]] bool holds(uint64_t n) const {
        uint64_t seen = 0;
        for (size_t at = slots_.size(); at > fence_ && seen < n; at--) seen += slots_[at - 1].count;
        return seen >= n;
    }
    // Precondition of the next two: !empty().
    [[nodiscard]] Value top() const { return slots_.back().value; }
    Value pop() {
        streak_ = 0;
        Value value = slots_.back().value;
        if (--slots_.back().count == 0) slots_.pop_back();
        return value;
    }

    // Whether there are now more marks, one inside the other, than any object is deep. Looked at
    // only when there is no room for one more, since every list and every dictionary has a mark.
    bool mark() {
        streak_ = 0;
        bool full = marks_.size() == marks_.capacity();
        if (slots_.size() > UINT32_MAX || (full && !grow(marks_))) {
            overflowed_ = true;
            return false;
        }
        marks_.push_back(static_cast<uint32_t>(fence_));
        fence_ = slots_.size();
        return full && marks_.size() > kDeepest;
    }
    [[nodiscard]] bool marked() const { return !marks_.empty(); }
    // What stands above the topmost mark, from the bottom up; valid until the stack is changed.
    [[nodiscard]] const Slot* above_mark() const { return slots_.data() + fence_; }
    [[nodiscard]] size_t slots_above_mark() const { return slots_.size() - fence_; }
    // What stands right under the topmost mark and above the one before. Precondition: marked().
    [[nodiscard]] std::optional<Value> below_mark() const {
        if (fence_ <= marks_.back()) return std::nullopt;
        return slots_[fence_ - 1].value;
    }
    // Drops the topmost mark and what stands above it. Precondition: marked().
    void drop_to_mark() {
        streak_ = 0;
        slots_.resize(fence_);
        pop_mark();
    }
    // Drops the mark alone; what stood above it stays.
    void pop_mark() {
        fence_ = marks_.back();
        marks_.pop_back();
    }
    // Values or marks that had no room: what is popped later may be wrong.
    [[nodiscard]] bool overflowed() const { return overflowed_; }

    [[nodiscard]] const std::vector<Slot>& slots() const { return slots_; }
    [[nodiscard]] const std::vector<uint32_t>& fences() const { return marks_; }
    [[nodiscard]] size_t fence() const { return fence_; }

  private:
    void push_slot(Value value) {
        if (slots_.size() == slots_.capacity() && !grow(slots_)) {
            overflowed_ = true;
            if (!merge_oldest()) {
                if (!empty()) slots_.back() = {Value(Kind::kLost), slots_.back().count + 1};
                return;
            }
        }
        slots_.push_back({value, 1});
    }

    // Makes room: of what stands above the topmost mark only the last few stay what they are, since
    // names and arguments are used soon after they are pushed.
    bool merge_oldest() {
        constexpr size_t kKept = 64;
        if (slots_.size() < fence_ + 2 * kKept) return false;
        auto first = slots_.begin() + static_cast<std::ptrdiff_t>(fence_);
        auto last = slots_.end() - static_cast<std::ptrdiff_t>(kKept);
        uint64_t count = 0;
        for (auto slot = first; slot != last; ++slot) count += slot->count;
        *first = {Value(Kind::kLost), count};
        slots_.erase(first + 1, last);
        return true;
    }

    // Growing needs old and new at once.
    template <class T>
    bool grow(std::vector<T>& vector) {
        size_t old = vector.capacity();
        size_t wanted = std::max<size_t>(256, old + old / 2);
        if (heap_.overflowed() || !heap_.reserve(wanted * sizeof(T))) return false;
        vector.reserve(wanted);
        heap_.give_back(old * sizeof(T));
        return true;
    }

    Heap& heap_;
    std::vector<Slot> slots_;
    std::vector<uint32_t> marks_;
    size_t fence_ = 0;  // slots below it are under the topmost mark
    unsigned streak_ = 0;
    bool overflowed_ = false;
};

}  // namespace assay::pickle
