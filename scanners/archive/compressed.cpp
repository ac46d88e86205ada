// How compressed streams are unpacked, and what attackers do with them whatever their kind: bombs
// (the engine's limits on ratio and total), windows of gigabytes asked for by a header of ten
// bytes, several streams in a row of which readers see one or all, bytes behind the last stream,
// streams within streams, and damage placed so that one reader stops before the payload and another
// behind.
#include "compressed.h"

#include <fmt/core.h>

#include <algorithm>

#include "content.h"
#include "oci/oci_rules.h"
#include "rest_source.h"

namespace assay {

namespace {

// Memory is paid for, and output handed out, in steps that end at multiples of this: where a limit
// strikes then depends on what came out and not on blocks.
constexpr uint64_t kStep = 256 << 10;

constexpr size_t kFrameHeader = 8;    // of a skippable frame
constexpr size_t kLongestLead = 128;  // of one that leads to an index

Coverage coverage_for(Code code) {
    switch (code) {
        case Code::kLimit:
            return Coverage::kCutByLimit;
        case Code::kUnsupported:
            return Coverage::kUnsupported;
        default:
            return Coverage::kMalformed;
    }
}

}  // namespace

// ------------------------------------------------------------------------------------------------
// StreamDecoder

Error StreamDecoder::fail(const Rule& rule, const char* text, Code code) {
    blamed_ = &rule;
    return {code, text, 0, 0};
}

Result<Bytes> StreamDecoder::need(Tape& tape, size_t n) {
    Result<Bytes> bytes = tape.peek(n);
    if (!bytes || bytes->size() == n) return bytes;
    return fail(rules().truncated, "the compressed data ends early");
}

void StreamDecoder::report_mismatch(const Rule& rule, uint64_t offset, std::string_view detail) {
    context_.report(rule, offset, 0, detail);
    context_.incomplete(Coverage::kMalformed, rule.message);
}

Status StreamDecoder::skip(Tape& tape, uint64_t length) {
    Status moved = tape.advance(length);
    if (moved) {
        skipped_ += length;
        return moved;
    }
    if (moved.error().code != Code::kTruncated) return moved;
    return fail(rules().truncated, "the compressed data ends early");
}

bool is_skippable_frame(Bytes head) {
    return head.size() >= 4 && head[0] >> 4 == 5 && starts_with(head.subspan(1), "\x2a\x4d\x18");
}

// The last frame of a zstd:chunked layer says where its index is: numbers, then eight letters.
static bool leads_to_index(Bytes frame) {
    return frame.size() <= kLongestLead && as_text(frame).ends_with("GnUlInUx");
}

static uint64_t length_of_frame(Bytes head) {
    return kFrameHeader + load_le<uint32_t>(head.data() + 4);
}

void StreamDecoder::note_frame(Bytes frame, uint64_t offset) {
    if (!leads_to_index(frame)) return;
    context_.report(oci::rule("oci.layer.lazy_index"), offset, frame.size(), "zstd:chunked");
}

// A file can consist of millions of frames: those that lie there whole are passed over at once.
Result<uint64_t> StreamDecoder::skip_whole_frames(Tape& tape) {
    Result<Bytes> here = tape.peek_some();
    if (!here) return here.error();
    uint64_t frames = 0;
    size_t at = 0;
    for (; here->size() - at >= kFrameHeader && is_skippable_frame(here->subspan(at)); frames++) {
        Bytes rest = here->subspan(at);
        const uint64_t length = length_of_frame(rest);
        if (length > rest.size()) break;
        note_frame(rest.first(static_cast<size_t>(length)), tape.offset() + at);
        at += static_cast<size_t>(length);
    }
    Status skipped = at > 0 ? skip(tape, at) : Status(Done{});
    if (!skipped) return skipped.error();
    return frames;
}

// False where none starts.
Result<bool> StreamDecoder::skip_frame(Tape& tape) {
    Result<Bytes> head = tape.peek(kFrameHeader);
    if (!head) return head.error();
    if (!is_skippable_frame(*head)) return false;
    if (head->size() < kFrameHeader) return need(tape, kFrameHeader).error();
    const uint64_t length = length_of_frame(*head);
    if (length <= kLongestLead) {
        Result<Bytes> frame = tape.peek(static_cast<size_t>(length));
        if (!frame) return frame.error();
        if (frame->size() == length) note_frame(*frame, tape.offset());
    }
    Status skipped = skip(tape, length);
    if (!skipped) return skipped.error();
    return true;
}

Status StreamDecoder::skip_frames(Tape& tape, uint64_t& frames) {
    for (;;) {
        if (context_.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
        Result<uint64_t> whole = skip_whole_frames(tape);
        if (!whole) return whole.error();
        frames += *whole;
        Result<bool> more = skip_frame(tape);
        if (!more) return more.error();
        if (!*more) return Done{};
        frames++;
    }
}

// Those that follow each other are one finding and one gap.
Status StreamDecoder::skip_frames(Tape& tape) {
    const uint64_t start = tape.offset();
    uint64_t frames = 0;
    Status skipped = skip_frames(tape, frames);
    if (frames == 0) return skipped;
    const uint64_t length = tape.offset() - start;
    context_.report(rules().skippable, start, length,
                    frames > 1 ? fmt::format("{} frames", frames) : "");
    context_.gap(start, length);
    return skipped;
}

// ------------------------------------------------------------------------------------------------
// DecompressedSource

Result<Lent> DecompressedSource::read(uint64_t offset, size_t max, BlockPool& pool) {
    if (offset != handed_out_) {
        return Error{Code::kUsage, "what is unpacked is read in order", offset, 0};
    }
    BlockRef block = pool.get(max);
    if (!block) return Error{Code::kLimit, "no block to unpack into", offset, 0};
    size_t filled = 0;
    while (filled < max) {
        if (ready_.empty() && (ended_ || fault_)) break;
        const std::span<uint8_t> to(block->data() + filled, max - filled);
        if (ready_.empty()) {
            Status stepped = step(to);
            if (!stepped) take_fault(stepped.error());
        }
        filled += hand_out(to);
    }
    if (filled == 0 && fault_) return at_fault();
    return Lent{filled > 0 ? block : BlockRef(), Bytes(block->data(), filled)};
}

// To a reader a fault of the stream is its end; only what the system or a stop did is an error.
Result<Lent> DecompressedSource::at_fault() const {
    bool of_stream = decoder_.blamed() || fault_->code == Code::kLimit;
    return of_stream ? Result<Lent>(Lent{}) : *fault_;
}

size_t DecompressedSource::hand_out(std::span<uint8_t> to) {
    size_t n = std::min(to.size(), ready_.size());
    if (ready_.data() != to.data()) std::copy_n(ready_.data(), n, to.data());
    ready_ = ready_.subspan(n);
    handed_out_ += n;
    return n;
}

// Precondition: nothing is ready. What comes out goes to `to` where that has room for all that may,
// which must not change how much that is.
Status DecompressedSource::step(std::span<uint8_t> to) {
    if (context_.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
    if (!inside_) return begin_stream();
    if (produced_ % kStep == 0) {
        Status paid = pay();
        if (!paid) return paid;
    }
    Result<Bytes> in = next_piece();
    if (!in) return in.error();
    const bool no_more = in->size() < decoder_.piece();
    const std::span<uint8_t> out = room_in(to);
    StreamDecoder::Step done = decoder_.decode(*in, out);
    ready_ = out.first(done.produced);
    note_head();
    produced_ += done.produced;
    Status moved = parent_.advance(done.consumed);
    if (!moved) return moved;
    if (done.fault) return *done.fault;
    if (done.ended) {
        inside_ = false;
        return decoder_.end(parent_);
    }
    if (done.consumed > 0 || done.produced > 0 || done.again) return Done{};
    return no_more ? decoder_.fail(decoder_.rules().truncated, "the compressed data ends early")
                   : decoder_.fail(compress::kCorrupt, "the compressed data makes no progress");
}

Result<Bytes> DecompressedSource::next_piece() {
    if (decoder_.takes_any()) {
        Result<Bytes> here = parent_.peek_some();
        if (!here || here->size() >= decoder_.piece()) return here;
    }
    return parent_.peek(decoder_.piece());
}

std::span<uint8_t> DecompressedSource::room_in(std::span<uint8_t> to) {
    if (decoder_.takes_any()) return to;
    const auto room = static_cast<size_t>(kRoom - produced_ % kRoom);
    if (to.size() < room) room_.resize(kRoom);
    return {to.size() < room ? room_.data() : to.data(), room};
}

Status DecompressedSource::begin_stream() {
    Result<Bytes> any = parent_.peek(1);
    if (!any) return any.error();
    uint64_t start = parent_.offset();
    if (!any->empty()) {
        last_start_ = start;
        Result<bool> begun = decoder_.begin(parent_);
        if (!begun) return begun.error();
        inside_ = *begun;
    }
    ended_ = !inside_;
    if (!inside_) return Done{};
    if (++streams_ == 2) {
        context_.report(decoder_.rules().multiple, start, 0, "the second starts here");
    }
    return pay();
}

Status DecompressedSource::pay() {
    uint64_t due = decoder_.memory(produced_ + kStep);
    if (due <= paid_) return Done{};
    Status charged = payer_.charge(static_cast<size_t>(due - paid_));
    if (charged) paid_ = static_cast<size_t>(due);
    return charged;
}

void DecompressedSource::note_head() {
    size_t wanted = std::min(sizeof head_ - head_bytes_, ready_.size());
    std::copy_n(ready_.data(), wanted, head_ + head_bytes_);
    head_bytes_ += wanted;
}

// How far a library had read when it noticed is no place of the fault; where the stream starts is.
void DecompressedSource::take_fault(const Error& error) {
    fault_ = error;
    if (!decoder_.blamed()) return;
    std::string detail = fmt::format("{}; {} bytes had come out", error.text, produced_);
    context_.report(*decoder_.blamed(), last_start_, 0, detail);
    context_.incomplete(coverage_for(error.code), error.text);
}

// ------------------------------------------------------------------------------------------------
// The scan

bool has_compressed_magic(Bytes head) {
    using namespace std::string_view_literals;
    constexpr std::string_view kMagics[] = {"\x1f\x8b\x08"sv,     "BZh"sv,
                                            "\xfd\x37zXZ\0"sv,    "LZIP"sv,
                                            "\x28\xb5\x2f\xfd"sv, "\x04\x22\x4d\x18"sv};
    return std::any_of(std::begin(kMagics), std::end(kMagics),
                       [&](std::string_view magic) { return starts_with(head, magic); });
}

// Steps over zeros; whether anything else follows.
static Result<bool> skip_zeros(Tape& tape) {
    for (;;) {
        Result<Bytes> bytes = tape.peek_some();
        if (!bytes) return bytes.error();
        if (bytes->empty()) return false;
        auto other = std::find_if(bytes->begin(), bytes->end(), [](uint8_t b) { return b != 0; });
        bool found = other != bytes->end();
        Status moved = tape.advance(static_cast<uint64_t>(other - bytes->begin()));
        if (!moved) return moved.error();
        if (found) return true;
    }
}

Status scan_trailing(Tape& tape, ScanContext& context, const Rule& garbage, const Rule* zeros) {
    uint64_t start = tape.offset();
    Result<bool> more = skip_zeros(tape);
    if (!more) return more.error();
    if (*more) {
        context.report(garbage, start, tape.size().value_or(start) - start, "");
        RestSource rest(tape);
        auto scanned = context.child("trailing", rest);
        if (!scanned) return scanned.error();
    } else if (zeros && tape.offset() > start) {
        context.report(*zeros, start, tape.offset() - start, "");
    }
    uint64_t end = tape.size().value_or(tape.offset());
    if (end > start) context.gap(start, end - start);
    return Done{};
}

// The child is always called "data". A gzip header may hold a name, but nothing vouches for it and
// loaders ignore it; a path that means the same part of every such file is worth more.
Status scan_streams(Tape& tape, ScanContext& context, StreamDecoder& decoder) {
    DecompressedSource source(tape, decoder, context);
    auto scanned = content_child(context, "data", source);
    if (!scanned) return scanned.error();
    if (has_compressed_magic(source.head())) context.report(compress::kNested, 0, 0, "");
    if (source.fault()) return decoder.blamed() ? Status(Done{}) : Status(*source.fault());
    if (!source.ended()) {
        context.incomplete(Coverage::kCutByLimit, "the stream was not unpacked to its end");
        return Done{};
    }
    context.parsed(tape.offset() - decoder.skipped());
    return scan_trailing(tape, context, decoder.rules().garbage, &decoder.rules().zeros);
}

}  // namespace assay
