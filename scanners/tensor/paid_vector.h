// A vector that pays for its memory before it grows, and hashes that are asked which of them came
// twice. What they hold follows from the input, so a file may run out of what it may spend: then
// push_back() says no, and the format has to make that visible.
//
// Threads: one. Borrows the context, which must outlive it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "assay/context.h"

namespace assay {

template <class T>
class PaidVector {
  public:
    explicit PaidVector(ScanContext& context) : context_(context) {}
    ~PaidVector() { clear(); }
    PaidVector(const PaidVector&) = delete;
    PaidVector& operator=(const PaidVector&) = delete;

    [[nodiscard]] bool push_back(const T& value) {
        if (items_.size() == items_.capacity() && !grow(items_.size() + 1)) return false;
        items_.push_back(value);
        return true;
    }
    [[nodiscard]] bool append(const T* from, size_t n) {
        if (n > items_.capacity() - items_.size() && !grow(items_.size() + n)) return false;
        items_.insert(items_.end(), from, from + n);
        return true;
    }

    [[nodiscard]] const std::vector<T>& items() const { return items_; }
    [[nodiscard]] std::vector<T>& items() { return items_; }

    // Hands it over with what was paid for it, which the engine takes back when the artifact is
    // done.
    [[nodiscard]] std::vector<T> take() { return std::exchange(items_, {}); }

    // Gives all of it back.
    void clear() {
        context_.release(items_.capacity() * sizeof(T));
        std::vector<T>().swap(items_);
    }

  private:
    // The old room and the new one exist side by side for a moment.
    bool grow(size_t needed) {
        constexpr size_t kFirst = std::max<size_t>(4096 / sizeof(T), 1);
        const size_t old_room = items_.capacity();
        const size_t room = std::max({needed, old_room * 2, kFirst});
        if (!context_.reserve(room * sizeof(T))) return false;
        items_.reserve(room);
        context_.release(old_room * sizeof(T));
        return true;
    }

    ScanContext& context_;
    std::vector<T> items_;
};

// Sixteen bytes for each name, and n log n steps whatever names an attacker chooses.
class SeenHashes {
  public:
    explicit SeenHashes(ScanContext& context) : entries_(context) {}

    // `what` is the caller's, and grows from one call to the next. False: no more can be paid for.
    [[nodiscard]] bool add(uint64_t hash, uint64_t what) {
        return entries_.push_back({hash, what});
    }

    // Calls visit(what) for each whose hash came before, in the order in which they came.
    // Afterwards nothing is held any more.
    template <class Visit>
    void each_repeated(Visit visit) {
        auto& entries = entries_.items();
        std::sort(entries.begin(), entries.end());
        size_t repeated = 0;
        for (size_t i = 1; i < entries.size(); i++) {
            if (entries[i].hash == entries[i - 1].hash) entries[repeated++].what = entries[i].what;
        }
        entries.resize(repeated);
        std::sort(entries.begin(), entries.end(),
                  [](const Entry& a, const Entry& b) { return a.what < b.what; });
        for (const Entry& entry : entries) visit(entry.what);
        entries_.clear();
    }

  private:
    struct Entry {
        uint64_t hash = 0;
        uint64_t what = 0;
        auto operator<=>(const Entry&) const = default;
    };

    PaidVector<Entry> entries_;
};

}  // namespace assay
