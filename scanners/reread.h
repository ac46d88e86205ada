// Files that were scanned, opened again for what claims say of their bytes.
//
// The one place where bytes are read a second time for another purpose: an index says what the
// bytes of its shards add up to, and when the shards pass nobody knows yet what to add up. So the
// file must still be the one that was scanned, before and after it is read.
//
// Threads: one at a time.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "assay/source.h"
#include "byte_claims.h"

namespace assay {

class Reread {
  public:
    explicit Reread(std::stop_token stop) : stop_(std::move(stop)) {}

    // Stays open until another one is wanted. `stamp` is bytes_of() the stamp that it had; kChanged
    // where it has another one now.
    Status open(const std::string& path, const std::string& stamp);

    // How many names the open file has.
    [[nodiscard]] Result<uint64_t> links() const;

    // In hex. kTruncated where the range leads out of the file, kInterrupted after a stop.
    Result<std::string> checksum(Checksum kind, const ByteRange& range);
    Result<std::string> checksum(Checksum kind);

    static std::string bytes_of(const FileStamp& stamp);

  private:
    static constexpr size_t kStep = size_t{256} << 10;

    template <class Add>
    Status each_part(const ByteRange& range, Add add);

    const std::stop_token stop_;
    std::string path_;
    std::unique_ptr<FileSource> file_;
    std::vector<uint8_t> buffer_;
};

}  // namespace assay
