#include "inflate.h"

#include <algorithm>

#include "crc32.h"

namespace assay {

void Crc32::update(Bytes bytes) {
    value_ = crc32_of(value_, bytes);
    size_ += bytes.size();
}

Result<Lent> InflateSource::read(uint64_t offset, size_t max, BlockPool& pool) {
    if (offset != crc_.size()) return Error{Code::kUsage, "inflate goes in order", offset, 0};
    if (max == 0) return Lent{};
    BlockRef block = pool.get(max);
    if (!block) return Error{Code::kLimit, "no block to inflate into", offset, 0};
    size_t filled = 0;
    Status fills = fill({block->data(), max}, filled);
    if (!fills) return fills.error();
    if (filled == 0) return Lent{};
    Bytes bytes(block->data(), filled);
    crc_.update(bytes);
    return Lent{block, bytes};
}

Status InflateSource::settle() { return damage_ ? Status(*damage_) : Status(Done{}); }

Status InflateSource::fill(std::span<uint8_t> to, size_t& filled) {
    while (filled < to.size()) {
        if (ready_.empty() && (ended_ || damage_)) break;
        if (ready_.empty()) {
            Status some = inflate_some();
            if (!some && some.error().code != Code::kMalformed) return some;
            if (!some) damage_ = some.error();
        }
        const size_t n = std::min(to.size() - filled, ready_.size());
        std::copy_n(ready_.data(), n, to.data() + filled);
        ready_ = ready_.subspan(n);
        filled += n;
    }
    return Done{};
}

// Precondition: nothing is ready. The pieces follow from the stream alone, not from blocks.
Status InflateSource::inflate_some() {
    constexpr uint64_t kPiece = 4096;
    Result<Bytes> in = tape_.peek(static_cast<size_t>(std::min(kPiece, limit_ - taken_)));
    if (!in) return in.error();
    room_.resize(Inflater::kRoom);
    const Inflater::Step step = inflater_.step(*in, room_);
    ready_ = Bytes(room_).first(step.produced);
    ended_ = step.ended;
    taken_ += step.consumed;
    Status moved = tape_.advance(step.consumed);
    if (!moved) return moved;
    if (step.damaged) {
        return Error{Code::kMalformed, "the deflate stream is damaged", tape_.offset(), 0};
    }
    if (ended_ || step.produced + step.consumed > 0) return Done{};
    return Error{Code::kMalformed, "the deflate stream is cut off", tape_.offset(), 0};
}

}  // namespace assay
