#include "gguf_padding.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "gguf_rules.h"

namespace assay::gguf {

void PaddingCheck::feed(const BlockRef&, Bytes bytes) { look(at_, bytes); }

void PaddingCheck::look(uint64_t from_where, Bytes bytes) {
    at_ = from_where;
    const uint64_t end = at_ + bytes.size();
    while (next_ < pads_->size() && (*pads_)[next_].begin < end) {
        const Stretch& pad = (*pads_)[next_];
        const uint64_t from = std::max(pad.begin, at_);
        const uint64_t to = std::min(pad.end, end);
        Bytes part = bytes.subspan(static_cast<size_t>(from - at_), static_cast<size_t>(to - from));
        auto bad = std::find_if(part.begin(), part.end(), [](uint8_t byte) { return byte != 0; });
        if (bad != part.end()) {
            if (nonzero_ == 0) first_ = from + static_cast<uint64_t>(bad - part.begin());
            if (in_ != next_ + 1) nonzero_++;
            in_ = next_ + 1;
        }
        if (pad.end > end) break;
        next_++;
    }
    at_ = end;
}

// A padding is shorter than the alignment, which nearly always is 32.
Status PaddingCheck::glance(const Tape& tape) {
    constexpr size_t kAtOnce = 4096;
    std::array<uint8_t, kAtOnce> buffer{};
    for (const Stretch& pad : *pads_) {
        for (uint64_t at = pad.begin; at < pad.end;) {
            const auto n = static_cast<size_t>(std::min<uint64_t>(kAtOnce, pad.end - at));
            Result<size_t> got = tape.glance(at, std::span(buffer).first(n));
            if (!got) return got.error();
            if (*got == 0) return Done{};
            look(at, Bytes(buffer).first(*got));
            at += *got;
        }
    }
    return Done{};
}

Status PaddingCheck::close(ScanContext& context) {
    if (nonzero_ > 0) {
        context.report(rule("pad.nonzero"), first_, 0,
                       fmt::format("in {} of {} places", nonzero_, pads_->size()));
    }
    return Done{};
}

}  // namespace assay::gguf
