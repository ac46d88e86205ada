// A member that is stored as it is, looked at ahead of the tape it lies in, so that the archive's
// bulk need not pass while it is inspected.
#pragma once

#include "assay/context.h"

namespace assay {

// Remembers what was looked at, to compare it with what passes.
class EarlyWitness {
  public:
    virtual ~EarlyWitness() = default;
    // The next bytes of the latest member, which have not passed.
    virtual void look(Bytes bytes) = 0;
};

// The part of `bytes`, which stand at `at`, that lies in [from, to).
Bytes part_of(Bytes bytes, uint64_t at, uint64_t from, uint64_t to);

// Reads the first part twice: now, and when it passes. Beyond that, and where something is read
// out of order, the tape comes by. Borrows everything; the tape has random access.
class EarlySource final : public ByteSource {
  public:
    EarlySource(Tape& tape, uint64_t start, uint64_t length, EarlyWitness& witness, BlockPool& pool)
        : tape_(tape),
          start_(start),
          length_(length),
          witness_(witness),
          pool_(pool),
          in_order_(tape, start, length) {}

    [[nodiscard]] std::optional<uint64_t> size() const override { return length_; }
    [[nodiscard]] bool random_access() const override { return true; }
    [[nodiscard]] bool passes_by_itself() const override { return !came_by_; }

    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override;
    Result<Lent> read_ahead(uint64_t offset, size_t max, BlockPool& pool) override {
        return in_order_.read_ahead(offset, max, pool);
    }
    Result<Lent> glance(uint64_t offset, size_t max, BlockPool& pool) override {
        return in_order_.glance(offset, max, pool);
    }
    Status settle() override { return came_by_ ? in_order_.settle() : Status(Done{}); }

  private:
    Result<Lent> look(size_t max);

    Tape& tape_;
    const uint64_t start_;
    const uint64_t length_;
    EarlyWitness& witness_;
    BlockPool& pool_;
    MemberSource in_order_;
    uint64_t looked_ = 0;
    bool came_by_ = false;
};

}  // namespace assay
