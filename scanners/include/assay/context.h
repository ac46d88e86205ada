// All that a format can do besides reading its tape.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/facts.h"
#include "assay/record.h"
#include "assay/source.h"
#include "assay/tape.h"
#include "assay/trace.h"

namespace assay {

// What came of a child; a plain value.
struct ChildOutcome {
    Coverage coverage = Coverage::kFull;  // of the child alone, not of what is nested in it
    bool whole = true;                    // all of it was read, unmixed
    uint64_t bytes = 0;                   // that were read of it: its true size when `whole`
    std::optional<Digest> digest;         // the one that was asked for, when `whole`
};

// What the user wants of inspection; formats take what concerns them.
struct InspectOptions {
    bool strict = false;                  // what is merely unknown fails
    bool torch_weights_only = false;      // only what torch.load(weights_only=True) takes
    std::vector<std::string> allow;       // "module.name": names that pickles may use besides
    PickleTrace* trace = nullptr;         // watches every pickle; borrowed
    PropertyTrace* properties = nullptr;  // is told what files say of themselves; borrowed
};

class ScanContext;

// Reads a child in place of the format of that name, when the container knows more about it than
// its bytes tell. Other formats whose framing fits read along.
struct ChildReader {
    std::string_view format;
    std::function<Status(Tape&, ScanContext&)> scan;
};

// `digest` is one that the container itself needs to know. It is computed whatever the user asked
// for, but not where bulk is left out or this build lacks the kind, and it is there at once, which
// costs the lanes their neighbours: ask only for what there is a claim about.
struct ChildRequest {
    std::optional<DigestKind> digest = std::nullopt;
    const ChildReader* reader = nullptr;  // borrowed until child() returns
};

// What a format still has to do when its scan has ended: a tap that sees the rest of the artifact,
// on whatever thread passes it, and a last word.
class Closing : public Tap {
  public:
    void finish() override {}

    // Once, when all of the artifact has passed, or no more of it will: the tap knows which. The
    // context is another one than the scan had. kChanged says that what passed is not what was
    // looked at before.
    virtual Status close(ScanContext& context) = 0;
};

class InflatePairs;

class ScanContext {
  public:
    virtual ~ScanContext() = default;

    // `detail` and the values of `evidence` are escaped for the report; `severity` defaults to the
    // rule's.
    void report(const Rule& rule, uint64_t offset, uint64_t length, std::string_view detail,
                std::optional<Severity> severity = std::nullopt, Evidence evidence = {});

    // Scans a nested artifact to its end, now. `name` is as the container spells it. A limit on
    // depth, members, ratio or total stops it, visibly; the container goes on. The only errors
    // are kInterrupted, a record that could not be kept, and what the source of a child that a
    // limit passes over says.
    //
    // A checksum that the container defines: of a member that is stored as it is, by a tap on the
    // container's own tape while the child is scanned (its source may be read ahead); of one that
    // is unpacked, by the source that unpacks it.
    virtual Result<ChildOutcome> child(std::string_view name, ByteSource& source,
                                       const ChildRequest& request) = 0;
    Result<ChildOutcome> child(std::string_view name, ByteSource& source) {
        return child(name, source, ChildRequest{});
    }
    // For those who do not ask what came of it.
    Status scan_child(std::string_view name, ByteSource& source, const ChildRequest& request = {}) {
        Result<ChildOutcome> outcome = child(name, source, request);
        return outcome ? Status(Done{}) : outcome.error();
    }

    // Keeps `closing` until the artifact is done; it sees what passes from now on. False where the
    // format has to be done when its scan ends, or nothing is left to pass afterwards.
    [[nodiscard]] virtual bool afterwards(std::unique_ptr<Closing> /*closing*/) { return false; }

    // Something that the artifact says of itself, for people who look; nothing depends on it.
    void property(std::string_view name, std::string_view value) {
        if (options().properties) options().properties->property(path(), name, value);
    }

    virtual void fact(Fact fact) = 0;
    virtual void claim(Claim claim) = 0;
    // Tensors count as pinned until their record is kept; kLimit cuts their list, visibly.
    virtual void tensor(TensorRecord tensor) = 0;
    // That was the last of them: to be called before the tape moves into their data, if it does
    // while the format scans. Digests of tensors begin here.
    virtual void tensors_told() {}

    // Accounts for the bytes of a container; see Accounted.
    virtual void parsed(uint64_t bytes) = 0;
    virtual void gap(uint64_t offset, uint64_t length) = 0;

    // Lowers the coverage of this artifact, with the reason.
    virtual void incomplete(Coverage coverage, std::string_view reason) = 0;

    // Working memory besides the tape's. False when the artifact has no more to spend, which the
    // format must make visible; may wait. Given back with release(), at the latest when the scan
    // ends, or the closing that it left behind.
    [[nodiscard]] virtual bool reserve(size_t bytes) = 0;
    virtual void release(size_t bytes) = 0;

    // Where streams meet that other workers unpack; null where none of them gains by that.
    [[nodiscard]] virtual InflatePairs* inflate_pairs() { return nullptr; }

    // The bytes fit the framing by chance only: this artifact is treated as if the format had not
    // matched. Nothing may have been reported.
    virtual void disown() = 0;

    // What the artifact is, more precisely than the format's name: "pytorch" for a zip. The report
    // says that; the file's name may promise either.
    virtual void refine(std::string_view) {}

    // Whether this is a second reading, and what is inside by that format is looked at by the
    // first.
    [[nodiscard]] virtual bool is_read_as(std::string_view /*format*/) const { return false; }

    // Whether anybody wants bytes that no format needs. If not, a child that can be read at random
    // is not read beyond what its formats take.
    [[nodiscard]] virtual bool wants_bulk() const { return true; }

    [[nodiscard]] virtual const InspectOptions& options() const = 0;
    // Of the artifact, as in the report.
    [[nodiscard]] virtual std::string_view path() const = 0;
    [[nodiscard]] virtual bool stop_requested() const = 0;

  protected:
    virtual void add(Finding finding) = 0;
};

// A member of `length` bytes that starts where the parent's tape stands, stored as it is: what the
// member reads, the parent's taps have seen. The engine settles every child, so afterwards the
// parent stands behind the member. Lends the parent's blocks; what a member
// reads ahead is pinned in the parent, too. Borrows the tape.
class MemberSource final : public ByteSource {
  public:
    MemberSource(Tape& parent, uint64_t length) : MemberSource(parent, parent.offset(), length) {}
    // The same for one that starts further on.
    MemberSource(Tape& parent, uint64_t start, uint64_t length)
        : parent_(parent), start_(start), length_(length) {}
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
