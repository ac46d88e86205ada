// Tokens of a Jinja template: what its tags hold. Text between tags, comments and raw blocks are
// passed over, since nothing in them is evaluated.
//
// Follows Jinja's own lexer with the default delimiters; line statements, which are off unless a
// program turns them on, are text. Texts are decoded as Jinja does, with Python's escapes.
//
// Threads: one. Borrows the text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay::jinja {

struct Token {
    enum class Kind : uint8_t { kName, kText, kNumber, kOperator, kTagEnd, kFault };

    Kind kind = Kind::kFault;
    size_t at = 0;           // of its first character
    std::string_view text;   // as spelled
    std::string value;       // of a text, decoded
    bool disguised = false;  // a text that spells letters, digits or underscores with escapes

    [[nodiscard]] bool is(std::string_view symbol) const {
        return kind == Kind::kOperator && text == symbol;
    }
    [[nodiscard]] bool is_name(std::string_view name) const {
        return kind == Kind::kName && text == name;
    }
};

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    enum class Tag : uint8_t { kNone, kExpression, kStatement };

    // Moves behind the beginning of the next tag, from wherever it is; kNone at the end.
    Tag next_tag();

    // The next token of the tag: kTagEnd once it has ended, also where the template ends first
    // (see closed()). A kFault is a single character that starts no token; reading goes on behind
    // it.
    Token next();

    // Whether every tag, comment and raw block so far came to its end.
    [[nodiscard]] bool closed() const { return closed_; }
    // How many brackets are open behind the last token.
    [[nodiscard]] size_t depth() const { return open_.size(); }
    [[nodiscard]] size_t offset() const { return at_; }
    // The beginning of what stands between the last two tags, without comments.
    [[nodiscard]] const std::string& between() const { return between_; }

  private:
    [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
    void skip_space();
    void skip_past(std::string_view mark);
    bool skip_raw();
    void pass(size_t begin, size_t end);
    bool at_tag_end();
    Token take(Token::Kind kind, size_t length);
    Token read_text();
    Token read_operator();
    void balance(char symbol);

    std::string_view text_;
    size_t at_ = 0;
    Tag tag_ = Tag::kNone;
    std::vector<char> open_;  // brackets of the tag: its end mark means nothing inside them
    bool closed_ = true;
    bool endless_raw_ = false;  // no end of one comes any more
    std::string between_;
};

// What Python makes of the characters between the quotes of a text, as UTF-8; `disguised` as in
// Token. An escape that Python refuses stands for itself.
std::string decode_text(std::string_view spelled, bool& disguised);

}  // namespace assay::jinja
