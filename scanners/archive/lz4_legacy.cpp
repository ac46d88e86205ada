#include "lz4_legacy.h"

#include <algorithm>

#include "assay/cursor.h"

namespace assay {

namespace {

// What LZ4 makes of 8 MiB that do not shrink.
constexpr size_t kLongestPacked = Lz4LegacyFrame::kBlock + Lz4LegacyFrame::kBlock / 255 + 16;
constexpr size_t kShortestMatch = 4;

// A number of four bits, and bytes that add to it as long as they are 255.
bool add_length(Cursor& cursor, size_t& length) {
    if (length != 15) return true;
    for (uint8_t more = 255; more == 255 && cursor.ok();) {
        more = cursor.u8();
        length += more;
    }
    return cursor.ok();
}

// One sequence has literal bytes and a copy of what came out before; the last one has no copy.
// False at a fault. `done` counts what has come out.
bool sequence(Cursor& cursor, std::span<uint8_t> out, size_t& done) {
    const uint8_t token = cursor.u8();
    size_t literals = token >> 4;
    if (!add_length(cursor, literals)) return false;
    const size_t there =
        static_cast<size_t>(std::min<uint64_t>({literals, cursor.remaining(), out.size() - done}));
    const Bytes bytes = cursor.bytes(there);
    std::copy(bytes.begin(), bytes.end(), out.data() + done);
    done += there;
    if (there < literals) return false;
    if (cursor.remaining() == 0) return true;
    const size_t distance = cursor.le16();
    size_t length = token & 15;
    if (!add_length(cursor, length) || distance == 0 || distance > done) return false;
    length += kShortestMatch;
    const size_t copied = std::min(length, out.size() - done);
    for (size_t i = 0; i < copied; i++, done++) out[done] = out[done - distance];
    return copied == length;
}

}  // namespace

size_t unpack_lz4_block(Bytes packed, std::span<uint8_t> out, bool& damaged) {
    Cursor cursor(packed);
    size_t done = 0;
    damaged = packed.empty();
    while (!damaged && cursor.remaining() > 0) damaged = !sequence(cursor, out, done);
    return done;
}

bool starts_lz4_legacy(Bytes head) {
    if (!starts_with(head, kLz4LegacyMagic)) return false;
    if (head.size() < 8) return head.size() == kLz4LegacyMagic.size();
    const uint32_t length = load_le<uint32_t>(head.data() + 4);
    return length > 0 && length <= kLongestPacked;
}

void Lz4LegacyFrame::begin() {
    packed_.clear();
    unpacked_.clear();
    wanted_ = handed_out_ = 0;
    damaged_ = false;
}

StreamDecoder::Step Lz4LegacyFrame::next_length(Bytes in) {
    StreamDecoder::Step step;
    step.ended = in.empty();
    if (in.size() < 4) return step;
    const uint32_t length = load_le<uint32_t>(in.data());
    step.ended = length > kLongestPacked;
    if (step.ended) return step;
    wanted_ = length;
    step.consumed = 4;
    damaged_ = length == 0;
    return step;
}

void Lz4LegacyFrame::unpack() {
    unpacked_.resize(kBlock);
    unpacked_.resize(unpack_lz4_block(packed_, unpacked_, damaged_));
    handed_out_ = 0;
    packed_.clear();
    wanted_ = 0;
}

StreamDecoder::Step Lz4LegacyFrame::decode(Bytes in, std::span<uint8_t> out) {
    StreamDecoder::Step step;
    if (handed_out_ == unpacked_.size()) {
        if (damaged_) return step;
        if (wanted_ == 0) return next_length(in);
        const Bytes part = in.first(std::min(in.size(), wanted_ - packed_.size()));
        packed_.insert(packed_.end(), part.begin(), part.end());
        step.consumed = part.size();
        if (packed_.size() < wanted_) return step;
        unpack();
    }
    step.produced = std::min(out.size(), unpacked_.size() - handed_out_);
    std::copy_n(unpacked_.begin() + static_cast<ptrdiff_t>(handed_out_), step.produced,
                out.begin());
    handed_out_ += step.produced;
    return step;
}

}  // namespace assay
