// Taps that remember.
#pragma once

#include <vector>

#include "assay/tap.h"

namespace assay::test {

// Everything it saw, copied at once.
class RecordingTap final : public Tap {
  public:
    void feed(const BlockRef& block, Bytes bytes) override {
        fed_after_finish_ |= finished_ > 0;
        outside_block_ |= !lies_in(block, bytes);
        seen_.insert(seen_.end(), bytes.begin(), bytes.end());
        feeds_++;
    }
    void finish() override { finished_++; }

    [[nodiscard]] const std::vector<uint8_t>& seen() const { return seen_; }
    [[nodiscard]] size_t feeds() const { return feeds_; }
    [[nodiscard]] int finished() const { return finished_; }
    [[nodiscard]] bool broke_its_contract() const { return fed_after_finish_ || outside_block_; }

  private:
    static bool lies_in(const BlockRef& block, Bytes bytes) {
        return block && bytes.data() >= block->data() &&
               bytes.data() + bytes.size() <= block->data() + block->capacity();
    }

    std::vector<uint8_t> seen_;
    size_t feeds_ = 0;
    int finished_ = 0;
    bool fed_after_finish_ = false;
    bool outside_block_ = false;
};

// Keeps the blocks, and copies only when asked: what was lent must not change meanwhile.
class HoldingTap final : public Tap {
  public:
    void feed(const BlockRef& block, Bytes bytes) override { held_.push_back({block, bytes}); }
    void finish() override {}
    void drop() { held_.clear(); }

    [[nodiscard]] std::vector<uint8_t> bytes() const {
        std::vector<uint8_t> all;
        for (const Lent& lent : held_) all.insert(all.end(), lent.bytes.begin(), lent.bytes.end());
        return all;
    }

  private:
    std::vector<Lent> held_;
};

}  // namespace assay::test
