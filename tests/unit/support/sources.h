// A source in memory that records every read and misbehaves on demand, and the pools for a tape.
#pragma once

#include <map>
#include <vector>

#include "assay/source.h"
#include "assay/tape.h"

namespace assay::test {

class CountingSource final : public ByteSource {
  public:
    struct Read {
        uint64_t offset;
        uint64_t length;  // what was lent, not what was asked for
    };

    explicit CountingSource(Bytes bytes) : bytes_(bytes) {}

    CountingSource& only_in_order() {
        random_access_ = false;
        return *this;
    }
    CountingSource& without_size() {
        knows_size_ = false;
        return *this;
    }
    // No read lends more than `n` bytes.
    CountingSource& shorten_to(size_t n) {
        longest_ = n;
        return *this;
    }
    // Reads that touch `offset` lend what lies before it, or fail if they start there.
    CountingSource& fail_at(uint64_t offset, Error error) {
        fail_offset_ = offset;
        failure_ = error;
        return *this;
    }

    [[nodiscard]] std::optional<uint64_t> size() const override {
        return knows_size_ ? std::optional<uint64_t>(bytes_.size()) : std::nullopt;
    }
    [[nodiscard]] bool random_access() const override { return random_access_; }

    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override {
        if (!random_access_ && offset != next_) out_of_order_ = true;
        max = std::min(max, longest_);
        if (offset <= fail_offset_ && fail_offset_ - offset < max) {
            max = static_cast<size_t>(fail_offset_ - offset);
        }
        if (max == 0) return failure_;
        Result<Lent> lent = MemorySource(bytes_).read(offset, max, pool);
        if (lent.ok() && !lent->bytes.empty()) reads_.push_back({offset, lent->bytes.size()});
        if (lent.ok()) next_ = offset + lent->bytes.size();
        return lent;
    }

    [[nodiscard]] const std::vector<Read>& reads() const { return reads_; }
    // Not counted: these bytes come again.
    Result<Lent> glance(uint64_t offset, size_t max, BlockPool& pool) override {
        return MemorySource(bytes_).read(offset, std::min(max, longest_), pool);
    }

    [[nodiscard]] bool out_of_order() const { return out_of_order_; }

    [[nodiscard]] bool no_byte_twice() const {
        std::map<uint64_t, uint64_t> sorted;
        for (const Read& read : reads_) {
            if (!sorted.emplace(read.offset, read.length).second) return false;
        }
        uint64_t end = 0;
        for (const auto& [offset, length] : sorted) {
            if (offset < end) return false;
            end = offset + length;
        }
        return true;
    }

    [[nodiscard]] bool every_byte_once() const {
        uint64_t total = 0;
        for (const Read& read : reads_) total += read.length;
        return no_byte_twice() && total == bytes_.size();
    }

  private:
    Bytes bytes_;
    bool random_access_ = true;
    bool knows_size_ = true;
    bool out_of_order_ = false;
    size_t longest_ = SIZE_MAX;
    uint64_t fail_offset_ = UINT64_MAX;
    Error failure_{Code::kIo, "made to fail", 0, 0};
    uint64_t next_ = 0;
    std::vector<Read> reads_;
};

inline constexpr size_t kPlenty = 64 * kMiB;

// What a tape borrows, in the order in which it must die.
struct TestPools {
    explicit TestPools(size_t block_size, size_t pins_large = kPlenty, size_t stream = kPlenty)
        : stream_pool(block_size, stream),
          held_pool(0, kPlenty),
          budget(pins_large, pins_large),
          hold(budget, 0) {}

    [[nodiscard]] Pools pools() { return {stream_pool, held_pool, hold}; }

    BlockPool stream_pool;
    BlockPool held_pool;
    PinBudget budget;
    PinHold hold;
};

}  // namespace assay::test
