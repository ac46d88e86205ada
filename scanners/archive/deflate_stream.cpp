#include "deflate_stream.h"

#include <algorithm>

namespace assay {

static uInt clipped(size_t n) { return static_cast<uInt>(std::min<size_t>(n, 1u << 30)); }

Result<bool> DeflateDecoder::begin_data(uint64_t start) {
    start_ = start;
    size_ = 0;
    checked_ = static_cast<uint32_t>(checksum_(0, nullptr, 0));
    if (!made_) made_ = inflateInit2(&zlib_, -MAX_WBITS) == Z_OK;
    if (made_ && inflateReset(&zlib_) == Z_OK) return true;
    return Error{Code::kLimit, "no memory to unpack with", start, 0};
}

StreamDecoder::Step DeflateDecoder::decode(Bytes in, std::span<uint8_t> out) {
    static const uint8_t kNothing = 0;  // zlib wants a pointer even to no bytes
    const uInt in_size = clipped(in.size());
    const uInt out_size = clipped(out.size());
    zlib_.next_in = const_cast<uint8_t*>(in.empty() ? &kNothing : in.data());
    zlib_.avail_in = in_size;
    zlib_.next_out = out.data();
    zlib_.avail_out = out_size;
    int outcome = inflate(&zlib_, Z_NO_FLUSH);
    Step step;
    step.consumed = in_size - zlib_.avail_in;
    step.produced = out_size - zlib_.avail_out;
    step.ended = outcome == Z_STREAM_END;
    if (outcome != Z_OK && outcome != Z_BUF_ERROR && outcome != Z_STREAM_END) {
        step.fault = fail(compress::kCorrupt, "the deflate stream is damaged");
    }
    checked_ =
        static_cast<uint32_t>(checksum_(checked_, out.data(), static_cast<uInt>(step.produced)));
    size_ += step.produced;
    return step;
}

}  // namespace assay
