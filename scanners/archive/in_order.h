// A member of a tape that is read in order, and that may end before the member does.
#pragma once

#include <algorithm>

#include "assay/source.h"
#include "assay/tape.h"

namespace assay {

// Data of a known length, in order; where the tape ends before it, so does this, and settle()
// tells.
class InOrderSource final : public ByteSource {
  public:
    InOrderSource(Tape& tape, uint64_t length) : tape_(tape), length_(length) {}
    [[nodiscard]] std::optional<uint64_t> size() const override { return length_; }
    [[nodiscard]] bool random_access() const override { return false; }

    Result<Lent> read(uint64_t offset, size_t max, BlockPool&) override {
        if (offset != out_) return Error{Code::kUsage, "it is read in order", offset, 0};
        Result<Lent> lent = tape_.take(std::min<uint64_t>(max, length_ - out_));
        if (lent) out_ += lent->bytes.size();
        return lent;
    }
    Status settle() override {
        while (out_ < length_) {
            Result<Lent> lent = tape_.take(std::min<uint64_t>(SIZE_MAX, length_ - out_));
            if (!lent) return lent.error();
            out_ += lent->bytes.size();
            if (lent->bytes.empty()) break;
        }
        if (out_ == length_) return Done{};
        return Error{Code::kMalformed, "the archive ends inside this member", tape_.offset(), 0};
    }

  private:
    Tape& tape_;
    const uint64_t length_;
    uint64_t out_ = 0;
};

}  // namespace assay
