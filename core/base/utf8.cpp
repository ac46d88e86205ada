#include "assay/utf8.h"

#include <algorithm>
#include <cstdint>

namespace assay {

static Utf8Char shape_of(uint8_t lead) {
    if (lead < 0x80) return {1, lead};
    if (lead >= 0xC2 && lead <= 0xDF) return {2, char32_t{lead} & 0x1F};
    if (lead >= 0xE0 && lead <= 0xEF) return {3, char32_t{lead} & 0x0F};
    if (lead >= 0xF0 && lead <= 0xF4) return {4, char32_t{lead} & 0x07};
    return {0, 0};
}

static bool is_well_formed(Utf8Char found) {
    static constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    bool surrogate = found.code >= 0xD800 && found.code <= 0xDFFF;
    return found.code >= kLeast[found.length] && found.code <= 0x10FFFF && !surrogate;
}

Utf8Char utf8_at(std::string_view text) {
    Utf8Char found = shape_of(static_cast<uint8_t>(text[0]));
    if (found.length > text.size()) return {0, 0};
    for (size_t i = 1; i < found.length; i++) {
        auto byte = static_cast<uint8_t>(text[i]);
        if ((byte & 0xC0) != 0x80) return {0, 0};
        found.code = found.code << 6 | (byte & 0x3F);
    }
    return is_well_formed(found) ? found : Utf8Char{0, 0};
}

void append_utf8(std::string& out, char32_t code) {
    if (code < 0x80) {
        out += static_cast<char>(code);
        return;
    }
    const int tails = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static constexpr uint8_t kLeads[] = {0, 0xC0, 0xE0, 0xF0};
    out += static_cast<char>(kLeads[tails] | code >> (6 * tails));
    for (int i = tails; i-- > 0;) out += static_cast<char>(0x80 | (code >> (6 * i) & 0x3F));
}

size_t plain_run(std::string_view text, std::string_view reserved) {
    size_t n = 0;
    const auto is_reserved = [&](char c) {
        return std::find(reserved.begin(), reserved.end(), c) != reserved.end();
    };
    while (n < text.size() && text[n] >= ' ' && text[n] < 0x7F && !is_reserved(text[n])) n++;
    return n;
}

bool is_deceptive(char32_t code) {
    if (code < 0x20 || (code >= 0x7F && code <= 0x9F)) return true;
    bool bidi = code == 0x061C || code == 0x200E || code == 0x200F ||
                (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
    return bidi || code == 0x2028 || code == 0x2029;
}

}  // namespace assay
