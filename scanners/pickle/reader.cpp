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

bool Reader::may_follow(uint64_t n) const {
    std::optional<uint64_t> size = tape_.size();
    return !size || (offset() <= *size && n <= *size - offset());
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
    line = {};
    auto known = static_cast<size_t>(end_ - at_);
    const void* feed = known > 0 ? std::memchr(at_, '\n', std::min(known, kLongestLine)) : nullptr;
    if (feed) {
        line.length = static_cast<uint64_t>(static_cast<const uint8_t*>(feed) - at_);
        line.text = as_text({take(line.length + 1), line.length});
        if (line.length > 0) line.last = line.text.back();
        return true;
    }
    line_.clear();
    for (bool ended = false; !ended;) {
        Bytes some = take_some(UINT64_MAX);
        if (some.empty()) return false;
        feed = std::memchr(some.data(), '\n', some.size());
        ended = feed != nullptr;
        size_t used = ended ? static_cast<size_t>(static_cast<const uint8_t*>(feed) - some.data())
                            : some.size();
        if (ended) at_ -= some.size() - used - 1;
        line.length += used;
        if (used > 0) line.last = static_cast<char>(some[used - 1]);
        line_.append(as_text(some.first(std::min(used, kLongestLine - line_.size()))));
    }
    line.text = line_;
    return true;
}

bool Reader::open_frame(uint64_t length) {
    bool was_open = frame_end_ && offset() < *frame_end_;
    frame_end_ = offset() + length;
    if (end_ - at_ > 0 && length < static_cast<uint64_t>(end_ - at_)) end_ = at_ + length;
    return !was_open;
}

}  // namespace assay::pickle
