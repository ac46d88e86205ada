#include "inflate.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "crc32.h"

namespace assay {

static uInt clamp_to_uint(size_t n) {
    return static_cast<uInt>(std::min<size_t>(n, std::numeric_limits<uInt>::max()));
}

void Crc32::update(Bytes bytes) {
    value_ = crc32_of(value_, bytes);
    size_ += bytes.size();
}

struct Inflater::State {
    State() { ready = inflateInit2(&stream, -MAX_WBITS) == Z_OK; }  // negative: raw
    ~State() {
        if (ready) inflateEnd(&stream);
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    z_stream stream{};
    bool ready = false;
};

Inflater::Inflater() : state_(std::make_unique<State>()) {
    if (!state_->ready) failed_ = Error{Code::kLimit, "no memory to inflate", 0, 0};
}

Inflater::~Inflater() = default;

Result<Inflater::Step> Inflater::step(Bytes in, std::span<uint8_t> out) {
    if (failed_) return *failed_;
    if (ended_) return Step{0, 0, true};
    z_stream& stream = state_->stream;
    const uInt given = clamp_to_uint(in.size());
    const uInt room = clamp_to_uint(out.size());
    stream.next_in = const_cast<Bytef*>(in.data());  // NOLINT: zlib does not write to it
    stream.avail_in = given;
    stream.next_out = out.data();
    stream.avail_out = room;
    const int said = inflate(&stream, Z_NO_FLUSH);
    if (said == Z_MEM_ERROR) failed_ = Error{Code::kLimit, "no memory to inflate", 0, 0};
    if (said == Z_DATA_ERROR || said == Z_NEED_DICT || said == Z_STREAM_ERROR) {
        failed_ = Error{Code::kMalformed, "the deflate stream is damaged", 0, 0};
    }
    ended_ = said == Z_STREAM_END;
    Step done{given - stream.avail_in, room - stream.avail_out, ended_};
    if (failed_ && done.produced == 0) return *failed_;
    return done;  // a fault behind good bytes is told next time
}

Result<Lent> InflateSource::read(uint64_t offset, size_t max, BlockPool& pool) {
    if (offset != crc_.size()) return Error{Code::kUsage, "inflate goes in order", offset, 0};
    if (ended_ || damage_ || max == 0) return Lent{};
    BlockRef block = pool.get(max);
    if (!block) return Error{Code::kLimit, "no block to inflate into", offset, 0};
    Result<size_t> filled = fill({block->data(), max});
    if (!filled) return filled.error();
    Bytes bytes(block->data(), *filled);
    crc_.update(bytes);
    return Lent{block, bytes};
}

Status InflateSource::settle() { return damage_ ? Status(*damage_) : Status(Done{}); }

Result<size_t> InflateSource::fill(std::span<uint8_t> to) {
    size_t filled = 0;
    while (filled < to.size() && !ended_ && !damage_) {
        Result<size_t> some = inflate_some(to.subspan(filled));
        if (some) {
            filled += *some;
        } else if (some.error().code == Code::kMalformed) {
            damage_ = some.error();
        } else {
            return some.error();
        }
    }
    return filled;
}

Result<size_t> InflateSource::inflate_some(std::span<uint8_t> to) {
    Bytes in;
    if (taken_ < limit_) {
        Result<Bytes> some = tape_.peek_some();
        if (!some) return some.error();
        in = some->first(static_cast<size_t>(std::min<uint64_t>(some->size(), limit_ - taken_)));
    }
    Result<Inflater::Step> step = inflater_.step(in, to);
    if (!step) return Error{step.error().code, step.error().text, tape_.offset(), 0};
    ended_ = step->ended;
    if (step->produced == 0 && step->consumed == 0 && !ended_) {
        return Error{Code::kMalformed, "the deflate stream is cut off", tape_.offset(), 0};
    }
    taken_ += step->consumed;
    Status moved = tape_.advance(step->consumed);
    if (!moved) return moved.error();
    return step->produced;
}

}  // namespace assay
