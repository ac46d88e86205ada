#include "decompose.h"

#include <algorithm>
#include <vector>

#include "assay/place.h"
#include "unicode_tables.h"

namespace assay {

namespace {

struct Char {
    uint32_t code;
    uint8_t order;  // of a mark; 0 for what others are put onto
};

uint8_t order_of(uint32_t code) {
    auto mark = std::upper_bound(unicode::kMarks.begin(), unicode::kMarks.end(), code,
                                 [](uint32_t c, const auto& range) { return c < range.from; });
    if (mark == unicode::kMarks.begin()) return 0;
    --mark;
    return code <= mark->to ? mark->order : 0;
}

const unicode::Composed* composed(uint32_t code) {
    auto found = std::lower_bound(unicode::kComposed.begin(), unicode::kComposed.end(), code,
                                  [](const auto& entry, uint32_t c) { return entry.whole < c; });
    return found != unicode::kComposed.end() && found->whole == code ? &*found : nullptr;
}

// Leading consonant, vowel and, sometimes, trailing consonant.
void take_syllable(uint32_t index, std::vector<Char>& out) {
    constexpr uint32_t kVowels = 21;
    constexpr uint32_t kTails = 28;
    out.push_back({0x1100 + index / (kVowels * kTails), 0});
    out.push_back({0x1161 + index % (kVowels * kTails) / kTails, 0});
    if (index % kTails != 0) out.push_back({0x11a7 + index % kTails, 0});
}

void take_apart(uint32_t code, std::vector<Char>& out) {
    constexpr uint32_t kHangul = 0xac00;
    constexpr uint32_t kSyllables = 11172;
    if (code - kHangul < kSyllables) return take_syllable(code - kHangul, out);
    uint32_t behind[8];
    size_t count = 0;
    for (const unicode::Composed* entry = composed(code); entry && count < std::size(behind);
         entry = composed(code)) {
        if (entry->second != 0) behind[count++] = entry->second;
        code = entry->first;
    }
    out.push_back({code, order_of(code)});
    while (count > 0) {
        const uint32_t mark = behind[--count];
        out.push_back({mark, order_of(mark)});
    }
}

void sort_marks(std::vector<Char>& chars) {
    auto is_base = [](const Char& c) { return c.order == 0; };
    for (auto from = chars.begin(); from != chars.end();) {
        from = std::find_if_not(from, chars.end(), is_base);
        auto to = std::find_if(from, chars.end(), is_base);
        std::stable_sort(from, to, [](const Char& a, const Char& b) { return a.order < b.order; });
        from = to;
    }
}

void append(uint32_t code, std::string& text) {
    auto put = [&](uint32_t byte) { text += static_cast<char>(byte); };
    if (code < 0x80) return put(code);
    if (code < 0x800) {
        put(0xc0 | code >> 6);
    } else if (code < 0x10000) {
        put(0xe0 | code >> 12);
        put(0x80 | (code >> 6 & 0x3f));
    } else {
        put(0xf0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3f));
        put(0x80 | (code >> 6 & 0x3f));
    }
    put(0x80 | (code & 0x3f));
}

}  // namespace

std::string decomposed(std::string_view text) {
    const bool ascii =
        std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
    if (ascii) return std::string(text);
    std::vector<Char> chars;
    for (std::string_view rest = text; !rest.empty();) {
        Utf8Char next = utf8_at(rest);
        if (next.length == 0) return std::string(text);
        take_apart(next.code, chars);
        rest.remove_prefix(next.length);
    }
    sort_marks(chars);
    std::string out;
    for (const Char& c : chars) append(c.code, out);
    return out;
}

}  // namespace assay
