#include "early_source.h"

#include <algorithm>

#include "assay/format.h"

namespace assay {

// How much of a member is read twice, and in what steps: most formats want no more than the first.
static constexpr uint64_t kMostTwice = uint64_t{1} << 20;
static constexpr uint64_t kStep = uint64_t{64} << 10;

Bytes part_of(Bytes bytes, uint64_t at, uint64_t from, uint64_t to) {
    from = std::max(from, at);
    to = std::min(to, at + bytes.size());
    if (from >= to) return {};
    return bytes.subspan(static_cast<size_t>(from - at), static_cast<size_t>(to - from));
}

Result<Lent> EarlySource::read(uint64_t offset, size_t max, BlockPool& pool) {
    if (offset >= length_) return Lent{};
    if (!came_by_ && offset == looked_ && offset < kMostTwice) return look(max);
    came_by_ = true;
    return in_order_.read(offset, max, pool);
}

Result<Lent> EarlySource::look(size_t max) {
    const uint64_t step = looked_ == 0 ? kProbeHead : kStep;
    const uint64_t wanted = std::min<uint64_t>({max, step, length_ - looked_});
    BlockRef block = pool_.get(static_cast<size_t>(wanted));
    if (!block) return Error{Code::kLimit, "no memory to read a member ahead", looked_, 0};
    Result<size_t> got =
        tape_.glance(start_ + looked_, {block->data(), static_cast<size_t>(wanted)});
    if (!got) return got.error();
    if (*got == 0) return Error{Code::kTruncated, "the file ends in a member", looked_, 0};
    const Bytes bytes(block->data(), *got);
    witness_.look(bytes);
    looked_ += *got;
    return Lent{block, bytes};
}

}  // namespace assay
