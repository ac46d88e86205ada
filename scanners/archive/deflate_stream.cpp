#include "deflate_stream.h"

namespace assay {

Result<bool> DeflateDecoder::begin_data(uint64_t start) {
    start_ = start;
    size_ = 0;
    checked_ = start_sum_;
    inflater_.reset();
    return true;
}

StreamDecoder::Step DeflateDecoder::decode(Bytes in, std::span<uint8_t> out) {
    const bool dense = inflater_.in_dense_block();
    const Inflater::Step made =
        dense ? member_.step_dense(inflater_, in, out) : inflater_.step(in, out);
    Step step;
    step.again = dense && !inflater_.in_dense_block();
    step.consumed = made.consumed;
    step.produced = made.produced;
    step.ended = made.ended;
    if (made.damaged) step.fault = fail(compress::kCorrupt, "the deflate stream is damaged");
    checked_ = checksum_(checked_, Bytes(out).first(made.produced));
    size_ += made.produced;
    return step;
}

}  // namespace assay
