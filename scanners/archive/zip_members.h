// The data of one member as a source, whoever knows where it ends: the directory, the data itself,
// or the descriptor behind it. And the bytes between members, where nothing should be.
#pragma once

#include <functional>

#include "assay/context.h"
#include "inflate.h"
#include "zip_records.h"

namespace assay {

// What is known of a member's data before it is read. It starts where the tape stands.
struct MemberPlan {
    uint16_t method = kStored;
    // Absent: deflated data ends itself, stored data where a descriptor fits what was read.
    std::optional<uint64_t> packed;
    uint64_t limit = UINT64_MAX;  // with `packed` absent: no more than this
    // Marked as encrypted: unless the bytes have this checksum as they are, the source says
    // kUnsupported once all is read.
    bool encrypted = false;
    std::optional<uint32_t> crc;
    std::optional<uint64_t> size;  // unpacked, where LZMA needs it to know its end
    // Whether the checksum of stored data is wanted; without it the data is read as far as its
    // formats need it, and the member is not whole.
    bool checksum = true;
};

// What came of it.
struct ZipMember {
    uint32_t crc = 0;
    uint64_t size = 0;            // as unpacked
    uint64_t packed = 0;          // bytes of the tape
    bool whole = false;           // read to its end, so that crc and size are the member's
    std::optional<Error> damage;  // the packed data is no deflate stream
    uint64_t start = 0;           // of the packed data, in the archive
};

inline bool unpacks_as_stream(uint16_t method) {
    return method == kBzip2 || method == kLzma || method == kZstd || method == kXz;
}
inline bool can_unpack(uint16_t method) {
    return method == kStored || method == kDeflated || unpacks_as_stream(method);
}

// Whether what a scan came to is not just about the member.
bool ends_the_walk(const Status& scanned);

// Lends the member's content to `scan`, which reads all of it unless a limit stops it. With
// `packed` given the tape stands behind stored data afterwards. Precondition: can_unpack(). An
// error is scan's own or the tape's.
using MemberScan = std::function<Status(ByteSource& source)>;
Result<ZipMember> read_member(Tape& tape, const MemberPlan& plan, ScanContext& context,
                              const MemberScan& scan);

// Whether data that is marked as encrypted is: a mark may be a lie, and then the data is what it
// would be without. `size` is that of what it unpacks to. Looks at the first bytes alone.
Result<bool> is_ciphertext(Tape& tape, const MemberPlan& plan, uint64_t size);

// The content of a short member, whose data the tape is left to pass; absent where it has more than
// `most` bytes, packed or not, or none that can be had. `size` is what the headers say of it.
Result<std::optional<std::string>> peek_content(Tape& tape, const MemberPlan& plan, uint64_t size,
                                                size_t most);

// Bytes that belong to nothing: from where the tape stands to `limit` bytes on, to the end, or to
// the next place where a record starts that a reader who goes forward would take for one.
class GapSource final : public ByteSource {
  public:
    // kLocal: stops at a local header; kAny: at any record.
    enum class Stop : uint8_t { kLocal, kAny };

    GapSource(Tape& tape, uint64_t limit, Stop stop) : tape_(tape), limit_(limit), stop_(stop) {}
    [[nodiscard]] std::optional<uint64_t> size() const override { return std::nullopt; }
    [[nodiscard]] bool random_access() const override { return false; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override;
    // Passes what nobody has read.
    Status settle() override;

  private:
    [[nodiscard]] bool is_record(Bytes bytes) const;
    Result<size_t> next_run();

    Tape& tape_;
    const uint64_t limit_;
    const Stop stop_;
    uint64_t out_ = 0;
};

// Passes zeros, at most `limit` of them. How many there were.
Result<uint64_t> skip_zeros(Tape& tape, uint64_t limit);

}  // namespace assay
