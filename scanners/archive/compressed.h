// Artifacts that are one compressed stream: gzip, bzip2, xz and the like. What comes out of them is
// one nested artifact, read as it is unpacked.
//
// A StreamDecoder knows one kind of stream; a DecompressedSource drives it over a parent's tape in
// order, every packed byte once, and never holds more than the decoder's own window. A format
// defines a decoder and hands it to scan_streams().
//
// What comes out, and what is found, must not depend on how the tape cuts its blocks. Libraries
// notice a fault sooner or later, depending on how much they are given; they are therefore given
// pieces whose sizes follow from the stream alone.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "assay/context.h"
#include "compress_rules.h"

namespace assay {

// The largest window of earlier output that a stream may ask for: what zstd takes without being
// asked, and twice what `xz -9` makes. More is refused, whatever --memory says.
inline constexpr uint64_t kMaxWindow = 128 * kMiB;

// One kind of compressed stream. Findings and lowered coverage go to the context of the artifact
// that holds the stream. One thread; borrows the context.
class StreamDecoder {
  public:
    explicit StreamDecoder(ScanContext& context,
                           const compress::StreamRules& rules = compress::kAnyStream)
        : context_(context), rules_(rules) {}
    virtual ~StreamDecoder() = default;
    StreamDecoder(const StreamDecoder&) = delete;
    StreamDecoder& operator=(const StreamDecoder&) = delete;

    struct Step {
        size_t consumed = 0;
        size_t produced = 0;
        bool again = false;          // it is to be called again, though nothing came of it
        bool ended = false;          // the packed data is complete; end() comes next
        std::optional<Error> fault;  // shows behind what was produced
    };

    // Reads what stands before the packed data of a stream. False, with the tape where it was, when
    // no stream starts there. The tape is not at its end.
    virtual Result<bool> begin(Tape& tape) = 0;

    // As much as `in` and `out` allow. `in` has piece() bytes, or all that are left; `out`
    // is never empty, and has always the same size at the same place, unless takes_any(). Neither
    // consuming nor producing means that more input is needed.
    virtual Step decode(Bytes in, std::span<uint8_t> out) = 0;

    // Reads what stands behind the packed data. A checksum or size that does not fit is a finding
    // and no error: what came out, came out.
    virtual Status end(Tape& tape) = 0;

    // The most that it is given at once: larger pieces cost less, but are paid for.
    [[nodiscard]] virtual size_t piece() const { return 4096; }

    // What comes of the next step does not depend on how input and output are cut: it may get all
    // that lies there, at least a piece, and any room.
    [[nodiscard]] virtual bool takes_any() const { return false; }

    // The most memory that it has touched by the time `produced` bytes have come out, all streams
    // taken together. Windows are asked for whole but fill up only with what comes out.
    [[nodiscard]] virtual uint64_t memory(uint64_t produced) const = 0;

    [[nodiscard]] const compress::StreamRules& rules() const { return rules_; }
    // The rule of the last fail(); null while nothing failed, or when the tape did.
    [[nodiscard]] const Rule* blamed() const { return blamed_; }
    // Bytes that it passed over without unpacking them.
    [[nodiscard]] uint64_t skipped() const { return skipped_; }

    // A fault of the stream that ends the unpacking.
    Error fail(const Rule& rule, const char* text, Code code = Code::kMalformed);

  protected:
    // kTruncated as a fault of the stream; `n` contiguous bytes otherwise.
    Result<Bytes> need(Tape& tape, size_t n);
    // A fault that does not end the unpacking.
    void report_mismatch(const Rule& rule, uint64_t offset, std::string_view detail);
    // Passes over skippable frames, which zstd and LZ4 have in common.
    Status skip_frames(Tape& tape);

    ScanContext& context_;

  private:
    const compress::StreamRules& rules_;
    Status skip(Tape& tape, uint64_t length);
    Status skip_frames(Tape& tape, uint64_t& frames);
    Result<uint64_t> skip_whole_frames(Tape& tape);
    Result<bool> skip_frame(Tape& tape);
    void note_frame(Bytes frame, uint64_t offset);

    const Rule* blamed_ = nullptr;
    uint64_t skipped_ = 0;
};

// What the streams that start where the parent's tape stands unpack to, one behind the other.
// After the last one the tape stands on the first byte that is part of none. A fault of a stream is
// its end, and is told by settle(): whoever reads gets to see all that came out before it. Borrows
// all it is given.
class DecompressedSource final : public ByteSource {
  public:
    // `payer` is charged for windows in the parent's place.
    DecompressedSource(Tape& parent, StreamDecoder& decoder, ScanContext& context,
                       Tape* payer = nullptr)
        : parent_(parent), decoder_(decoder), context_(context), payer_(payer ? *payer : parent) {}
    ~DecompressedSource() override { payer_.refund(paid_); }

    [[nodiscard]] std::optional<uint64_t> size() const override { return std::nullopt; }
    [[nodiscard]] bool random_access() const override { return false; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override;
    Status settle() override { return fault_ ? Status(*fault_) : Status(Done{}); }

    // Every stream was unpacked to its end.
    [[nodiscard]] bool ended() const { return ended_; }
    // Why not, unless it is only that nobody read that far.
    [[nodiscard]] const std::optional<Error>& fault() const { return fault_; }
    // Where the last stream starts.
    [[nodiscard]] uint64_t last_start() const { return last_start_; }
    // The first bytes that came out, as many as any magic number has.
    [[nodiscard]] Bytes head() const { return {head_, head_bytes_}; }

  private:
    // The most that a decoder may put out at once, and where it stops: the size of most blocks.
    static constexpr size_t kRoom = 32 << 10;

    Status step(std::span<uint8_t> to);
    Result<Bytes> next_piece();
    std::span<uint8_t> room_in(std::span<uint8_t> to);
    size_t hand_out(std::span<uint8_t> to);
    void note_head();
    Status begin_stream();
    Status pay();
    void take_fault(const Error& error);
    [[nodiscard]] Result<Lent> at_fault() const;

    Tape& parent_;
    StreamDecoder& decoder_;
    ScanContext& context_;
    Tape& payer_;
    std::vector<uint8_t> room_;  // what has come out and was not handed out,
    Bytes ready_;                // of which this is left
    uint64_t produced_ = 0;
    uint64_t handed_out_ = 0;
    uint64_t last_start_ = 0;
    uint64_t streams_ = 0;
    size_t paid_ = 0;
    bool inside_ = false;
    bool ended_ = false;
    std::optional<Error> fault_;
    uint8_t head_[8] = {};
    size_t head_bytes_ = 0;
};

// The scan of every compressed format: one child, then what stands behind the streams.
Status scan_streams(Tape& tape, ScanContext& context, StreamDecoder& decoder);

// Bytes behind an archive or the last stream: `garbage` is reported where they are more than zeros,
// and they are scanned as a part of their own; else `zeros`, unless it is null.
Status scan_trailing(Tape& tape, ScanContext& context, const Rule& garbage, const Rule* zeros);

// 5? 2a 4d 18, then a length and as many bytes that are no packed data.
bool is_skippable_frame(Bytes head);

// Whether these first bytes promise one of the compressed formats that have a magic number.
bool has_compressed_magic(Bytes head);

}  // namespace assay
