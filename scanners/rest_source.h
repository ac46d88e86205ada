// What is left of a tape, as a member that ends where its container does. Unlike MemberSource it
// needs no length, so it serves where the container's own size is unknown.
#pragma once

#include "assay/source.h"
#include "assay/tape.h"

namespace assay {

// Borrows the tape, and lends the parent's blocks.
class RestSource final : public ByteSource {
  public:
    explicit RestSource(Tape& parent) : parent_(parent), start_(parent.offset()) {}

    [[nodiscard]] std::optional<uint64_t> size() const override {
        std::optional<uint64_t> size = parent_.size();
        return size ? std::optional(*size - start_) : std::nullopt;
    }
    [[nodiscard]] bool random_access() const override { return false; }

    Result<Lent> read(uint64_t offset, size_t max, BlockPool&) override {
        if (start_ + offset == parent_.offset()) return parent_.take(max);
        return Error{Code::kUsage, "what is left of a tape is read in order", offset, 0};
    }

  private:
    Tape& parent_;
    const uint64_t start_;
};

}  // namespace assay
