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

// What came of a child; a plain value.
struct ChildOutcome {
    Coverage coverage = Coverage::kFull;  // of the child alone, not of what is nested in it
    bool whole = true;                    // all of it was read, unmixed
    uint64_t bytes = 0;                   // that were read of it: its true size when `whole`
    std::optional<Digest> digest;         // the one that was asked for, when `whole`
};

class ScanContext {
  public:
    virtual ~ScanContext() = default;

    // `detail` and the values of `evidence` are escaped for the report; `severity` defaults to the
    // rule's.
    void report(const Rule& rule, uint64_t offset, uint64_t length, std::string_view detail,
                std::optional<Severity> severity = std::nullopt, Evidence evidence = {});

    // Scans a nested artifact to its end, now. `name` is as the container spells it. A limit on
    // depth, members, ratio or total stops it, visibly; the container goes on. kInterrupted, and a
    // record that could not be kept, are the only errors. What counts the bytes of a child (a
    // checksum of the container's) belongs into its source: read() gives each byte once, in order.
    //
    // `digest` is one that the container itself needs to know. It is computed whatever the user
    // asked for, but not where bulk is left out or this build lacks the kind, and it is there at
    // once, which costs the lanes their neighbours: ask only for what there is a claim about.
    virtual Result<ChildOutcome> child(std::string_view name, ByteSource& source,
                                       std::optional<DigestKind> digest) = 0;
    Result<ChildOutcome> child(std::string_view name, ByteSource& source) {
        return child(name, source, std::nullopt);
    }

    virtual void fact(Fact fact) = 0;
    virtual void claim(Claim claim) = 0;
    // Tensors count as pinned until their record is kept; kLimit cuts their list, visibly.
    virtual void tensor(TensorRecord tensor) = 0;

    // Accounts for the bytes of a container; see Accounted.
    virtual void parsed(uint64_t bytes) = 0;
    virtual void gap(uint64_t offset, uint64_t length) = 0;

    // Lowers the coverage of this artifact, with the reason.
    virtual void incomplete(Coverage coverage, std::string_view reason) = 0;

    [[nodiscard]] virtual bool stop_requested() const = 0;

  protected:
    virtual void add(Finding finding) = 0;
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
    Result<Lent> glance(uint64_t offset, size_t max, BlockPool& pool) override;
    Status settle() override;

  private:
    Tape& parent_;
    const uint64_t start_;
    const uint64_t length_;
};

}  // namespace assay
