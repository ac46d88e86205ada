#include "md5_of_text.h"

namespace assay {

static constexpr uint8_t kReturn[] = {'\r'};

Md5OfText::Md5OfText() {
    auto made = Hasher::make(DigestKind::kMd5, std::nullopt);
    if (made) hasher_ = std::move(*made);
}

// A "\r" at the end waits for what follows it.
void Md5OfText::feed(const BlockRef&, Bytes bytes) {
    if (!hasher_ || bytes.empty()) return;
    if (held_ && bytes[0] != '\n') hasher_->update(kReturn);
    held_ = bytes.back() == '\r';
    std::string_view text = as_text(bytes.first(bytes.size() - (held_ ? 1 : 0)));
    for (size_t at = text.find("\r\n"); at != std::string_view::npos; at = text.find("\r\n")) {
        hasher_->update(as_bytes(text.substr(0, at)));
        text.remove_prefix(at + 1);
    }
    hasher_->update(as_bytes(text));
}

void Md5OfText::finish() {
    if (!hasher_) return;
    if (held_) hasher_->update(kReturn);
    hex_ = hasher_->finish().hex();
}

}  // namespace assay
