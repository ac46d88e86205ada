// What members of ZIP archives are: bytes with a CRC-32, packed by deflate or not.
//
// Deflate says itself where it ends, so not a byte more is passed on the parent's tape. That is how
// a member of unknown length is read from a stream.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "assay/source.h"
#include "assay/tap.h"
#include "assay/tape.h"
#include "inflater.h"

namespace assay {

// The checksum of ZIP and gzip, and how much it was made of.
class Crc32 {
  public:
    void update(Bytes bytes);
    [[nodiscard]] uint32_t value() const { return value_; }
    [[nodiscard]] uint64_t size() const { return size_; }

  private:
    uint32_t value_ = 0;
    uint64_t size_ = 0;
};

// Sees what a tape passes while it is attached: of a stored member that is its content, in order,
// however it was read.
class Crc32Tap final : public Tap {
  public:
    explicit Crc32Tap(Tape& tape) : tape_(tape) { tape_.attach(*this); }
    ~Crc32Tap() override { tape_.detach(*this); }
    Crc32Tap(const Crc32Tap&) = delete;
    Crc32Tap& operator=(const Crc32Tap&) = delete;
    void feed(const BlockRef&, Bytes bytes) override { crc_.update(bytes); }
    void finish() override {}
    [[nodiscard]] const Crc32& crc() const { return crc_; }

  private:
    Tape& tape_;
    Crc32 crc_;
};

// What a deflate stream that starts where the tape stands unpacks to. Its size is not known before
// its end, whatever a header says. Borrows the tape.
//
// A damaged stream ends at the damage, and settle() tells: loaders that read as they go act on what
// comes before, so it is looked at like anything else.
class InflateSource final : public ByteSource {
  public:
    // No more than `limit` bytes of the tape are taken.
    InflateSource(Tape& tape, uint64_t limit) : tape_(tape), limit_(limit) {}

    [[nodiscard]] std::optional<uint64_t> size() const override { return std::nullopt; }
    [[nodiscard]] bool random_access() const override { return false; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override;
    Status settle() override;

    [[nodiscard]] const Crc32& crc() const { return crc_; }  // of what was lent
    [[nodiscard]] uint64_t taken() const { return taken_; }  // bytes of the tape
    [[nodiscard]] bool ended() const { return ended_; }      // the stream was complete
    [[nodiscard]] const std::optional<Error>& damage() const { return damage_; }

  private:
    Status fill(std::span<uint8_t> to, size_t& filled);
    Status inflate_some();

    Tape& tape_;
    const uint64_t limit_;
    Inflater inflater_;
    std::vector<uint8_t> room_;  // what has come out,
    Bytes ready_;                // of which this was not lent
    Crc32 crc_;
    uint64_t taken_ = 0;
    bool ended_ = false;
    std::optional<Error> damage_;
};

}  // namespace assay
