// All that a format can do besides reading its tape.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "assay/facts.h"
#include "assay/record.h"
#include "assay/source.h"
#include "assay/tape.h"

namespace assay {

class ScanContext {
  public:
    virtual ~ScanContext() = default;

    // `detail` is escaped for the report; `severity` defaults to the rule's.
    virtual void report(const Rule& rule, uint64_t offset, uint64_t length, std::string_view detail,
                        std::optional<Severity> severity = std::nullopt) = 0;

    // Scans a nested artifact to its end, now. `name` is as the container spells it. A limit on
    // depth, members, ratio or total stops it, visibly; the container goes on. kInterrupted, and an
    // error of the container's own source, are the only errors.
    virtual Status child(std::string_view name, ByteSource& source) = 0;

    virtual void fact(Fact fact) = 0;
    virtual void claim(Claim claim) = 0;
    virtual void tensor(TensorRecord tensor) = 0;

    // Accounts for the bytes of a container; see Accounted.
    virtual void parsed(uint64_t bytes) = 0;
    virtual void gap(uint64_t offset, uint64_t length) = 0;

    // Lowers the coverage of this artifact, with the reason.
    virtual void incomplete(Coverage coverage, std::string_view reason) = 0;

    [[nodiscard]] virtual bool stop_requested() const = 0;
};

// A member of `length` bytes that starts where the parent's tape stands, stored as it is: what the
// member reads, the parent's taps have seen. The engine reads every child to its end and settles
// it, so afterwards the parent stands behind the member. Lends the parent's blocks; what a member
// reads ahead is pinned in the parent, too. Borrows the tape.
class MemberSource final : public ByteSource {
  public:
    MemberSource(Tape& parent, uint64_t length)
        : parent_(parent), start_(parent.offset()), length_(length) {}
    [[nodiscard]] std::optional<uint64_t> size() const override { return length_; }
    [[nodiscard]] bool random_access() const override { return parent_.random_access(); }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override;
    Result<Lent> read_ahead(uint64_t offset, size_t max, BlockPool& pool) override;
    Status settle() override;

  private:
    Tape& parent_;
    const uint64_t start_;
    const uint64_t length_;
};

}  // namespace assay
