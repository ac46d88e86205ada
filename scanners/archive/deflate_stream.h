// The packed data of gzip and zlib streams, without what they put around it, by zlib.
#pragma once

#include <zlib.h>

#include "compressed.h"

namespace assay {

// A decoder whose packed data is deflate and whose checksum is a function of zlib's.
class DeflateDecoder : public StreamDecoder {
  public:
    using Checksum = uLong (*)(uLong, const Bytef*, uInt);
    DeflateDecoder(ScanContext& context, Checksum checksum)
        : StreamDecoder(context), checksum_(checksum) {}
    ~DeflateDecoder() override { inflateEnd(&zlib_); }

    // Deflate says itself where it ends: not a byte more is consumed.
    Step decode(Bytes in, std::span<uint8_t> out) override;
    [[nodiscard]] uint64_t memory(uint64_t) const override { return 48 << 10; }

  protected:
    // Where begin() ends.
    Result<bool> begin_data(uint64_t start);

    uint64_t start_ = 0;    // of this stream
    uint64_t size_ = 0;     // of what came out of this stream
    uint32_t checked_ = 0;  // its checksum

  private:
    const Checksum checksum_;
    z_stream zlib_{};
    bool made_ = false;
};

}  // namespace assay
