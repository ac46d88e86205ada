#include "literal.h"

#include "assay/utf8.h"

namespace assay::numpy {

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Recursion is bounded by kMaxDepth.
class LiteralParser {
  public:
    LiteralParser(std::string_view text, bool longs, Literal& literal)
        : text_(text), longs_(longs), literal_(literal) {}

    Status parse() {
        if (!parse_value(0)) return *error_;
        skip_space();
        if (at_ == text_.size()) return Done{};
        fail();
        return *error_;
    }

  private:
    using Kind = Literal::Kind;

    // Each returns false once it has failed.
    bool parse_value(unsigned depth);
    bool parse_word();
    bool parse_int();
    bool parse_string();
    bool parse_strings();
    bool parse_escape();
    bool parse_code(size_t digits);
    bool parse_octal();
    bool parse_items(Kind kind, char close, unsigned depth);
    bool parse_item(Kind kind, unsigned depth);

    bool fail(Code code = Code::kMalformed) {
        const char* text =
            code == Code::kLimit ? "the literal nests too deeply" : "the text is no literal";
        if (!error_) error_ = Error{code, text, at_, 0};
        return false;
    }
    [[nodiscard]] char look() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool accept(char c) {
        if (look() != c || at_ >= text_.size()) return false;
        at_++;
        return true;
    }
    void skip_space() {
        size_t next = text_.find_first_not_of(" \t\n\r\f", at_);
        at_ = next == std::string_view::npos ? text_.size() : next;
    }
    uint32_t add(Kind kind) {
        literal_.nodes_.push_back({kind, true, 0, 0, 0});
        return static_cast<uint32_t>(literal_.nodes_.size() - 1);
    }
    void close(uint32_t index) {
        literal_.nodes_[index].end = static_cast<uint32_t>(literal_.nodes_.size());
    }

    std::string_view text_;
    const bool longs_;
    Literal& literal_;
    size_t at_ = 0;
    std::optional<Error> error_;
};

Result<Literal> Literal::parse(std::string_view text, bool longs) {
    if (text.size() > UINT32_MAX / 2) return Error{Code::kLimit, "the text is too long", 0, 0};
    Literal literal;
    Status parsed = LiteralParser(text, longs, literal).parse();
    if (!parsed) return parsed.error();
    return literal;
}

bool LiteralParser::parse_value(unsigned depth) {
    if (depth > kMaxDepth) return fail(Code::kLimit);
    skip_space();
    const char c = look();
    if (accept('(')) return parse_items(Kind::kTuple, ')', depth);
    if (accept('[')) return parse_items(Kind::kList, ']', depth);
    if (accept('{')) return parse_items(Kind::kDict, '}', depth);
    if (c == '\'' || c == '"' || c == 'u' || c == 'U') return parse_strings();
    if (is_digit(c) || c == '-' || c == '+') return parse_int();
    return parse_word();
}

bool LiteralParser::parse_word() {
    struct Word {
        std::string_view text;
        Kind kind;
        int64_t number;
    };
    static constexpr Word kWords[] = {
        {"None", Kind::kNone, 0}, {"True", Kind::kBool, 1}, {"False", Kind::kBool, 0}};
    for (const Word& word : kWords) {
        if (!text_.substr(at_).starts_with(word.text)) continue;
        at_ += word.text.size();
        uint32_t index = add(word.kind);
        literal_.nodes_[index].number = word.number;
        close(index);
        return true;
    }
    return fail();
}

bool LiteralParser::parse_int() {
    const bool negative = accept('-');
    if (!negative) accept('+');
    if (!is_digit(look())) return fail();
    const bool zero_first = look() == '0';
    uint64_t value = 0;
    bool fits = true;
    for (; is_digit(look()); at_++) {
        const auto digit = static_cast<uint64_t>(look() - '0');
        fits = fits && value <= (INT64_MAX - digit) / 10;
        if (fits) value = value * 10 + digit;
        if (zero_first && value > 0) return fail();  // Python wants no leading zeros
    }
    if (longs_) accept('L');
    const auto number = static_cast<int64_t>(value);
    uint32_t index = add(Kind::kInt);
    literal_.nodes_[index].fits = fits;
    literal_.nodes_[index].number = negative ? -number : number;
    close(index);
    return true;
}

// Strings that stand next to each other are one.
bool LiteralParser::parse_strings() {
    uint32_t index = add(Kind::kString);
    const size_t start = literal_.text_.size();
    for (;;) {
        const bool prefixed = look() == 'u' || look() == 'U';
        if (prefixed) at_++;
        if (!parse_string()) return false;
        skip_space();
        const bool more = look() == '\'' || look() == '"' || look() == 'u' || look() == 'U';
        if (!more) break;
    }
    literal_.nodes_[index].number = static_cast<int64_t>(start);
    literal_.nodes_[index].length = static_cast<uint32_t>(literal_.text_.size() - start);
    close(index);
    return true;
}

bool LiteralParser::parse_string() {
    const char quote = look();
    if (quote != '\'' && quote != '"') return fail();
    at_++;
    if (text_.substr(at_).starts_with(std::string(2, quote))) return fail();  // three quotes
    while (at_ < text_.size()) {
        const char c = text_[at_++];
        if (c == quote) return true;
        if (c == '\n' || c == '\r' || c == '\0') return fail();
        if (c != '\\') {
            literal_.text_ += c;
        } else if (!parse_escape()) {
            return false;
        }
    }
    return fail();
}

// What Python does not know as an escape stays as it is written.
bool LiteralParser::parse_escape() {
    if (at_ >= text_.size()) return fail();
    static constexpr std::string_view kNames = "\\'\"abfnrtv";
    static constexpr std::string_view kMeanings = "\\'\"\a\b\f\n\r\t\v";
    const char c = text_[at_];
    if (c >= '0' && c <= '7') return parse_octal();
    at_++;
    if (size_t known = kNames.find(c); known != std::string_view::npos) {
        literal_.text_ += kMeanings[known];
        return true;
    }
    if (c == 'x') return parse_code(2);
    if (c == 'u') return parse_code(4);
    if (c == 'U') return parse_code(8);
    if (c == '\n') return true;
    if (c == 'N') return fail();
    literal_.text_ += '\\';
    literal_.text_ += c;
    return true;
}

bool LiteralParser::parse_octal() {
    uint32_t code = 0;
    for (int i = 0; i < 3 && look() >= '0' && look() <= '7'; i++, at_++) {
        code = code * 8 + static_cast<uint32_t>(look() - '0');
    }
    append_utf8(literal_.text_, code);
    return true;
}

bool LiteralParser::parse_code(size_t digits) {
    static constexpr std::string_view kDigits = "0123456789abcdef0123456789ABCDEF";
    uint32_t code = 0;
    for (size_t i = 0; i < digits; i++, at_++) {
        size_t digit = at_ < text_.size() ? kDigits.find(text_[at_]) : std::string_view::npos;
        if (digit == std::string_view::npos) return fail();
        code = code * 16 + static_cast<uint32_t>(digit % 16);
    }
    if (code > 0x10ffff) return fail();
    append_utf8(literal_.text_, code);
    return true;
}

// One value in parentheses without a comma is that value and no tuple.
bool LiteralParser::parse_items(Kind kind, char close_with, unsigned depth) {
    uint32_t index = add(kind);
    bool comma = false;
    size_t count = 0;
    for (;; count++) {
        skip_space();
        if (accept(close_with)) break;
        if (count > 0 && !comma) return fail();
        if (!parse_item(kind, depth + 1)) return false;
        skip_space();
        comma = accept(',');
    }
    if (kind == Kind::kTuple && count == 1 && !comma) {
        literal_.nodes_.erase(literal_.nodes_.begin() + index);
        for (size_t i = index; i < literal_.nodes_.size(); i++) literal_.nodes_[i].end--;
        return true;
    }
    close(index);
    return true;
}

bool LiteralParser::parse_item(Kind kind, unsigned depth) {
    if (!parse_value(depth)) return false;
    if (kind != Kind::kDict) return true;
    skip_space();
    return accept(':') ? parse_value(depth) : fail();
}

}  // namespace assay::numpy
