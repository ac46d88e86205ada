// The end of an artifact that is read in order: a ZIP archive behind other bytes shows there alone.
// Files that can be read at random are asked for their end before anything else (Probe::tail).
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <span>

#include "assay/rules.h"
#include "assay/tap.h"

namespace assay {

// Keeps the last bytes that pass. Where the size is known, no others are copied.
class LastBytes final : public Tap {
  public:
    LastBytes(size_t most, std::optional<uint64_t> size)
        : room_(size ? static_cast<size_t>(std::min<uint64_t>(most, *size)) : most),
          begin_(size ? *size - room_ : 0) {}

    void feed(const BlockRef&, Bytes bytes) override {
        const uint64_t start = passed_;
        passed_ += bytes.size();
        if (room_ == 0 || passed_ <= begin_) return;
        if (!ring_) ring_ = std::make_unique_for_overwrite<uint8_t[]>(room_);
        if (start < begin_) bytes = bytes.subspan(static_cast<size_t>(begin_ - start));
        bytes = bytes.last(std::min(bytes.size(), room_));
        const auto at = static_cast<size_t>((passed_ - bytes.size()) % room_);
        const size_t first = std::min(bytes.size(), room_ - at);
        std::copy_n(bytes.data(), first, ring_.get() + at);
        std::copy_n(bytes.data() + first, bytes.size() - first, ring_.get());
    }
    void finish() override {}

    [[nodiscard]] uint64_t passed() const { return passed_; }
    // Once; nothing passes afterwards.
    [[nodiscard]] Bytes take() {
        if (!ring_) return {};
        const auto kept = static_cast<size_t>(std::min<uint64_t>(room_, passed_));
        if (kept < room_) return {ring_.get(), kept};
        std::rotate(ring_.get(), ring_.get() + passed_ % room_, ring_.get() + room_);
        return {ring_.get(), kept};
    }

  private:
    const size_t room_;
    const uint64_t begin_;  // of what may be the end
    std::unique_ptr<uint8_t[]> ring_;
    uint64_t passed_ = 0;
};

std::span<const Rule> last_bytes_rules();

}  // namespace assay
