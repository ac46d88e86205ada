#include "nested.h"

#include <fmt/format.h>

#include <array>
#include <memory>

#include "text_forms.h"
#include "wrapped.h"

namespace assay::pickle {

namespace {

constexpr size_t kMostLayers = 3;
constexpr size_t kLeast = 24;  // of a text that stands for bytes

DecodedSource::Coding coding_of(Wrapping layer) {
    if (layer == Wrapping::kHex) return DecodedSource::Coding::kHex;
    if (layer == Wrapping::kLatin1) return DecodedSource::Coding::kLatin1;
    return DecodedSource::Coding::kBase64;
}

size_t decode(Wrapping layer, Bytes text, std::span<uint8_t> out) {
    if (layer == Wrapping::kHex) return decode_hex(text, out);
    return layer == Wrapping::kLatin1 ? decode_latin1(text, out) : decode_base64(text, out);
}

// The layers around what is loaded; false where there is no such thing.
bool unwrap(Bytes head, uint64_t length, std::vector<Wrapping>& layers) {
    if (is_loaded(head, length)) return true;
    if (layers.size() == kMostLayers || head.size() < kLeast) return false;
    std::array<uint8_t, 4096> decoded{};
    for (Wrapping layer : {Wrapping::kHex, Wrapping::kLatin1, Wrapping::kBase64}) {
        const size_t n = decode(layer, head, decoded);
        if (n == 0) continue;
        layers.push_back(layer);
        // As many bytes in all as of the head, by the rule of three.
        const uint64_t size = head.size();
        const uint64_t inner = length / size * n + length % size * n / size;
        if (unwrap(Bytes(decoded).first(n), inner, layers)) return true;
        layers.pop_back();
    }
    return false;
}

bool is_loaded_as_latin1(Bytes text, uint64_t length) {
    if (is_ascii(as_text(text))) return is_loaded(text, length);
    std::array<uint8_t, 4096> decoded{};
    const size_t n = decode_latin1(text, decoded);
    return n > 0 && is_loaded(Bytes(decoded).first(n), length);
}

// A pickle that says so by its first two bytes.
std::optional<size_t> find_pickle(Bytes head) {
    for (size_t at = 1; at + kLeastLoaded < head.size(); at++) {
        if (head[at] != 0x80 || head[at + 1] < 2 || head[at + 1] > 5) continue;
        if (would_call(head.subspan(at))) return at;
    }
    return std::nullopt;
}

// All but the beginning of another source.
class BehindSource final : public ByteSource {
  public:
    BehindSource(ByteSource& whole, uint64_t offset) : whole_(whole), offset_(offset) {}
    [[nodiscard]] std::optional<uint64_t> size() const override {
        std::optional<uint64_t> size = whole_.size();
        return size ? std::optional(*size - std::min(*size, offset_)) : std::nullopt;
    }
    [[nodiscard]] bool random_access() const override { return false; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override {
        while (at_ < offset_) {
            Result<Lent> before = whole_.read(at_, static_cast<size_t>(offset_ - at_), pool);
            if (!before || before->bytes.empty()) return before;
            at_ += before->bytes.size();
        }
        return whole_.read(offset_ + offset, max, pool);
    }

  private:
    ByteSource& whole_;
    const uint64_t offset_;
    uint64_t at_ = 0;
};

}  // namespace

std::optional<Nested> find_nested(Bytes head, uint64_t length, bool in_text) {
    Nested nested;
    nested.in_text = in_text;
    if (length < kLeastLoaded || head.size() < kLeastLoaded) return std::nullopt;
    if (in_text && is_loaded_as_latin1(head, length)) {
        nested.layers.push_back(Wrapping::kLatin1);
        return nested;
    }
    if (unwrap(head, length, nested.layers)) return nested;
    std::optional<size_t> at = in_text ? std::nullopt : find_pickle(head);
    if (!at) return std::nullopt;
    nested.offset = *at;
    return nested;
}

std::string describe(const Nested& nested) {
    if (nested.offset > 0) return fmt::format("behind {} other bytes", nested.offset);
    if (nested.layers.empty()) return "as it is";
    std::string words;
    for (Wrapping layer : nested.layers) {
        words += words.empty() ? "" : ", of that ";
        words += layer == Wrapping::kHex      ? "in hexadecimal"
                 : layer == Wrapping::kLatin1 ? "as latin1"
                                              : "in base64";
    }
    return words;
}

Result<bool> scan_nested(const Nested& nested, std::string_view name, ByteSource& value,
                         ScanContext& context) {
    BehindSource behind(value, nested.offset);
    std::vector<std::unique_ptr<DecodedSource>> decoded;
    ByteSource* source = nested.offset > 0 ? static_cast<ByteSource*>(&behind) : &value;
    for (Wrapping layer : nested.layers) {
        decoded.push_back(std::make_unique<DecodedSource>(*source, coding_of(layer)));
        source = decoded.back().get();
    }
    Status scanned = context.scan_child(name, *source);
    // A text may go on where it is no longer one of its kind.
    if (scanned && source != &value) scanned = value.settle();
    if (!scanned) return scanned.error();
    if (!nested.in_text) return source == &value;
    return decoded.size() == 1 && nested.layers.front() == Wrapping::kLatin1 &&
           !decoded.front()->strayed();
}

}  // namespace assay::pickle
