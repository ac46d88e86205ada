// Digests of an artifact's tensors, made while its bulk passes.
//
// Threads: one at a time, that of the lane set.
#pragma once

#include <memory>
#include <vector>

#include "assay/range_digests.h"
#include "assay/record.h"

namespace assay {

class TensorDigests {
  public:
    // What to pay for each tensor, the digests in the record included.
    static constexpr size_t kBytesPerTensor = RangeDigests::kBytesPerRange + 80;

    // Of the tensors that begin at `offset` or behind it and lie in one piece. Those that overlap
    // one before them have no digest: files that share bytes between tensors are malformed.
    TensorDigests(const TensorList& tensors, uint64_t offset, LaneSet& lanes);

    // One more tensor, at the end of the list; the tape has not moved into its data.
    void add(uint64_t begin, uint64_t end);

    [[nodiscard]] Tap& tap() { return *ranges_; }

    // The same tensors with their digests. The lane set has run since the last byte.
    [[nodiscard]] TensorList with_digests(const TensorList& tensors);

  private:
    static constexpr uint32_t kNone = UINT32_MAX;

    std::vector<uint32_t> range_of_;  // by tensor
    uint32_t count_ = 0;              // of ranges
    std::unique_ptr<RangeDigests> ranges_;
};

}  // namespace assay
