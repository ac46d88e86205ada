#include "jinja_tokens.h"

#include <algorithm>
#include <array>

#include "assay/utf8.h"

namespace assay::jinja {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
// Python's identifiers may hold any letter of Unicode; here every byte of one counts.
bool starts_name(char c) { return is_letter(c) || c == '_' || static_cast<uint8_t>(c) >= 0x80; }
bool continues_name(char c) { return starts_name(c) || is_digit(c); }

template <class Accept>
size_t run_length(std::string_view text, Accept accept) {
    const auto* end = std::find_if_not(text.begin(), text.end(), accept);
    return static_cast<size_t>(end - text.begin());
}

// The length of the white space that the text begins with, one character of it; 0 if none. Jinja
// takes for space what Python's `\s` does, which is more than ASCII has.
size_t space_length(std::string_view text) {
    if (text.empty()) return 0;
    const char c = text[0];
    if (c == ' ' || (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= '\x1f')) return 1;
    if (static_cast<uint8_t>(c) < 0x80) return 0;
    if (text.starts_with("\xc2\x85") || text.starts_with("\xc2\xa0")) return 2;
    const std::string_view three = text.substr(0, 3);
    constexpr std::string_view kSpaces[] = {"\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9",
                                            "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};
    if (std::find(std::begin(kSpaces), std::end(kSpaces), three) != std::end(kSpaces)) return 3;
    // U+2000 to U+200A
    const bool quad = three.size() == 3 && three.starts_with("\xe2\x80") &&
                      static_cast<uint8_t>(three[2]) <= 0x8a;
    return quad ? 3 : 0;
}

size_t spaces_length(std::string_view text) {
    size_t length = 0;
    for (size_t one = space_length(text); one > 0; one = space_length(text.substr(length))) {
        length += one;
    }
    return length;
}

// Space of Unicode ends a name, though its bytes are those of letters.
size_t name_length(std::string_view text) {
    size_t length = 0;
    while (length < text.size() && continues_name(text[length]) &&
           !space_length(text.substr(length))) {
        length++;
    }
    return length;
}

// "12", "0x1f", "1_000", "1.5", "1e9"; a dot counts where a digit follows, else it is an attribute.
size_t number_length(std::string_view text) {
    size_t length = name_length(text);
    bool prefixed = text[0] == '0' && length > 1 && is_letter(text[1]);
    if (!prefixed && length + 1 < text.size() && text[length] == '.' &&
        is_digit(text[length + 1])) {
        length += 1 + name_length(text.substr(length + 1));
    }
    bool exponent = !prefixed && (text[length - 1] == 'e' || text[length - 1] == 'E');
    if (exponent && length + 1 < text.size() && (text[length] == '-' || text[length] == '+')) {
        length += 1 + run_length(text.substr(length + 1), is_digit);
    }
    return length;
}

}  // namespace

// ------------------------------------------------------------------------------------------------
// Tags

Lexer::Tag Lexer::next_tag() {
    open_.clear();
    between_.clear();
    for (;;) {
        tag_ = Tag::kNone;
        const size_t found = text_.find('{', at_);
        if (found == std::string_view::npos || found + 1 >= text_.size()) break;
        pass(at_, found);
        at_ = found + 2;
        const char second = text_[found + 1];
        if (second == '#') {
            skip_past("#}");
        } else if (second == '{' || second == '%') {
            tag_ = second == '{' ? Tag::kExpression : Tag::kStatement;
            if (at_ < text_.size() && (text_[at_] == '-' || text_[at_] == '+')) at_++;
            if (tag_ == Tag::kExpression || !skip_raw()) return tag_;
        } else {
            pass(found, found + 1);
            at_ = found + 1;
        }
    }
    at_ = text_.size();
    return Tag::kNone;
}

void Lexer::pass(size_t begin, size_t end) {
    constexpr size_t kMost = 256;
    const size_t room = kMost - std::min(kMost, between_.size());
    between_ += text_.substr(begin, std::min(room, end - begin));
}

void Lexer::skip_past(std::string_view mark) {
    const size_t found = text_.find(mark, at_);
    closed_ &= found != std::string_view::npos;
    at_ = found == std::string_view::npos ? text_.size() : found + mark.size();
}

// {% raw %} … {% endraw %}, with whatever hyphens and spaces.
bool Lexer::skip_raw() {
    auto is_tag = [&](size_t at, std::string_view word) {
        at += spaces_length(text_.substr(at));
        if (!text_.substr(at).starts_with(word)) return std::string_view::npos;
        at += word.size();
        at += spaces_length(text_.substr(at));
        if (at < text_.size() && (text_[at] == '-' || text_[at] == '+')) at++;
        return text_.substr(at).starts_with("%}") ? at + 2 : std::string_view::npos;
    };
    const size_t begin = is_tag(at_, "raw");
    if (begin == std::string_view::npos) return false;
    at_ = begin;
    if (endless_raw_) return true;
    for (size_t at = text_.find("{%", begin); at != std::string_view::npos;
         at = text_.find("{%", at + 2)) {
        const bool mark = at + 2 < text_.size() && (text_[at + 2] == '-' || text_[at + 2] == '+');
        const size_t end = is_tag(at + (mark ? 3 : 2), "endraw");
        if (end == std::string_view::npos) continue;
        pass(begin, at);
        at_ = end;
        return true;
    }
    // Jinja refuses it; what another renderer makes of the rest is looked at as code.
    endless_raw_ = true;
    closed_ = false;
    return true;
}

bool Lexer::at_tag_end() {
    if (!open_.empty()) return false;
    std::string_view ahead = rest();
    const bool statement = tag_ == Tag::kStatement;
    if (ahead.starts_with('-') || (statement && ahead.starts_with('+'))) ahead.remove_prefix(1);
    return ahead.starts_with(statement ? "%}" : "}}");
}

// ------------------------------------------------------------------------------------------------
// Tokens

void Lexer::skip_space() { at_ += spaces_length(rest()); }

Token Lexer::take(Token::Kind kind, size_t length) {
    Token token;
    token.kind = kind;
    token.at = at_;
    token.text = text_.substr(at_, length);
    at_ += token.text.size();
    return token;
}

Token Lexer::next() {
    if (tag_ != Tag::kNone) skip_space();
    if (tag_ == Tag::kNone || at_ >= text_.size()) {
        closed_ &= tag_ == Tag::kNone;
        tag_ = Tag::kNone;
        return take(Token::Kind::kTagEnd, 0);
    }
    if (at_tag_end()) {
        tag_ = Tag::kNone;
        return take(Token::Kind::kTagEnd,
                    rest()[0] == '-' || rest()[0] == '+' ? size_t{3} : size_t{2});
    }
    const char first = text_[at_];
    if (starts_name(first)) return take(Token::Kind::kName, name_length(rest()));
    if (is_digit(first)) return take(Token::Kind::kNumber, number_length(rest()));
    if (first == '\'' || first == '"') return read_text();
    return read_operator();
}

Token Lexer::read_text() {
    const char quote = text_[at_];
    size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote)
        end += text_[end] == '\\' ? size_t{2} : size_t{1};
    if (end >= text_.size()) return take(Token::Kind::kFault, 1);
    Token token = take(Token::Kind::kText, end + 1 - at_);
    token.value = decode_text(token.text.substr(1, token.text.size() - 2), token.disguised);
    return token;
}

void Lexer::balance(char symbol) {
    switch (symbol) {
        case '(':
            return open_.push_back(')');
        case '[':
            return open_.push_back(']');
        case '{':
            return open_.push_back('}');
        default:
            if (!open_.empty() && open_.back() == symbol) open_.pop_back();
    }
}

Token Lexer::read_operator() {
    constexpr std::string_view kLong[] = {"//", "**", "==", "!=", ">=", "<="};
    constexpr std::string_view kShort = "+-/*%~[](){}><=.:|,;";
    for (std::string_view symbol : kLong) {
        if (rest().starts_with(symbol)) return take(Token::Kind::kOperator, symbol.size());
    }
    const bool known = kShort.find(text_[at_]) != std::string_view::npos;
    if (known) balance(text_[at_]);
    return take(known ? Token::Kind::kOperator : Token::Kind::kFault, 1);
}

// ------------------------------------------------------------------------------------------------
// Texts

namespace {

int digit_of(char c) {
    if (is_digit(c)) return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

// Reads up to `most` digits; false when there are fewer than `least`.
bool read_digits(std::string_view& from, int base, size_t least, size_t most, uint32_t& code) {
    size_t n = 0;
    code = 0;
    while (n < most && n < from.size() && digit_of(from[n]) < base) {
        code = code * static_cast<uint32_t>(base) + static_cast<uint32_t>(digit_of(from[n++]));
    }
    if (n < least) return false;
    from.remove_prefix(n);
    return true;
}

// The names of characters that identifiers are made of: \N{LOW LINE}, \N{LATIN SMALL LETTER A}.
uint32_t named_character(std::string name) {
    for (char& c : name) c = is_letter(c) ? static_cast<char>(c & ~0x20) : c;
    constexpr std::string_view kSmall = "LATIN SMALL LETTER ";
    constexpr std::string_view kCapital = "LATIN CAPITAL LETTER ";
    if (name == "LOW LINE" || name == "SPACING UNDERSCORE") return '_';
    if (name == "FULL STOP") return '.';
    if (name.size() == kSmall.size() + 1 && name.starts_with(kSmall)) {
        return static_cast<uint32_t>(name.back() | 0x20);
    }
    if (name.size() == kCapital.size() + 1 && name.starts_with(kCapital)) {
        return static_cast<uint8_t>(name.back());
    }
    return 0xfffd;
}

bool read_named(std::string_view& from, uint32_t& code) {
    const size_t end = from.find('}');
    if (!from.starts_with('{') || end == std::string_view::npos) return false;
    code = named_character(std::string(from.substr(1, end - 1)));
    from.remove_prefix(end + 1);
    return true;
}

// `from` stands behind the letter of the escape.
bool read_code(char letter, std::string_view& from, uint32_t& code) {
    switch (letter) {
        case 'x':
            return read_digits(from, 16, 2, 2, code);
        case 'u':
            return read_digits(from, 16, 4, 4, code);
        case 'U':
            return read_digits(from, 16, 8, 8, code);
        case 'N':
            return read_named(from, code);
        default:
            return false;
    }
}

// What a single letter behind the backslash stands for; 0 if nothing.
char simple_escape(char letter) {
    constexpr std::string_view kLetters = "abfnrtv\\'\"";
    constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\'\"";
    const size_t found = kLetters.find(letter);
    return found == std::string_view::npos ? '\0' : kMeanings[found];
}

void read_escape(std::string_view& from, std::string& out, bool& disguised) {
    const char letter = from[0];
    uint32_t code = 0;
    std::string_view behind = from.substr(1);
    bool read = read_code(letter, behind, code);
    if (!read && letter >= '0' && letter <= '7') {
        behind = from;
        read = read_digits(behind, 8, 1, 3, code);
    }
    if (read) {
        from = behind;
        disguised |= code < 0x80 && continues_name(static_cast<char>(code));
        return append_utf8(out, code > 0x10ffff ? 0xfffd : code);
    }
    from.remove_prefix(1);
    if (letter == '\n') return;
    const char meaning = simple_escape(letter);
    if (!meaning) out += '\\';
    out += meaning ? meaning : letter;
}

}  // namespace

std::string decode_text(std::string_view spelled, bool& disguised) {
    std::string out;
    while (!spelled.empty()) {
        const size_t plain = std::min(spelled.find('\\'), spelled.size());
        out += spelled.substr(0, plain);
        spelled.remove_prefix(plain);
        if (spelled.empty()) break;
        spelled.remove_prefix(1);
        if (!spelled.empty()) read_escape(spelled, out, disguised);
    }
    return out;
}

}  // namespace assay::jinja
