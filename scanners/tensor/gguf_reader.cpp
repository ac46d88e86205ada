#include "gguf_reader.h"

#include <algorithm>
#include <limits>

#include "pickle/utf8_check.h"

namespace assay::gguf {

namespace {

// FNV-1a. Who makes two names collide has made two names that are reported as one.
constexpr uint64_t kHashStart = 0xcbf29ce484222325;
constexpr uint64_t kHashPrime = 0x100000001b3;

// Takes what comes of one text, in pieces.
class TextReader {
  public:
    TextReader(Text& text, size_t keep) : text_(text), keep_(keep) { text_.hash = kHashStart; }

    void feed(Bytes piece) {
        utf8_.feed(as_text(piece));
        size_t kept = std::min(piece.size(), keep_ - text_.kept.size());
        text_.kept.append(as_text(piece.first(kept)));
        for (uint8_t byte : piece) {
            text_.has_nul |= byte == 0;
            text_.is_printable &= byte > ' ' && byte < 0x7f;
            if (!text_.has_nul) text_.hash = (text_.hash ^ byte) * kHashPrime;
        }
    }
    void end() { text_.is_utf8 = utf8_.ended_well(); }

  private:
    Text& text_;
    const size_t keep_;
    pickle::Utf8Check utf8_{false};
};

}  // namespace

bool Reader::may_follow(uint64_t n) const {
    std::optional<uint64_t> size = tape_.size();
    return !size || (offset() <= *size && n <= *size - offset());
}

void Reader::fail(const Error& error) {
    if (error.code != Code::kTruncated) failed_ = error;
    ok_ = false;
}

Status Reader::sync() {
    auto passed = static_cast<uint64_t>(at_ - begin_);
    begin_ = at_ = end_ = nullptr;
    Status moved = tape_.advance(passed);
    if (!moved) fail(moved.error());
    return moved;
}

void Reader::show(Bytes window) {
    begin_ = at_ = window.data();
    end_ = begin_ + window.size();
}

bool Reader::refill(size_t n) {
    if (!sync()) return false;
    Result<Bytes> window = tape_.peek_some();
    if (window && window->size() < n) window = tape_.peek(n);
    if (!window) {
        fail(window.error());
        return false;
    }
    show(*window);
    ok_ = at_hand() >= n;
    return ok_;
}

uint64_t Reader::number_of(size_t size) {
    switch (size) {
        case 1:
            return number<uint8_t>();
        case 2:
            return number<uint16_t>();
        case 4:
            return number<uint32_t>();
        default:
            return number<uint64_t>();
    }
}

Text Reader::text(uint64_t length, size_t keep) {
    Text text;
    text.offset = offset();
    text.length = length;
    TextReader reader(text, keep);
    for (uint64_t left = length; left > 0;) {
        Bytes piece = some(left);
        if (piece.empty()) break;
        reader.feed(piece);
        left -= piece.size();
    }
    reader.end();
    return text;
}

Bytes Reader::some(uint64_t n) {
    if (n == 0 || !need(1)) return {};
    auto length = static_cast<size_t>(std::min<uint64_t>(n, at_hand()));
    Bytes piece(at_, length);
    at_ += length;
    return piece;
}

Result<Bytes> Reader::whole(size_t n) {
    if (!ok_ || !sync()) return failed_.value_or(Error{Code::kTruncated, "the file has ended"});
    Result<Bytes> window = tape_.peek(n);
    if (!window) {
        fail(window.error());
        return window;
    }
    show(*window);
    ok_ = at_hand() >= n;
    at_ = end_;
    return window;
}

void Reader::skip(uint64_t n) {
    if (n <= at_hand()) {
        at_ += n;
        return;
    }
    if (!ok_) return;
    ok_ = may_follow(n);
    if (!ok_ || !sync()) return;
    Status moved = tape_.advance(n);
    if (!moved) fail(moved.error());
}

uint64_t Reader::skip_texts(uint64_t n) {
    uint64_t done = 0;
    for (; done < n && at_hand() >= sizeof(uint64_t); done++) {
        uint64_t length = big_endian_ ? load_be<uint64_t>(at_) : load_le<uint64_t>(at_);
        if (length > at_hand() - sizeof length) break;
        at_ += sizeof length + length;
    }
    return done;
}

}  // namespace assay::gguf
