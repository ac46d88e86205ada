#include "confusable.h"

#include <algorithm>
#include <iterator>

#include "assay/place.h"
#include "unicode_marks.h"

namespace assay {

namespace {

struct Range {
    char32_t first;
    char32_t last;
};

constexpr Range kUnseen[] = {
    {0x00ad, 0x00ad}, {0x034f, 0x034f}, {0x061c, 0x061c}, {0x180b, 0x180e}, {0x200b, 0x200f},
    {0x202a, 0x202e}, {0x2060, 0x206f}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xe0000, 0xe0fff},
};
constexpr Range kSpaces[] = {
    {0x00a0, 0x00a0}, {0x1680, 0x1680}, {0x2000, 0x200a},
    {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000},
};

struct Lookalike {
    char32_t code;
    char latin;
};

// By code.
constexpr Lookalike kLookalikes[] = {
    {0x0131, 'i'},  {0x0251, 'a'}, {0x0261, 'g'}, {0x02b9, '\''}, {0x0391, 'A'}, {0x0392, 'B'},
    {0x0395, 'E'},  {0x0396, 'Z'}, {0x0397, 'H'}, {0x0399, 'I'},  {0x039a, 'K'}, {0x039c, 'M'},
    {0x039d, 'N'},  {0x039f, 'O'}, {0x03a1, 'P'}, {0x03a4, 'T'},  {0x03a5, 'Y'}, {0x03a7, 'X'},
    {0x03bf, 'o'},  {0x0405, 'S'}, {0x0406, 'I'}, {0x0408, 'J'},  {0x0410, 'A'}, {0x0412, 'B'},
    {0x0415, 'E'},  {0x041a, 'K'}, {0x041c, 'M'}, {0x041d, 'H'},  {0x041e, 'O'}, {0x0420, 'P'},
    {0x0421, 'C'},  {0x0422, 'T'}, {0x0423, 'Y'}, {0x0425, 'X'},  {0x0430, 'a'}, {0x0435, 'e'},
    {0x043e, 'o'},  {0x0440, 'p'}, {0x0441, 'c'}, {0x0443, 'y'},  {0x0445, 'x'}, {0x0455, 's'},
    {0x0456, 'i'},  {0x0458, 'j'}, {0x04bb, 'h'}, {0x0501, 'd'},  {0x051b, 'q'}, {0x051d, 'w'},
    {0x2010, '-'},  {0x2011, '-'}, {0x2012, '-'}, {0x2013, '-'},  {0x2014, '-'}, {0x2018, '\''},
    {0x2019, '\''}, {0x2024, '.'}, {0x2044, '/'}, {0x2113, 'l'},  {0x2212, '-'}, {0x2215, '/'},
    {0x3002, '.'},
};

template <size_t N>
bool in(const Range (&ranges)[N], char32_t code) {
    return std::any_of(std::begin(ranges), std::end(ranges), [&](const Range& range) {
        return code >= range.first && code <= range.last;
    });
}

// The entry of a table that is sorted by code; null if there is none.
template <class Entry, size_t N>
const Entry* entry_of(const Entry (&table)[N], char32_t code) {
    const Entry* found =
        std::lower_bound(std::begin(table), std::end(table), code,
                         [](const Entry& entry, char32_t wanted) { return entry.code < wanted; });
    return found != std::end(table) && found->code == code ? found : nullptr;
}

// Code points as they are, four bytes each: nobody reads it. ASCII is one byte.
void put(char32_t code, std::string& out) {
    if (code < 0x80) {
        out += static_cast<char>(code);
        return;
    }
    for (unsigned shift : {0U, 6U, 12U, 18U}) {
        out += static_cast<char>(0x80 | (code >> shift & 0x3f));
    }
}

// Hangul syllables are composed by a formula.
bool put_hangul(char32_t code, std::string& out) {
    if (code < 0xac00 || code > 0xd7a3) return false;
    const char32_t index = code - 0xac00;
    put(0x1100 + index / 588, out);
    put(0x1161 + index % 588 / 28, out);
    if (index % 28 != 0) put(0x11a7 + index % 28, out);
    return true;
}

void put_skeleton(char32_t code, std::string& out) {
    if (in(kUnseen, code)) return;
    if (in(kSpaces, code)) return put(' ', out);
    if (code >= 0xff01 && code <= 0xff5e) return put(code - 0xff01 + '!', out);
    if (put_hangul(code, out)) return;
    if (const MarkedLetter* marked = entry_of(kMarkedLetters, code)) {
        put_skeleton(marked->letter, out);
        if (marked->mark != 0) put(marked->mark, out);
        return;
    }
    const Lookalike* alike = entry_of(kLookalikes, code);
    put(alike ? static_cast<char32_t>(alike->latin) : code, out);
}

}  // namespace

std::string skeleton_of(std::string_view name) {
    std::string out;
    while (!name.empty()) {
        const Utf8Char next = utf8_at(name);
        if (next.length == 0) out += name[0];
        if (next.length != 0) put_skeleton(next.code, out);
        name.remove_prefix(std::max<size_t>(next.length, 1));
    }
    return out;
}

}  // namespace assay
