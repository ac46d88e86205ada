// Where a walk over a tar stands: on the tape, or ahead of it.
//
// In a file of its own the bulk need not pass while the archive is inspected (see zip_early.h for
// why): from the first larger member on, headers are looked at ahead, and so is what the formats
// want of the members. What was looked at must be the same when it passes. In a stream, and in a
// member of something else, everything is read in order.
#pragma once

#include <algorithm>
#include <vector>

#include "crc32.h"
#include "early_source.h"

namespace assay::tar {

// What was looked at before it passed.
class LookedBytes final : public Closing, public EarlyWitness {
  public:
    struct Range {
        uint64_t from = 0;
        uint64_t length = 0;
        uint32_t crc = 0;
    };

    explicit LookedBytes(uint64_t start) : at_(start) {}

    // In the order of the archive, ahead of what passes.
    void add(uint64_t from, Bytes bytes);
    // What is looked at next starts there.
    void start(uint64_t from) { ranges_.push_back({from, 0, 0}); }
    void look(Bytes bytes) override;
    [[nodiscard]] size_t ranges() const { return ranges_.size(); }

    void feed(const BlockRef& block, Bytes bytes) override;
    Status close(ScanContext& context) override;

  private:
    std::vector<Range> ranges_;
    size_t next_ = 0;  // the first that has not passed
    uint64_t at_;
    uint32_t crc_ = 0;  // of what passed of it
    bool changed_ = false;
};

class TarInput {
  public:
    TarInput(Tape& tape, ScanContext& context) : tape_(tape), context_(context) {}

    [[nodiscard]] uint64_t position() const { return std::max(tape_.offset(), behind_); }
    // To the end, where that is known.
    [[nodiscard]] std::optional<uint64_t> room() const;

    // `n` bytes at position(), fewer only at the end. They live until the next call.
    Result<Bytes> look(size_t n);
    // Passes what was just looked at, or its beginning, as structure.
    Status pass(size_t n);

    // Everything before position() has passed, and the tape stands there.
    Status catch_up();

    // `read` is to read `length` bytes at position(), which are there where room() is known.
    using Read = std::function<Status(ByteSource& source)>;
    Status member(uint64_t length, const Read& read);

    Tape& tape() { return tape_; }

  private:
    [[nodiscard]] bool ahead() const { return behind_ > tape_.offset(); }
    bool may_leave(uint64_t length);
    bool make_room();
    Status read_ahead(uint64_t length, const Read& read);
    Status read_in_order(uint64_t length, const Read& read);

    Tape& tape_;
    ScanContext& context_;
    LookedBytes* looked_ = nullptr;  // the context keeps it
    bool never_ahead_ = false;
    std::vector<uint8_t> buffer_;
    BlockPool pool_{kBlockAlign, SIZE_MAX};  // of what is read twice
    uint64_t behind_ = 0;
    size_t room_ = 0;  // ranges that there is memory for
};

}  // namespace assay::tar
