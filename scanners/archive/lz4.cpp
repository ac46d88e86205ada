// LZ4 frames.
//
//   04 22 4d 18, flags, block size; size of what comes out (8) and dictionary id (4) as the flags
//   say; a check of the header (1); blocks, each behind u32 size (its top bit: stored), each with a
//   checksum if the flags say so; a zero size; a checksum over all if the flags say so
//   5? 2a 4d 18: a skippable frame, as in zstd
//   02 21 4c 18: a frame of the first form (lz4_legacy.h)
//
// Blocks have at most 4 MiB, so no header can ask for more. The library drops what came out before
// a fault when both fall into one call; it is given one part of a frame at a time.
#include <lz4frame.h>

#include <algorithm>

#include "assay/format.h"
#include "compressed.h"
#include "formats.h"
#include "lz4_legacy.h"

namespace assay {

namespace {

constexpr std::string_view kMagic = "\x04\x22\x4d\x18";

class Lz4Decoder final : public StreamDecoder {
  public:
    explicit Lz4Decoder(ScanContext& context) : StreamDecoder(context) {
        if (LZ4F_isError(LZ4F_createDecompressionContext(&lz4_, LZ4F_VERSION))) lz4_ = nullptr;
    }
    ~Lz4Decoder() override { LZ4F_freeDecompressionContext(lz4_); }

    Result<bool> begin(Tape& tape) override;
    Step decode(Bytes in, std::span<uint8_t> out) override;
    Status end(Tape&) override { return Done{}; }
    // A packed block, an unpacked one, and what later blocks refer back to.
    [[nodiscard]] uint64_t memory(uint64_t) const override {
        return 2 * largest_block_ + (256 << 10);
    }

  private:
    enum class Part { kHeader, kBlockSize, kBlock, kBlockChecksum, kChecksum, kEnd };

    Result<bool> begin_legacy(Tape& tape);
    Step decode_legacy(Bytes in, std::span<uint8_t> out);
    Result<bool> begin_frame(Tape& tape, uint8_t flags, uint8_t block);
    void next_part();
    void enter(Part part, size_t length);
    void take(Step& step, Bytes in, std::span<uint8_t> out);
    Error blame(size_t code);

    LZ4F_dctx* lz4_ = nullptr;
    uint64_t largest_block_ = 0;
    bool block_checksums_ = false;
    bool checksum_ = false;
    Part part_ = Part::kEnd;
    size_t left_ = 0;          // of this part
    uint8_t block_size_[4]{};  // as far as it has come
    bool pending_ = false;     // more may come out without more input
    bool in_legacy_ = false;
    Lz4LegacyFrame legacy_;
};

Result<bool> Lz4Decoder::begin(Tape& tape) {
    Status skipped = skip_frames(tape);
    if (!skipped) return skipped.error();
    Result<Bytes> start = tape.peek(kMagic.size());
    if (!start) return start.error();
    in_legacy_ = starts_with(*start, kLz4LegacyMagic);
    if (in_legacy_) return begin_legacy(tape);
    if (!starts_with(*start, kMagic)) return false;
    Result<Bytes> head = need(tape, kMagic.size() + 3);
    if (!head) return head.error();
    return begin_frame(tape, (*head)[4], (*head)[5]);
}

Result<bool> Lz4Decoder::begin_legacy(Tape& tape) {
    legacy_.begin();
    largest_block_ = std::max<uint64_t>(largest_block_, Lz4LegacyFrame::kBlock);
    Status moved = tape.advance(kLz4LegacyMagic.size());
    return moved ? Result<bool>(true) : moved.error();
}

StreamDecoder::Step Lz4Decoder::decode_legacy(Bytes in, std::span<uint8_t> out) {
    Step step = legacy_.decode(in, out);
    const bool nothing = step.consumed == 0 && step.produced == 0;
    if (nothing && legacy_.damaged()) step.fault = fail(compress::kCorrupt, "a block is damaged");
    return step;
}

Result<bool> Lz4Decoder::begin_frame(Tape& tape, uint8_t flags, uint8_t block) {
    const bool has_size = (flags & 8) != 0;
    const bool has_dictionary = (flags & 1) != 0;
    const unsigned block_id = block >> 4 & 7;
    if (has_dictionary) {
        return fail(rules().dictionary, "a dictionary is needed", Code::kUnsupported);
    }
    if (block_id < 4) return fail(compress::kCorrupt, "the frame has no such block size");
    if (!lz4_) return Error{Code::kLimit, "no memory to unpack with", tape.offset(), 0};
    LZ4F_resetDecompressionContext(lz4_);
    largest_block_ = std::max(largest_block_, uint64_t{1} << (8 + 2 * block_id));
    block_checksums_ = (flags & 0x10) != 0;
    checksum_ = (flags & 4) != 0;
    pending_ = false;
    enter(Part::kHeader, kMagic.size() + 3 + (has_size ? 8 : 0));
    return true;
}

void Lz4Decoder::enter(Part part, size_t length) {
    part_ = part;
    left_ = length;
}

// Precondition: nothing is left of this part.
void Lz4Decoder::next_part() {
    switch (part_) {
        case Part::kBlockSize: {
            const uint32_t given = load_le<uint32_t>(block_size_);
            if (given == 0)
                return enter(checksum_ ? Part::kChecksum : Part::kEnd, checksum_ ? 4 : 0);
            if (given << 1 != 0) return enter(Part::kBlock, given & 0x7fff'ffff);
            [[fallthrough]];  // a stored block of no bytes
        }
        case Part::kBlock:
            if (block_checksums_) return enter(Part::kBlockChecksum, 4);
            return enter(Part::kBlockSize, sizeof block_size_);
        case Part::kHeader:
        case Part::kBlockChecksum:
            return enter(Part::kBlockSize, sizeof block_size_);
        case Part::kChecksum:
        case Part::kEnd:
            return enter(Part::kEnd, 0);
    }
}

StreamDecoder::Step Lz4Decoder::decode(Bytes in, std::span<uint8_t> out) {
    if (in_legacy_) return decode_legacy(in, out);
    Step step;
    if (pending_) take(step, {}, out);
    if (pending_ || step.fault) return step;
    Bytes part = in.first(std::min(in.size(), left_));
    if (part_ == Part::kBlockSize) {
        std::copy(part.begin(), part.end(), std::end(block_size_) - left_);
    }
    if (!part.empty()) take(step, part, out.subspan(step.produced));
    left_ -= step.consumed;
    if (left_ == 0 && !step.fault) next_part();
    step.ended = part_ == Part::kEnd && !pending_;
    return step;
}

void Lz4Decoder::take(Step& step, Bytes in, std::span<uint8_t> out) {
    static const uint8_t kNothing = 0;
    size_t consumed = in.size();
    size_t produced = out.size();
    size_t outcome = LZ4F_decompress(lz4_, out.data(), &produced,
                                     in.empty() ? &kNothing : in.data(), &consumed, nullptr);
    if (LZ4F_isError(outcome)) {
        step.fault = blame(outcome);
        return;
    }
    step.consumed += consumed;
    step.produced += produced;
    pending_ = produced == out.size();
}

// The library's error codes are its names.
Error Lz4Decoder::blame(size_t code) {
    const std::string_view name = LZ4F_getErrorName(code);
    if (name == "ERROR_allocation_failed") {
        return {Code::kLimit, "no memory to unpack with", 0, 0};
    }
    if (name.ends_with("Checksum_invalid")) {
        return fail(rules().checksum, "the frame fails one of its checksums");
    }
    if (name == "ERROR_frameSize_wrong") {
        return fail(rules().size, "what came out has another size than the frame gives");
    }
    return fail(compress::kCorrupt, "the frame is damaged");
}

bool is_lz4(const Probe& probe) {
    return starts_with(probe.head, kMagic) || starts_lz4_legacy(probe.head);
}

Status scan_lz4(Tape& tape, ScanContext& context) {
    Lz4Decoder decoder(context);
    return scan_streams(tape, context, decoder);
}

constexpr std::string_view kExtensions[] = {"lz4"};

}  // namespace

const Format kLz4Format{"lz4", false, 0, kExtensions, compress::kRules, is_lz4, scan_lz4};

}  // namespace assay
