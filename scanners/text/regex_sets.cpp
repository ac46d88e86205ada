#include "regex_sets.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace assay::regex {

namespace {

constexpr size_t kMostSamples = 318;
constexpr size_t kUnknownName = 319;  // the sample of names that are not known

struct Character {
    uint32_t character;
    const char* category;
    const char* script;
};

constexpr Character kBeyondAscii[] = {
    {0xc9, "Lu", "latin"},       {0xe9, "Ll", "latin"},      {0x1c5, "Lt", "latin"},
    {0x2b0, "Lm", "latin"},      {0x410, "Lu", "cyrillic"},  {0x430, "Ll", "cyrillic"},
    {0x391, "Lu", "greek"},      {0x3b1, "Ll", "greek"},     {0x4e2d, "Lo", "han"},
    {0x3042, "Lo", "hiragana"},  {0x30a2, "Lo", "katakana"}, {0xac00, "Lo", "hangul"},
    {0x627, "Lo", "arabic"},     {0x5d0, "Lo", "hebrew"},    {0xe01, "Lo", "thai"},
    {0x905, "Lo", "devanagari"}, {0x301, "Mn", "inherited"}, {0x903, "Mc", "devanagari"},
    {0x20dd, "Me", "inherited"}, {0x660, "Nd", "arabic"},    {0x2160, "Nl", "latin"},
    {0xb2, "No", "common"},      {0x2014, "Pd", "common"},   {0x3008, "Ps", "common"},
    {0x3009, "Pe", "common"},    {0xab, "Pi", "common"},     {0xbb, "Pf", "common"},
    {0x203f, "Pc", "common"},    {0x3002, "Po", "common"},   {0x20ac, "Sc", "common"},
    {0xa9, "So", "common"},      {0x1f600, "So", "common"},  {0xd7, "Sm", "common"},
    {0xb4, "Sk", "common"},      {0xa0, "Zs", "common"},     {0x3000, "Zs", "common"},
    {0x2028, "Zl", "common"},    {0x2029, "Zp", "common"},   {0x85, "Cc", "common"},
    {0x200d, "Cf", "inherited"}, {0xe000, "Co", "unknown"},
};

const char* ascii_category(uint32_t c) {
    const std::string_view symbols = "+<=>|~", currency = "$", modifiers = "^`";
    const auto letter = static_cast<char>(c);
    if (c < 32 || c == 127) return "Cc";
    if (c == ' ') return "Zs";
    if (c >= '0' && c <= '9') return "Nd";
    if (c >= 'A' && c <= 'Z') return "Lu";
    if (c >= 'a' && c <= 'z') return "Ll";
    if (symbols.find(letter) != std::string_view::npos) return "Sm";
    if (currency.find(letter) != std::string_view::npos) return "Sc";
    if (modifiers.find(letter) != std::string_view::npos) return "Sk";
    if (c == '_') return "Pc";
    return c == '-' ? "Pd" : "Po";
}

bool is_space(uint32_t c, const char* category) {
    return (c >= 9 && c <= 13) || c == 0x85 || category[0] == 'Z';
}

// Lower case, without what may stand between words.
std::string plain(std::string_view name) {
    std::string text;
    for (const char c : name) {
        if (c == ' ' || c == '_' || c == '-') continue;
        text += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
    return text;
}

struct Posix {
    std::string_view name;
    std::string_view categories;  // their letters, one or two, separated by spaces
};

constexpr Posix kPosix[] = {
    {"alpha", "L M"},       {"digit", "Nd"},    {"alnum", "L M Nd"}, {"upper", "Lu"},
    {"lower", "Ll"},        {"punct", "P S"},   {"cntrl", "C"},      {"word", "L M N Pc"},
    {"letter", "L"},        {"mark", "M"},      {"number", "N"},     {"punctuation", "P"},
    {"symbol", "S"},        {"separator", "Z"}, {"other", "C"},      {"print", "L M N P S Zs"},
    {"graph", "L M N P S"}, {"blank", "Zs"},
};

bool is_in(const char* category, std::string_view categories) {
    while (!categories.empty()) {
        const std::string_view one = categories.substr(0, categories.find(' '));
        if (std::string_view(category).starts_with(one)) return true;
        categories.remove_prefix(std::min(one.size() + 1, categories.size()));
    }
    return false;
}

}  // namespace

Samples::Samples() {
    for (uint32_t c = 0; c < 128; c++) samples_.push_back({c, ascii_category(c), "ascii"});
    for (const Character& one : kBeyondAscii) {
        samples_.push_back({one.character, one.category, one.script});
    }
}

// Of a character that is named and not known, only itself is known.
void Samples::add(uint32_t character) {
    const bool there = std::any_of(samples_.begin(), samples_.end(), [&](const Sample& sample) {
        return sample.character == character;
    });
    if (!there && samples_.size() < kMostSamples) samples_.push_back({character, "Lo", "named"});
}

template <class Holds>
Set Samples::where(Holds holds) const {
    Set set;
    for (size_t i = 0; i < samples_.size(); i++) set.set(i, holds(samples_[i]));
    return set;
}

Set Samples::all() const {
    Set set = where([](const Sample&) { return true; });
    set.set(kUnknownName);
    return set;
}

Set Samples::range(uint32_t from, uint32_t to) const {
    return where([&](const Sample& one) { return one.character >= from && one.character <= to; });
}

Set Samples::escaped(char letter) const {
    switch (letter) {
        case 'd':
            return named("Nd");
        case 'w':
            return named("word");
        case 's':
            return where([](const Sample& one) { return is_space(one.character, one.category); });
        case 'h':
            return range('0', '9') | range('a', 'f') | range('A', 'F');
        case '.':
            return none_of(one('\n'));
        default:
            return none_of(escaped(static_cast<char>(letter | 0x20)));
    }
}

Set Samples::named(std::string_view name) const {
    const std::string wanted = plain(name);
    if (wanted == "space" || wanted == "whitespace") return escaped('s');
    if (wanted == "xdigit") return escaped('h');
    if (wanted == "any" || wanted == "ascii") return wanted == "any" ? all() : range(0, 127);
    for (const Posix& posix : kPosix) {
        if (posix.name != wanted) continue;
        return where([&](const Sample& one) { return is_in(one.category, posix.categories); });
    }
    const Set category =
        where([&](const Sample& one) { return plain(one.category).starts_with(wanted); });
    if (wanted.size() <= 2 && !wanted.empty() && category.any()) return category;
    Set script = where([&](const Sample& one) { return one.script == wanted; });
    if (wanted == "latin") script |= range('a', 'z') | range('A', 'Z');
    if (script.none()) script.set(kUnknownName);
    return script;
}

}  // namespace assay::regex
