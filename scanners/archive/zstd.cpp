// Zstandard (RFC 8878): frames, one behind the other.
//
//   28 b5 2f fd, descriptor (1), window (0 or 1), dictionary id (0 to 4), size of what comes out
//   (0 to 8); blocks, each behind 3 bytes of type and size; a checksum where the descriptor says so
//   5? 2a 4d 18, u32 length, that many bytes: a skippable frame
//
// The header may ask for a window of earlier output of up to 3.75 TiB. Skippable frames hold
// anything, at the start, too, where they hide the real magic number. The library unpacks a frame
// at once where it is given all of it and then loses what came out before a fault; it is therefore
// given one part of a frame at a time, which also says exactly where the frame ends.
#include <fmt/core.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <optional>

#include "assay/cursor.h"
#include "assay/format.h"
#include "compressed.h"
#include "formats.h"
#include "stream_decoders.h"

namespace assay {

namespace {

constexpr std::string_view kMagic = "\x28\xb5\x2f\xfd";
constexpr size_t kLongestHeader = 18;
constexpr uint64_t kFixed = 512 << 10;  // tables, and a block before and after unpacking

struct Header {
    uint64_t window = 0;
    bool dictionary = false;
    bool checksum = false;
    bool reserved = false;
    std::optional<uint64_t> size;  // of what comes out
    size_t length = 0;
};

// Nothing when `head` ends too early.
std::optional<Header> parse_header(Bytes head) {
    Cursor cursor(head);
    cursor.skip(kMagic.size());
    const uint8_t descriptor = cursor.u8();
    const bool single = (descriptor & 0x20) != 0;
    Header header;
    header.checksum = (descriptor & 4) != 0;
    header.reserved = (descriptor & 8) != 0;
    if (!single) {
        const uint8_t window = cursor.u8();
        uint64_t base = uint64_t{1024} << (window >> 3);
        header.window = base + base / 8 * (window & 7);
    }
    constexpr size_t kIdSizes[] = {0, 1, 2, 4};
    for (uint8_t byte : cursor.bytes(kIdSizes[descriptor & 3])) header.dictionary |= byte != 0;
    const size_t size_bytes = descriptor >> 6 ? size_t{1} << (descriptor >> 6) : single ? 1 : 0;
    uint64_t size = 0;
    Bytes given = cursor.bytes(size_bytes);
    for (size_t i = given.size(); i-- > 0;) size = size << 8 | given[i];
    if (size_bytes == 2) size += 256;
    if (size_bytes > 0) header.size = size;
    if (single) header.window = size;
    header.length = static_cast<size_t>(cursor.offset());
    return cursor.ok() ? std::optional(header) : std::nullopt;
}

// The same frame's header without its size, which is then ours to compare: the library notices a
// wrong one only by a fault that could as well be damage, and loses the last block with it.
std::array<uint8_t, 6> header_without_size(const Header& header) {
    std::array<uint8_t, 6> made{};
    std::copy(kMagic.begin(), kMagic.end(), made.begin());
    made[4] = header.checksum ? 4 : 0;
    uint8_t window = 0;
    const auto bytes = [&] { return (uint64_t{1024} << (window >> 3)) / 8 * (8 + (window & 7)); };
    while (bytes() < header.window) window++;
    made[5] = window;
    return made;
}

class ZstdDecoder final : public StreamDecoder {
  public:
    explicit ZstdDecoder(ScanContext& context)
        : StreamDecoder(context, compress::kZstd), zstd_(ZSTD_createDCtx()) {}
    ~ZstdDecoder() override { ZSTD_freeDCtx(zstd_); }

    Result<bool> begin(Tape& tape) override;
    Step decode(Bytes in, std::span<uint8_t> out) override;
    Status end(Tape& tape) override;
    [[nodiscard]] uint64_t memory(uint64_t produced) const override {
        return kFixed + std::min(produced, largest_window_);
    }

  private:
    enum class Part { kBlockHeader, kBlock, kChecksum, kEnd };

    Result<bool> begin_frame(Tape& tape, Bytes head);
    void next_part();
    void take(Step& step, Bytes in, std::span<uint8_t> out);
    Error blame(size_t code);

    ZSTD_DCtx* zstd_;
    uint64_t largest_window_ = 0;
    bool checksum_ = false;
    std::optional<uint64_t> size_;  // that this frame gives,
    uint64_t produced_ = 0;         // and that it has
    Part part_ = Part::kEnd;
    size_t left_ = 0;            // of this part
    uint8_t block_header_[3]{};  // as far as it has come
    bool last_block_ = false;
    bool pending_ = false;  // more may come out without more input
};

Result<bool> ZstdDecoder::begin(Tape& tape) {
    Status skipped = skip_frames(tape);
    if (!skipped) return skipped.error();
    Result<Bytes> head = tape.peek(kLongestHeader);
    if (!head) return head.error();
    if (!starts_with(*head, kMagic)) return false;
    return begin_frame(tape, *head);
}

Result<bool> ZstdDecoder::begin_frame(Tape& tape, Bytes head) {
    std::optional<Header> header = parse_header(head);
    if (!header) return fail(rules().truncated, "the compressed data ends early");
    if (header->window > kMaxWindow) {
        return fail(rules().window, "a window of more than 128 MiB is asked for",
                    Code::kUnsupported);
    }
    if (header->reserved) {
        return fail(compress::rule("zstd.frame.reserved_bit"), "the frame sets a reserved bit");
    }
    if (header->dictionary) {
        return fail(rules().dictionary, "a dictionary is needed", Code::kUnsupported);
    }
    if (!zstd_) return Error{Code::kLimit, "no memory to unpack with", tape.offset(), 0};
    ZSTD_DCtx_reset(zstd_, ZSTD_reset_session_only);
    largest_window_ = std::max(largest_window_, header->window);
    checksum_ = header->checksum;
    size_ = header->size;
    produced_ = 0;
    part_ = Part::kBlockHeader;
    left_ = sizeof block_header_;
    last_block_ = pending_ = false;
    const auto ours = header_without_size(*header);
    Step step;
    take(step, ours, {});
    pending_ = false;
    if (step.fault) return *step.fault;
    Status moved = tape.advance(header->length);
    return moved ? Result<bool>(true) : moved.error();
}

Status ZstdDecoder::end(Tape& tape) {
    if (size_ && *size_ != produced_) {
        report_mismatch(rules().size, tape.offset(),
                        fmt::format("{} bytes, given {}", produced_, *size_));
    }
    return Done{};
}

// Precondition: nothing is left of this part.
void ZstdDecoder::next_part() {
    if (part_ == Part::kEnd) return;
    if (part_ == Part::kBlockHeader) {
        const uint32_t bits = load_le<uint16_t>(block_header_) | uint32_t{block_header_[2]} << 16;
        const bool one_byte = (bits >> 1 & 3) == 1;  // and how often it comes
        last_block_ = (bits & 1) != 0;
        left_ = one_byte ? 1 : bits >> 3;
        part_ = Part::kBlock;
        if (left_ > 0) return;
    }
    if (part_ == Part::kChecksum || (last_block_ && !checksum_)) {
        part_ = Part::kEnd;
    } else if (last_block_) {
        part_ = Part::kChecksum;
        left_ = 4;
    } else {
        part_ = Part::kBlockHeader;
        left_ = sizeof block_header_;
    }
}

StreamDecoder::Step ZstdDecoder::decode(Bytes in, std::span<uint8_t> out) {
    Step step;
    if (pending_) take(step, {}, out);
    if (pending_ || step.fault) return step;
    Bytes part = in.first(std::min(in.size(), left_));
    if (part_ == Part::kBlockHeader) {
        std::copy(part.begin(), part.end(), std::end(block_header_) - left_);
    }
    if (!part.empty()) take(step, part, out.subspan(step.produced));
    left_ -= step.consumed;
    if (left_ == 0 && !step.fault) next_part();
    step.ended = part_ == Part::kEnd && !pending_;
    return step;
}

// The library consumes all it is given unless the output is full.
void ZstdDecoder::take(Step& step, Bytes in, std::span<uint8_t> out) {
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    size_t outcome = ZSTD_decompressStream(zstd_, &to, &from);
    step.consumed += from.pos;
    step.produced += to.pos;
    produced_ += to.pos;
    pending_ = to.pos == to.size;
    if (ZSTD_isError(outcome)) step.fault = blame(outcome);
}

Error ZstdDecoder::blame(size_t code) {
    switch (ZSTD_getErrorCode(code)) {
        case ZSTD_error_memory_allocation:
            return {Code::kLimit, "no memory to unpack with", 0, 0};
        case ZSTD_error_checksum_wrong:
            return fail(rules().checksum, "the frame fails its checksum");
        default:
            return fail(compress::kCorrupt, "the frame is damaged");
    }
}

// A file of skippable frames alone, or with other things behind them, is for zstd to take apart:
// its readers do.
bool is_zstd(const Probe& probe) {
    return starts_with(probe.head, kMagic) || is_skippable_frame(probe.head);
}

Status scan_zstd(Tape& tape, ScanContext& context) {
    ZstdDecoder decoder(context);
    return scan_streams(tape, context, decoder);
}

constexpr std::string_view kExtensions[] = {"zst", "zstd"};

}  // namespace

std::unique_ptr<StreamDecoder> make_zstd_decoder(ScanContext& context) {
    return std::make_unique<ZstdDecoder>(context);
}

const Format kZstdFormat{"zstd", false, 0, kExtensions, compress::kRules, is_zstd, scan_zstd};

}  // namespace assay
