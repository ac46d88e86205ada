#include "assay/base64.h"

#include <algorithm>

namespace assay {

static constexpr std::string_view kDigits[] = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

static std::string_view digits_of(Base64 alphabet) {
    return kDigits[alphabet == Base64::kUrl ? 1 : 0];
}

std::string to_base64(Bytes bytes, Base64 alphabet) {
    const std::string_view digits = digits_of(alphabet);
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (; !bytes.empty(); bytes = bytes.subspan(std::min<size_t>(3, bytes.size()))) {
        uint32_t group = uint32_t{bytes[0]} << 16;
        if (bytes.size() > 1) group |= uint32_t{bytes[1]} << 8;
        if (bytes.size() > 2) group |= bytes[2];
        text += digits[group >> 18];
        text += digits[group >> 12 & 63];
        text += bytes.size() > 1 ? digits[group >> 6 & 63] : '=';
        text += bytes.size() > 2 ? digits[group & 63] : '=';
    }
    return text;
}

// Takes the padding off; false when it is not what the length wants.
static bool unpad(std::string_view& text, Base64 alphabet) {
    size_t padding = 0;
    while (padding < 2 && !text.empty() && text.back() == '=') {
        text.remove_suffix(1);
        padding++;
    }
    const size_t wanted = (4 - text.size() % 4) % 4;
    if (wanted == 3) return false;
    return padding == wanted || (padding == 0 && alphabet == Base64::kUrl);
}

std::optional<std::vector<uint8_t>> from_base64(std::string_view text, Base64 alphabet) {
    if (!unpad(text, alphabet)) return std::nullopt;
    std::vector<uint8_t> bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    uint32_t bits = 0;
    int held = 0;  // bits that make no byte yet
    for (char c : text) {
        const size_t digit = digits_of(alphabet).find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        bits = bits << 6 | static_cast<uint32_t>(digit);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        bytes.push_back(static_cast<uint8_t>(bits >> held));
        bits &= (1U << held) - 1;
    }
    if (bits != 0) return std::nullopt;
    return bytes;
}

}  // namespace assay
