#include "utf8_check.h"

#include <cstring>

#include "text_forms.h"

namespace assay::pickle {

namespace {

// Most texts are ASCII: eight bytes at a step.
std::string_view without_ascii(std::string_view text) {
    constexpr uint64_t kHighBits = 0x8080808080808080;
    while (text.size() >= sizeof(uint64_t)) {
        uint64_t word = 0;
        std::memcpy(&word, text.data(), sizeof word);
        if ((word & kHighBits) != 0) break;
        text.remove_prefix(sizeof word);
    }
    while (!text.empty() && static_cast<uint8_t>(text.front()) < 0x80) text.remove_prefix(1);
    return text;
}

size_t length_for(uint8_t lead) {
    return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
}

}  // namespace

void Utf8Check::feed(std::string_view piece) {
    while (!carry_.empty() && !piece.empty() &&
           carry_.size() < length_for(static_cast<uint8_t>(carry_[0]))) {
        carry_.push_back(piece.front());
        piece.remove_prefix(1);
    }
    if (!carry_.empty()) {
        if (carry_.size() < length_for(static_cast<uint8_t>(carry_[0]))) return;
        valid_ = valid_ && is_utf8(carry_, surrogates_);
        carry_.clear();
    }
    for (piece = without_ascii(piece); !piece.empty() && valid_; piece = without_ascii(piece)) {
        size_t length = length_for(static_cast<uint8_t>(piece.front()));
        if (length > piece.size()) {
            carry_.assign(piece);
            return;
        }
        valid_ = is_utf8(piece.substr(0, length), surrogates_);
        piece.remove_prefix(length);
    }
}

}  // namespace assay::pickle
