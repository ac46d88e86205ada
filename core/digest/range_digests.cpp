#include "assay/range_digests.h"

#include <algorithm>

namespace assay {

RangeDigests::RangeDigests(LaneSet& lanes, uint64_t offset, std::vector<Range> ranges)
    : lanes_(lanes), at_(offset), ranges_(std::move(ranges)), digests_(ranges_.size()) {}

bool RangeDigests::add(const Range& range) {
    const uint64_t free_from = ranges_.empty() ? at_ : std::max(at_, ranges_.back().end);
    if (range.begin < free_from || range.end < range.begin) return false;
    ranges_.push_back(range);
    digests_.emplace_back();
    return true;
}

// Empty ranges end where they begin.
bool RangeDigests::begins_before(uint64_t end) const {
    if (next_ == ranges_.size()) return false;
    const Range& range = ranges_[next_];
    return range.begin < end || (range.begin == range.end && range.begin == end);
}

void RangeDigests::feed(const BlockRef& block, Bytes bytes) {
    const uint64_t end = at_ + bytes.size();
    while (begins_before(end)) {
        const Range& range = ranges_[next_];
        uint64_t from = std::max(range.begin, at_);
        uint64_t to = std::min(range.end, end);
        if (!stream_) stream_ = std::make_unique<Sha256Stream>(lanes_);
        if (to > from) stream_->feed(block, bytes.subspan(from - at_, to - from));
        if (range.end > end) break;
        close_range();
    }
    at_ = end;
}

void RangeDigests::close_range() {
    stream_->finish();
    waiting_.push_back({next_++, std::move(stream_)});
    if (waiting_.size() < kMostWaiting) return;
    lanes_.run();
    collect();
}

void RangeDigests::collect() {
    while (!waiting_.empty() && waiting_.front().stream->done()) {
        digests_[waiting_.front().index] = waiting_.front().stream->digest();
        waiting_.pop_front();
    }
}

// Where the artifact ends, empty ranges may begin; one that is open stays without a digest.
void RangeDigests::finish() {
    while (!stream_ && begins_before(at_)) {
        stream_ = std::make_unique<Sha256Stream>(lanes_);
        close_range();
    }
}

std::optional<Sha256Digest> RangeDigests::digest(size_t index) {
    collect();
    return digests_[index];
}

}  // namespace assay
