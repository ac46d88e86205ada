// What fills the space between tensors: zeros, if all is well. Looked at as the data passes by,
// since reading it ahead would mean reading all of a model on one thread; or by itself, where the
// data does not pass.
#pragma once

#include <memory>
#include <vector>

#include "assay/context.h"
#include "gguf_tensors.h"

namespace assay::gguf {

class PaddingCheck final : public Closing {
  public:
    using Stretches = std::shared_ptr<const std::vector<Stretch>>;

    // `pads` in their order; `at` is where the tape stands, before all of them.
    PaddingCheck(Stretches pads, uint64_t at) : pads_(std::move(pads)), at_(at) {}

    // Memory that was paid for by the scan.
    [[nodiscard]] size_t held() const { return pads_->capacity() * sizeof(Stretch); }

    void feed(const BlockRef& block, Bytes bytes) override;
    // In their order, the parts that are looked at.
    void look(uint64_t from, Bytes bytes);
    // All of them, by glances.
    Status glance(const Tape& tape);
    Status close(ScanContext& context) override;

  private:
    Stretches pads_;
    size_t next_ = 0;  // the first that has not passed
    uint64_t at_;
    uint64_t nonzero_ = 0;  // paddings that are not what they should be,
    uint64_t first_ = 0;    // where the first such byte is,
    uint64_t in_ = 0;       // and which padding was the last
};

}  // namespace assay::gguf
