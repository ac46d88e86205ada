#include "reader.h"

#include <algorithm>
#include <cstring>

namespace assay::pickle {

Status Reader::sync() {
    auto passed = static_cast<uint64_t>(at_ - begin_);
    begin_ = at_ = end_ = nullptr;
    if (failed_) return *failed_;
    Status moved = tape_.advance(passed);
    if (!moved) failed_ = moved.error();
    return moved;
}

// The window ends where the frame ends, so that the fast path need not know of frames.
void Reader::show(Bytes window) {
    begin_ = at_ = window.data();
    size_t shown = window.size();
    if (frame_end_) {
        uint64_t left = *frame_end_ - tape_.offset();
        shown = static_cast<size_t>(std::min<uint64_t>(shown, left));
    }
    end_ = begin_ + shown;
}

void Reader::look_for_frame_end(size_t n) {
    if (!frame_end_ || *frame_end_ - offset() >= n) return;
    straddled_ = offset() < *frame_end_;
    frame_ended_ = true;
    frame_end_.reset();
}

bool Reader::refill(size_t n) {
    if (!sync()) return false;
    Result<Bytes> window = n <= 1 ? tape_.peek_some() : tape_.peek(n);
    if (!window) {
        failed_ = window.error();
        return false;
    }
    show(*window);
    return static_cast<size_t>(end_ - at_) >= n;
}

bool Reader::need_slowly(size_t n) {
    if (failed_) return false;
    look_for_frame_end(n);
    return refill(n);
}

Bytes Reader::take_some(uint64_t n) {
    if (n == 0 || !need(1)) return {};
    auto some = static_cast<size_t>(std::min<uint64_t>(n, static_cast<uint64_t>(end_ - at_)));
    return {take(some), some};
}

uint64_t Reader::most_that_follows() const {
    std::optional<uint64_t> size = tape_.size();
    if (!size) return UINT64_MAX;
    return *size - std::min(*size, offset());
}

bool Reader::skip(uint64_t n) {
    if (n <= static_cast<uint64_t>(end_ - at_)) {
        at_ += n;
        return true;
    }
    if (failed_ || !may_follow(n)) return false;
    look_for_frame_end(static_cast<size_t>(std::min<uint64_t>(n, SIZE_MAX)));
    if (!sync()) return false;
    Status moved = tape_.advance(n);
    if (!moved && moved.error().code != Code::kTruncated) failed_ = moved.error();
    return moved.ok();
}

bool Reader::take_line(Line& line) {
    if (!begin_line(line)) return false;
    while (!line.ended) {
        Bytes more = more_of_line(SIZE_MAX, line.ended);
        if (more.empty() && !line.ended) return false;
        line.length += more.size();
    }
    return true;
}

bool Reader::begin_line(Line& line) {
    line = {};
    in_line_ = false;
    auto known = static_cast<size_t>(end_ - at_);
    const void* feed = known > 0 ? std::memchr(at_, '\n', std::min(known, kLongestLine)) : nullptr;
    if (feed) {
        line.text = as_text(more_of_line(kLongestLine, line.ended));
    } else {
        line_.clear();
        while (!line.ended && line_.size() < kLongestLine) {
            Bytes more = more_of_line(kLongestLine - line_.size(), line.ended);
            if (more.empty() && !line.ended) return false;
            line_.append(as_text(more));
        }
        line.text = line_;
    }
    line.length = line.text.size();
    return true;
}

Bytes Reader::more_of_line(size_t most, bool& ended) {
    const bool at_frame_end = frame_ended_;
    if (!need(1)) return {};
    straddled_ = straddled_ || (in_line_ && frame_ended_ && !at_frame_end);
    in_line_ = true;
    const size_t known = std::min(most, static_cast<size_t>(end_ - at_));
    const auto* feed = static_cast<const uint8_t*>(std::memchr(at_, '\n', known));
    ended = feed != nullptr;
    const size_t used = ended ? static_cast<size_t>(feed - at_) : known;
    return {take(used + (ended ? 1 : 0)), used};
}

bool Reader::open_frame(uint64_t length) {
    bool was_open = frame_end_ && offset() < *frame_end_;
    frame_end_ = offset() + length;
    if (end_ - at_ > 0 && length < static_cast<uint64_t>(end_ - at_)) end_ = at_ + length;
    return !was_open;
}

}  // namespace assay::pickle
