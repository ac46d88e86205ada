// Bytes that wait: written at the end, read from anywhere, in memory while few and in an unlinked
// temporary file beyond that.
//
// Threads: one at a time.
#pragma once

#include <string>
#include <vector>

#include "assay/result.h"
#include "assay/source.h"

namespace assay {

class Spool {
  public:
    // Keeps up to `in_memory` bytes before it makes a file in TMPDIR, or /tmp.
    explicit Spool(size_t in_memory) : in_memory_(in_memory) {}

    Status append(Bytes bytes);

    // Fills `to` from `offset`; asking for more than size() holds is kTruncated.
    Status read(uint64_t offset, std::span<uint8_t> to) const;

    [[nodiscard]] uint64_t size() const { return flushed_ + tail_.size(); }

  private:
    Status flush();

    const size_t in_memory_;
    FileDescriptor file_;
    uint64_t flushed_ = 0;       // bytes in the file
    std::vector<uint8_t> tail_;  // the bytes behind those
};

// Borrows the spool; nothing may be appended while the source is in use.
class SpoolSource final : public ByteSource {
  public:
    explicit SpoolSource(const Spool& spool) : spool_(spool) {}
    [[nodiscard]] std::optional<uint64_t> size() const override { return spool_.size(); }
    [[nodiscard]] bool random_access() const override { return true; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override;

  private:
    const Spool& spool_;
};

}  // namespace assay
