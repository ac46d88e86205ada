// SHA-256 of many ranges of one stream (its tensors), in the pass that everything else makes: each
// range is a stream of the lanes, and what is small waits for others to fill them.
//
// Threads: one at a time, that of the lane set. Needs 56 bytes for each range, and the streams of
// at most kMostWaiting.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "assay/lanes.h"
#include "assay/tap.h"

namespace assay {

class RangeDigests final : public Tap {
  public:
    struct Range {
        uint64_t begin;
        uint64_t end;
    };
    static constexpr size_t kBytesPerRange = 56;

    // The next byte to be fed is `offset`. Ranges are sorted by their begin, do not overlap, and
    // none begins before it. The lane set is borrowed.
    RangeDigests(LaneSet& lanes, uint64_t offset, std::vector<Range> ranges);

    // One more, behind all others and not before the next byte; false where it is neither.
    bool add(const Range& range);

    void feed(const BlockRef& block, Bytes bytes) override;
    void finish() override;

    // Of the range at `index`; none if it did not pass whole. The lane set has run since the last
    // byte.
    [[nodiscard]] std::optional<Sha256Digest> digest(size_t index);

  private:
    static constexpr size_t kMostWaiting = 256;
    struct Waiting {
        size_t index;
        std::unique_ptr<Sha256Stream> stream;
    };

    [[nodiscard]] bool begins_before(uint64_t end) const;
    void close_range();
    void collect();

    LaneSet& lanes_;
    uint64_t at_;
    std::vector<Range> ranges_;
    size_t next_ = 0;                       // the range that is open, or the next to be
    std::unique_ptr<Sha256Stream> stream_;  // of the range that is open
    std::deque<Waiting> waiting_;           // that have ended, but may not be hashed yet
    std::vector<std::optional<Sha256Digest>> digests_;
};

}  // namespace assay
