#include "regex_tree.h"

#include <algorithm>
#include <utility>

#include "assay/bytes.h"

namespace assay::regex {

namespace {

constexpr int kDeepest = 100;
constexpr uint32_t kLargestCount = 100'000;

// Twice over the same text: first for the characters that it names, then for the tree.
class Parser {
  public:
    Parser(std::string_view text, Samples& samples, bool naming)
        : text_(text), samples_(samples), naming_(naming) {}

    std::optional<Node> run() {
        Node node = alternatives();
        if (!ok_ || at_ != text_.size()) return std::nullopt;
        return node;
    }

  private:
    [[nodiscard]] bool more() const { return at_ < text_.size(); }
    [[nodiscard]] char peek() const { return more() ? text_[at_] : '\0'; }
    bool take(std::string_view wanted) {
        if (!text_.substr(at_).starts_with(wanted)) return false;
        at_ += wanted.size();
        return true;
    }
    Node fail() {
        ok_ = false;
        at_ = text_.size();
        return {};
    }
    static Node condition() {
        Node node;
        node.kind = Node::Kind::kCondition;
        return node;
    }
    Node of(const Set& set) {
        Node node;
        node.kind = Node::Kind::kSet;
        node.set = set;
        return node;
    }
    Node around(Node::Kind kind, Node part) {
        Node node;
        node.kind = kind;
        node.parts.push_back(std::move(part));
        return node;
    }
    Set named_character(uint32_t character) {
        if (naming_) samples_.add(character);
        return samples_.one(character);
    }

    Node alternatives();
    Node sequence();
    Node repeated();
    bool quantifier(Node& node);
    bool interval(uint32_t& least, uint32_t& most);
    uint32_t number();
    Node atom();
    Node group();
    Node group_of(Node::Kind kind);
    Node named_group();
    Node flags();
    Node escape();
    Set property();
    std::optional<uint32_t> character();
    std::optional<uint32_t> escaped_character(char letter);
    std::optional<uint32_t> digits(int base, size_t least, size_t most);
    uint32_t utf8();
    Set bracket();
    Set bracket_part();
    Set bracket_item();

    const std::string_view text_;
    Samples& samples_;
    const bool naming_;
    size_t at_ = 0;
    int depth_ = 0;
    bool ok_ = true;
    bool extended_ = false;  // white space and comments are none of it
};

Node Parser::alternatives() {
    Node node;
    node.kind = Node::Kind::kAlternative;
    if (++depth_ > kDeepest) return fail();
    node.parts.push_back(sequence());
    while (ok_ && take("|")) node.parts.push_back(sequence());
    depth_--;
    return node.parts.size() == 1 ? std::move(node.parts.front()) : std::move(node);
}

Node Parser::sequence() {
    Node node;
    node.kind = Node::Kind::kSequence;
    while (ok_ && more() && peek() != '|' && peek() != ')') {
        node.parts.push_back(repeated());
        if (node.parts.back().kind == Node::Kind::kEmpty) node.parts.pop_back();
    }
    return node;
}

Node Parser::repeated() {
    Node node = atom();
    while (ok_ && more() && quantifier(node)) {
    }
    return node;
}

// A '?' behind it makes it lazy, which tries the same ways in another order; a '+' behind one of
// the short ones makes it keep what it has.
bool Parser::quantifier(Node& node) {
    uint32_t least = 0;
    uint32_t most = Node::kNoLimit;
    const bool spelled = peek() == '{';
    if (spelled) {
        if (!interval(least, most)) return false;
    } else if (take("?")) {
        most = 1;
    } else if (take("+")) {
        least = 1;
    } else if (!take("*")) {
        return false;
    }
    if (least > most) std::swap(least, most);  // "{n,m}" the other way round keeps what it has
    Node repeat = around(Node::Kind::kRepeat, std::move(node));
    repeat.least = least;
    repeat.most = most;
    const bool keeps = !take("?") && !spelled && take("+");
    node = keeps ? around(Node::Kind::kAtomic, std::move(repeat)) : std::move(repeat);
    return true;
}

// Anything else in braces is text.
bool Parser::interval(uint32_t& least, uint32_t& most) {
    const size_t start = at_++;
    const bool has_least = peek() >= '0' && peek() <= '9';
    least = number();
    most = least;
    bool has_most = has_least;
    if (take(",")) {
        has_most = peek() >= '0' && peek() <= '9';
        most = has_most ? number() : Node::kNoLimit;
    }
    if ((has_least || has_most) && take("}")) return true;
    at_ = start;
    return false;
}

uint32_t Parser::number() {
    uint32_t value = 0;
    while (peek() >= '0' && peek() <= '9') {
        value = std::min(value * 10 + static_cast<uint32_t>(text_[at_++] - '0'), kLargestCount);
    }
    return value;
}

Node Parser::atom() {
    switch (peek()) {
        case '(':
            return group();
        case '[':
            return of(bracket());
        case '\\':
            return escape();
        case '.':
            at_++;
            return of(samples_.escaped('.'));
        case '^':
        case '$':
            at_++;
            return condition();
        case '*':
        case '+':
        case '?':
            return fail();
        default:
            break;
    }
    const bool space = peek() == ' ' || (peek() >= '\t' && peek() <= '\r');
    if (extended_ && (space || peek() == '#')) {
        at_ = space ? at_ + 1 : std::min(text_.find('\n', at_), text_.size());
        return {};
    }
    return of(named_character(utf8()));
}

Node Parser::group() {
    using Kind = Node::Kind;
    at_++;
    if (!take("?")) return group_of(Kind::kSequence);
    if (take("#")) {
        at_ = std::min(text_.find(')', at_), text_.size());
        return take(")") ? Node() : fail();
    }
    if (take(":")) return group_of(Kind::kSequence);
    if (take(">")) return group_of(Kind::kAtomic);
    if (take("=") || take("!") || take("<=") || take("<!")) return group_of(Kind::kAside);
    if (take("<") || take("P<") || take("'")) return named_group();
    return flags();
}

Node Parser::group_of(Node::Kind kind) {
    const bool extended = extended_;
    Node inner = alternatives();
    extended_ = extended;
    if (!take(")")) return fail();
    return kind == Node::Kind::kSequence ? inner : around(kind, std::move(inner));
}

Node Parser::named_group() {
    const size_t end = text_.find_first_of(">'", at_);
    if (end == std::string_view::npos) return fail();
    at_ = end + 1;
    return group_of(Node::Kind::kSequence);
}

// (?i) up to the end of the group around it, (?i:…) for what is in it.
Node Parser::flags() {
    bool on = true;
    bool extended = extended_;
    for (; more() && peek() != ')' && peek() != ':'; at_++) {
        const char flag = peek();
        if (std::string_view("imxsuadDSWPn-y{g}").find(flag) == std::string_view::npos) {
            return fail();
        }
        if (flag == '-') on = false;
        if (flag == 'x') extended = on;
    }
    if (take(")")) {
        extended_ = extended;
        return {};
    }
    if (!take(":")) return fail();
    const bool before = std::exchange(extended_, extended);
    Node inner = group_of(Node::Kind::kSequence);
    extended_ = before;
    return inner;
}

Node Parser::escape() {
    at_++;
    if (!more()) return fail();
    const char letter = peek();
    if (std::string_view("dDwWsShH").find(letter) != std::string_view::npos) {
        at_++;
        return of(samples_.escaped(letter));
    }
    if (letter == 'p' || letter == 'P') return of(property());
    if (letter == 'R' || letter == 'X') {
        at_++;
        return of(letter == 'R' ? samples_.range('\n', '\r') : samples_.all());
    }
    if (letter == 'k' || letter == 'g') {  // back to a group, or into it again
        const size_t end = text_.find_first_of(">'}", at_ + 2);
        at_ = std::min(end, text_.size() - 1) + 1;
        return condition();
    }
    const bool reference = letter >= '1' && letter <= '9';
    if (reference || std::string_view("AzZbBGKyY").find(letter) != std::string_view::npos) {
        at_++;
        if (reference) number();
        return condition();
    }
    const std::optional<uint32_t> found = character();
    return found ? of(named_character(*found)) : fail();
}

Set Parser::property() {
    bool not_in = text_[at_++] == 'P';
    if (!take("{")) {  // \pL
        const Set one = samples_.named(text_.substr(at_, 1));
        if (more()) at_++;
        return not_in ? samples_.none_of(one) : one;
    }
    if (take("^")) not_in = !not_in;
    const size_t end = text_.find('}', at_);
    if (end == std::string_view::npos) {
        fail();
        return {};
    }
    const Set set = samples_.named(text_.substr(at_, end - at_));
    at_ = end + 1;
    return not_in ? samples_.none_of(set) : set;
}

// Behind a backslash.
std::optional<uint32_t> Parser::character() {
    if (!more()) return std::nullopt;
    const char letter = text_[at_];
    constexpr std::string_view kLetters = "ntrfvae";
    constexpr std::string_view kMeant = "\n\t\r\f\v\a\x1b";
    const size_t known = kLetters.find(letter);
    if (known == std::string_view::npos) return escaped_character(letter);
    at_++;
    return static_cast<uint32_t>(kMeant[known]);
}

std::optional<uint32_t> Parser::escaped_character(char letter) {
    if (letter == 'u') {
        at_++;
        return digits(16, 4, 4);
    }
    if (letter == 'x') {
        at_++;
        if (!take("{")) return digits(16, 1, 2);
        const std::optional<uint32_t> found = digits(16, 1, 8);
        return take("}") ? found : std::nullopt;
    }
    if (letter == '0') return digits(8, 1, 3);
    return utf8();
}

std::optional<uint32_t> Parser::digits(int base, size_t least, size_t most) {
    uint32_t value = 0;
    size_t count = 0;
    for (; count < most && more(); count++, at_++) {
        const char c = peek();
        const auto letter = static_cast<unsigned>((static_cast<unsigned char>(c) | 0x20) - 'a');
        const unsigned digit = c >= '0' && c <= '9' ? static_cast<unsigned>(c - '0') : letter + 10;
        if (digit >= static_cast<unsigned>(base)) break;
        value = value * static_cast<unsigned>(base) + digit;
    }
    return count < least ? std::nullopt : std::optional(value);
}

// The text is UTF-8 that was checked; where it is cut, bytes stand for themselves.
uint32_t Parser::utf8() {
    const auto first = static_cast<uint8_t>(text_[at_++]);
    const int more_bytes = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
    uint32_t value = more_bytes == 0 ? first : first & (0x3fU >> more_bytes);
    for (int i = 0; i < more_bytes && more(); i++) {
        value = value << 6 | (static_cast<uint8_t>(text_[at_++]) & 0x3fU);
    }
    return value;
}

// ------------------------------------------------------------------------------------------------
// In brackets: characters, ranges, classes, brackets, and "&&" between what both must be in.

Set Parser::bracket() {
    at_++;
    if (++depth_ > kDeepest) {
        fail();
        return {};
    }
    const bool not_in = take("^");
    Set set;
    if (peek() == ']') {  // the first one is a character
        at_++;
        set = named_character(']');
    }
    set |= bracket_part();
    while (ok_ && take("&&")) set &= bracket_part();
    if (!take("]")) fail();
    depth_--;
    return not_in ? samples_.none_of(set) : set;
}

Set Parser::bracket_part() {
    Set set;
    while (ok_ && more() && peek() != ']' && !text_.substr(at_).starts_with("&&")) {
        set |= bracket_item();
    }
    return set;
}

Set Parser::bracket_item() {
    if (take("[:")) {
        const size_t end = text_.find(":]", at_);
        if (end == std::string_view::npos) {
            fail();
            return {};
        }
        const bool not_in = take("^");
        const Set set = samples_.named(text_.substr(at_, end - at_));
        at_ = end + 2;
        return not_in ? samples_.none_of(set) : set;
    }
    if (peek() == '[') return bracket();
    const bool escaped = take("\\");
    if (escaped && !more()) {
        fail();
        return {};
    }
    if (escaped && std::string_view("dDwWsShH").find(peek()) != std::string_view::npos) {
        return samples_.escaped(text_[at_++]);
    }
    if (escaped && (peek() == 'p' || peek() == 'P')) return property();
    const auto one = [&](bool behind) { return behind ? character() : std::optional(utf8()); };
    const std::optional<uint32_t> from = one(escaped);
    const bool range =
        peek() == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']' && text_[at_ + 1] != '[';
    if (!from || !range) return from ? named_character(*from) : (fail(), Set());
    at_++;
    const std::optional<uint32_t> to = one(take("\\"));
    if (!to) {
        fail();
        return {};
    }
    if (naming_) samples_.add(*from);
    if (naming_) samples_.add(*to);
    return samples_.range(*from, *to);
}

}  // namespace

std::optional<Node> parse(std::string_view expression) {
    Samples samples;
    if (!Parser(expression, samples, true).run()) return std::nullopt;
    return Parser(expression, samples, false).run();
}

}  // namespace assay::regex
