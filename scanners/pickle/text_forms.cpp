#include "text_forms.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "assay/utf8.h"

namespace assay::pickle {

namespace {

// What C's isspace() and Python's own table agree on.
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view without_leading_space(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    return text;
}

std::string_view trimmed(std::string_view text) {
    text = without_leading_space(text);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

// What C sees of a line: up to the first NUL.
std::string_view as_c_string(std::string_view line) { return line.substr(0, line.find('\0')); }

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'z') return c - 'a' + 10;
    if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
    return 36;
}

bool take_sign(std::string_view& text) {
    bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    return negative;
}

// The prefix of a base other than ten; `digits` is what follows it.
int take_base(std::string_view& text) {
    if (text.size() < 2 || text[0] != '0') return 10;
    char letter = static_cast<char>(text[1] | 0x20);
    int base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 10;
    if (base != 10) text.remove_prefix(2);
    return base;
}

class Accumulator {
  public:
    explicit Accumulator(int base) : base_(static_cast<uint64_t>(base)) {}

    void add(int digit) {
        uint64_t most = std::numeric_limits<uint64_t>::max();
        overflow_ = overflow_ || value_ > (most - static_cast<uint64_t>(digit)) / base_;
        value_ = value_ * base_ + static_cast<uint64_t>(digit);
    }

    [[nodiscard]] TextInt result(bool negative) const {
        constexpr uint64_t kMost = std::numeric_limits<int64_t>::max();
        if (overflow_ || value_ > kMost + (negative ? 1 : 0)) return {};
        return {negative ? static_cast<int64_t>(~value_ + 1) : static_cast<int64_t>(value_)};
    }

  private:
    uint64_t base_;
    uint64_t value_ = 0;
    bool overflow_ = false;
};

// More decimal digits than this are refused by every Python since 3.11.
constexpr size_t kMostDecimalDigits = 4300;

// Python's own reading of digits: underscores between digits, nothing else.
std::optional<TextInt> python_digits(std::string_view digits, int base, bool negative) {
    if (digits.empty() || digits.back() == '_') return std::nullopt;
    Accumulator sum(base);
    size_t count = 0;
    for (size_t i = 0; i < digits.size(); i++) {
        if (digits[i] == '_') {
            bool doubled = i > 0 && digits[i - 1] == '_';
            if (doubled || (i == 0 && base == 10)) return std::nullopt;
            continue;
        }
        int digit = digit_of(digits[i]);
        if (digit >= base) return std::nullopt;
        sum.add(digit);
        count++;
    }
    if (base == 10 && count > kMostDecimalDigits) return std::nullopt;
    return sum.result(negative);
}

// PyLong_FromString with base 0: prefixes count, and a leading zero only in front of zeros.
std::optional<TextInt> python_int(std::string_view text) {
    text = trimmed(as_c_string(text));
    bool negative = take_sign(text);
    int base = take_base(text);
    if (base == 10 && text.size() > 1 && text[0] == '0' &&
        text.find_first_not_of("0_") != std::string_view::npos) {
        return std::nullopt;
    }
    return python_digits(text, base, negative);
}

// strtol with base 0, which knows octal by a leading zero and no underscores; the whole line must
// be taken and the value must fit.
std::optional<TextInt> c_int(std::string_view line) {
    std::string_view text = without_leading_space(as_c_string(line));
    bool negative = take_sign(text);
    int base = 10;
    if (text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == 'x') {
        base = 16;
        text.remove_prefix(2);
    } else if (text.starts_with('0')) {
        base = 8;
    }
    if (text.empty()) return std::nullopt;
    Accumulator sum(base);
    for (char c : text) {
        if (digit_of(c) >= base) return std::nullopt;
        sum.add(digit_of(c));
    }
    TextInt result = sum.result(negative);
    return result.value ? std::optional(result) : std::nullopt;
}

}  // namespace

std::optional<TextInt> parse_int(std::string_view line) {
    if (line.empty()) return std::nullopt;
    // strtol finds no number here and leaves its end at the start, which is the end of the string.
    if (line.front() == '\0') return TextInt{0};
    std::optional<TextInt> plain = c_int(line);
    return plain ? plain : python_int(line);
}

std::optional<TextInt> parse_long(std::string_view line) {
    if (line.empty()) return std::nullopt;
    if (line.back() == 'L') line.remove_suffix(1);
    return python_int(line);
}

std::optional<TextInt> parse_index(std::string_view line) {
    std::string_view text = trimmed(as_c_string(line));
    bool negative = take_sign(text);
    return python_digits(text, 10, negative);
}

namespace {

size_t digits_at(std::string_view text, size_t from) {
    size_t end = text.find_first_not_of("0123456789", from);
    return (end == std::string_view::npos ? text.size() : end) - from;
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
    return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                      [](char a, char b) { return (a | 0x20) == b; });
}

// Of the exponent, if there is one, and of nothing behind it.
bool is_exponent(std::string_view text) {
    if (text.empty()) return true;
    if ((text[0] | 0x20) != 'e') return false;
    text.remove_prefix(1);
    take_sign(text);
    return !text.empty() && digits_at(text, 0) == text.size();
}

}  // namespace

bool is_float(std::string_view line) {
    std::string_view text = as_c_string(line);
    take_sign(text);
    for (std::string_view word : {"inf", "infinity", "nan"}) {
        if (equals_ignoring_case(text, word)) return true;
    }
    size_t whole = digits_at(text, 0);
    size_t at = whole;
    size_t fraction = 0;
    if (at < text.size() && text[at] == '.') {
        fraction = digits_at(text, at + 1);
        at += 1 + fraction;
    }
    if (whole + fraction == 0 || !is_exponent(text.substr(at))) return false;
    return std::isfinite(std::strtod(std::string(text).c_str(), nullptr));  // beyond is an error
}

namespace {

bool is_octal(char c) { return c >= '0' && c <= '7'; }

char simple_escape(char c) {
    switch (c) {
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 't':
            return '\t';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 'v':
            return '\v';
        case 'a':
            return '\a';
        default:
            return c;  // the quotes and the backslash itself
    }
}

// Resolves the escape whose backslash stands before `at`; false where Python would refuse it.
bool take_escape(std::string_view text, size_t& at, std::string& out) {
    char c = text[at++];
    if (c == '\n') return true;
    if (is_octal(c)) {
        int value = c - '0';
        for (int i = 0; i < 2 && at < text.size() && is_octal(text[at]); i++) {
            value = value * 8 + (text[at++] - '0');
        }
        out.push_back(static_cast<char>(value));
    } else if (c == 'x') {
        if (text.size() - at < 2) return false;
        int high = digit_of(text[at]);
        int low = digit_of(text[at + 1]);
        if (high >= 16 || low >= 16) return false;
        out.push_back(static_cast<char>(high * 16 + low));
        at += 2;
    } else {
        if (std::string_view("'\"\\bftnrva").find(c) == std::string_view::npos) out.push_back('\\');
        out.push_back(simple_escape(c));
    }
    return true;
}

}  // namespace

std::optional<std::string> parse_quoted(std::string_view line) {
    bool quoted = line.size() >= 2 && line.front() == line.back() &&
                  (line.front() == '\'' || line.front() == '"');
    if (!quoted) return std::nullopt;
    std::string out;
    const bool resolved = resolve_quoted(line.substr(1, line.size() - 2), true, out).has_value();
    return resolved ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<size_t> resolve_quoted(std::string_view piece, bool last, std::string& out) {
    constexpr size_t kLongestEscape = 4;
    size_t at = 0;
    while (at < piece.size()) {
        if (piece[at] != '\\') {
            out.push_back(piece[at++]);
            continue;
        }
        if (!last && piece.size() - at < kLongestEscape) break;
        if (++at == piece.size() || !take_escape(piece, at, out)) return std::nullopt;
    }
    return at;
}

namespace {

// The hexadecimal code point of `digits` places at `at`.
std::optional<uint32_t> code_point(std::string_view line, size_t at, size_t digits) {
    if (line.size() - at < digits) return std::nullopt;
    uint32_t point = 0;
    for (size_t i = at; i < at + digits; i++) {
        if (digit_of(line[i]) >= 16) return std::nullopt;
        point = point << 4 | static_cast<uint32_t>(digit_of(line[i]));
    }
    return point <= 0x10ffff ? std::optional(point) : std::nullopt;
}

}  // namespace

std::optional<std::string> parse_raw_unicode(std::string_view line) {
    std::string out;
    const bool resolved = resolve_raw_unicode(line, true, out).has_value();
    return resolved ? std::optional(std::move(out)) : std::nullopt;
}

// A backslash that another one precedes starts no escape.
std::optional<size_t> resolve_raw_unicode(std::string_view piece, bool last, std::string& out) {
    constexpr size_t kLongestEscape = 10;
    size_t at = 0;
    while (at < piece.size()) {
        const auto c = static_cast<uint8_t>(piece[at]);
        if (c == '\\' && !last && piece.size() - at < kLongestEscape) break;
        at++;
        if (c != '\\' || at == piece.size()) {
            append_utf8(out, c);
            continue;
        }
        const char letter = piece[at++];
        if (letter != 'u' && letter != 'U') {
            out.push_back('\\');
            append_utf8(out, static_cast<uint8_t>(letter));
            continue;
        }
        const size_t digits = letter == 'u' ? 4 : 8;
        const std::optional<uint32_t> point = code_point(piece, at, digits);
        if (!point) return std::nullopt;
        append_utf8(out, *point);
        at += digits;
    }
    return at;
}

namespace {

// Half of a pair of UTF-16, written as if it were a character.
bool is_surrogate(std::string_view rest) {
    auto at = [&](size_t i) { return static_cast<uint8_t>(rest[i]); };
    return rest.size() >= 3 && at(0) == 0xed && at(1) >= 0xa0 && at(1) < 0xc0 &&
           (at(2) & 0xc0) == 0x80;
}

// Bytes of the sequence that starts here, 0 if it is none.
size_t utf8_length(std::string_view rest, bool surrogates) {
    if (static_cast<uint8_t>(rest[0]) < 0x80) return 1;
    if (surrogates && is_surrogate(rest)) return 3;
    return utf8_at(rest).length;
}

}  // namespace

bool is_utf8(std::string_view bytes, bool surrogates) {
    while (!bytes.empty()) {
        size_t length = utf8_length(bytes, surrogates);
        if (length == 0) return false;
        bytes.remove_prefix(length);
    }
    return true;
}

bool is_ascii(std::string_view bytes) {
    return std::all_of(bytes.begin(), bytes.end(),
                       [](char c) { return static_cast<uint8_t>(c) < 0x80; });
}

}  // namespace assay::pickle
