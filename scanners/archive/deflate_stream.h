// The packed data of gzip and zlib streams, without what they put around it.
#pragma once

#include "compressed.h"
#include "inflate_pairs.h"

namespace assay {

// A decoder whose packed data is deflate, with a checksum of what comes out.
class DeflateDecoder : public StreamDecoder {
  public:
    using Checksum = uint32_t (*)(uint32_t, Bytes);
    DeflateDecoder(ScanContext& context, uint32_t start, Checksum checksum,
                   const compress::StreamRules& rules = compress::kAnyStream)
        : StreamDecoder(context, rules),
          start_sum_(start),
          checksum_(checksum),
          member_(context.inflate_pairs()) {}

    Step decode(Bytes in, std::span<uint8_t> out) override;
    // Each call costs ISA-L and us a copy of the window.
    [[nodiscard]] size_t piece() const override {
        return takes_any() ? Inflater::kAhead : size_t{16} << 10;
    }
    [[nodiscard]] bool takes_any() const override { return inflater_.in_dense_block(); }
    [[nodiscard]] uint64_t memory(uint64_t) const override { return Inflater::kMemory; }

  protected:
    // Where begin() ends.
    Result<bool> begin_data(uint64_t start);

    uint64_t start_ = 0;    // of this stream
    uint64_t size_ = 0;     // of what came out of this stream
    uint32_t checked_ = 0;  // its checksum

  private:
    const uint32_t start_sum_;  // of nothing
    const Checksum checksum_;
    Inflater inflater_;
    InflatePairs::Member member_;
};

}  // namespace assay
