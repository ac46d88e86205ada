#include "yaml_reader.h"

#include <algorithm>
#include <utility>

namespace assay::yaml {

namespace {

constexpr std::string_view kMarks = ",[]{}";
constexpr size_t kDepth = 256;
constexpr size_t kKept = 1024;        // of a text
constexpr size_t kLongestName = 64;   // of an anchor
constexpr size_t kLongestText = 256;  // that an anchor stands for
constexpr size_t kLongestLine = 65'536;
constexpr size_t kMostAnchors = 10'000;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n'; }

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// Tags may be spelled with %XX.
std::string unescaped(std::string_view tag) {
    std::string text;
    for (size_t i = 0; i < tag.size(); i++) {
        const bool escape = tag[i] == '%' && i + 2 < tag.size() && hex_digit(tag[i + 1]) >= 0 &&
                            hex_digit(tag[i + 2]) >= 0;
        text +=
            escape ? static_cast<char>(hex_digit(tag[i + 1]) * 16 + hex_digit(tag[i + 2])) : tag[i];
        if (escape) i += 2;
    }
    return text;
}

}  // namespace

size_t Path::size() const {
    return open_.size() +
           static_cast<size_t>(std::count_if(flow_.begin(), flow_.end(),
                                             [](const std::string& key) { return !key.empty(); }));
}

std::string_view Path::operator[](size_t i) const {
    if (i < open_.size()) return open_[i].key;
    i -= open_.size();
    for (const std::string& key : flow_) {
        if (!key.empty() && i-- == 0) return key;
    }
    return {};
}

// ------------------------------------------------------------------------------------------------
// Lines

void Reader::line(std::string_view text, uint64_t offset, bool cut) {
    if (text.ends_with('\r')) text.remove_suffix(1);
    text_ = text;
    at_ = 0;
    offset_ = offset;
    key_anchor_.clear();
    if (cut) give_up("a line is too long");
    const size_t indent = std::min(text.find_first_not_of(' '), text.size());
    const bool empty = text.find_first_not_of(" \t") == std::string_view::npos;
    if (quote_ != 0) {
        if (!std::exchange(joined_, false) && quoted_.size() < kKept) quoted_ += ' ';
        skip_space();
        if (!take_quoted()) return;
        finish_scalar(quoted_, quoted_column_);
        if (flow_.empty() || flow()) node();
        return;
    }
    if (!flow_.empty()) {
        if (flow()) node();
        return;
    }
    if (block_text_ && (empty || indent > block_indent_)) return add_to_text_block(text);
    end_text_block();
    if (empty) return;
    block_line(text);
}

void Reader::block_line(std::string_view text) {
    const size_t indent = text.find_first_not_of(' ');
    at_ = indent;
    if (peek() == '#') return;
    const bool marker = text.starts_with("---") || text.starts_with("...");
    if (marker && (text.size() == 3 || is_space(text[3]))) {
        plain_goes_on_ = false;
        open_.clear();
        close_anchors(0);
        owner_ = 0;
        at_ = 3;
        return node();
    }
    if (text.starts_with('%')) return sink_.directive(text, offset_);
    if (plain_goes_on_ && indent > plain_indent_) return;
    plain_goes_on_ = false;
    if (peek() == '\t') give_up("a line is indented by a tab");
    node();
}

void Reader::end() {
    if (quote_ != 0) give_up("a quote has no end");
    if (!flow_.empty()) give_up("a list or map has no end");
    end_text_block();
    close_anchors(0);
}

void Reader::skip_space() {
    while (!at_end() && is_space(peek())) at_++;
}

// Up to the next space, or mark of a list or map.
std::string_view Reader::take_word() {
    const size_t start = at_;
    while (!at_end() && !is_space(peek()) &&
           (flow_.empty() || kMarks.find(peek()) == std::string_view::npos)) {
        at_++;
    }
    return text_.substr(start, at_ - start);
}

// Of an anchor; what ends a key is no part of it.
std::string_view Reader::take_name() {
    std::string_view word = take_word();
    if (word.ends_with(':')) {
        word.remove_suffix(1);
        at_--;
    }
    return word.substr(1).substr(0, kLongestName);
}

// A mark only where a space or the end follows.
bool Reader::is_indicator(char c) const { return peek() == c && is_space(peek(1)); }

// ------------------------------------------------------------------------------------------------
// Nodes in blocks

// What stands in the line from here on.
void Reader::node() {
    for (;;) {
        skip_space();
        if (at_end() || (peek() == '#' && (at_ == 0 || is_space(text_[at_ - 1])))) return;
        const char c = peek();
        if (is_indicator('-') || is_indicator('?')) {
            item();
        } else if (is_indicator(':')) {
            if (!key_anchor_.empty()) set_key("", at_);  // an empty one
            at_++;
        } else if (c == '&' || c == '!') {
            properties();
        } else if (c == '*') {
            alias();
        } else if (c == '|' || c == '>') {
            return begin_text_block();
        } else if (c == '[' || c == '{') {
            if (!flow()) return;
        } else if (!(c == '"' || c == '\'' ? quoted() : plain())) {
            return;
        }
    }
}

void Reader::item() {
    explicit_.reset();
    if (peek() == '?') explicit_ = at_;
    owner_ = 2 * at_ + 1;
    close_anchors(owner_);
    while (!open_.empty() && open_.back().indent > at_) open_.pop_back();
    at_++;
}

void Reader::properties() {
    const uint64_t where = offset_ + at_;
    const char c = peek();
    if (c == '!' && peek(1) == '<') {
        const size_t end = std::min(text_.find('>', at_), text_.size() - 1);
        sink_.tag(unescaped(text_.substr(at_, end - at_ + 1)), where);
        at_ = end + 1;
        return;
    }
    if (c == '!') {
        sink_.tag(unescaped(take_word()), where);
        // To some readers a bracket or a comma is a part of it.
        if (!at_end() && !is_space(peek())) give_up("a tag with brackets");
        return;
    }
    const std::string_view name = take_name();
    if (anchors_.size() + sizes_.size() >= kMostAnchors) return give_up("too many anchors");
    anchors_.push_back({std::string(name), total_, owner_, flow_.size()});
    key_anchor_ = name;
}

void Reader::alias() {
    const size_t column = at_;
    const std::string_view name = take_name();
    uint64_t nodes = 1;
    const auto known = sizes_.find(name);
    if (known != sizes_.end()) nodes = known->second;
    for (const Anchor& anchor : anchors_) {
        if (anchor.name == name) nodes = total_ - anchor.before + 1;
    }
    count(nodes);
    written_++;
    const auto text = texts_.find(name);
    const std::string meant = text == texts_.end() ? std::string() : text->second;
    skip_space();
    if (!flow_.empty()) flow_scalar_ = meant;
    if (flow_.empty() ? is_indicator(':') : peek() == ':') {
        at_++;
        set_key(meant, column);
    } else if (explicit_ && flow_.empty()) {
        set_key(meant, *explicit_);
    } else if (text != texts_.end()) {
        sink_.value(path(), meant, offset_ + column);
    }
}

void Reader::count(uint64_t nodes) {
    if (__builtin_add_overflow(total_, nodes, &total_)) total_ = UINT64_MAX;
}

// Of what belongs to that owner, or one that is deeper.
void Reader::close_anchors(size_t owner) {
    while (!anchors_.empty() && anchors_.back().owner >= owner &&
           anchors_.back().flow >= flow_.size()) {
        const Anchor& anchor = anchors_.back();
        sizes_.insert_or_assign(anchor.name, total_ - anchor.before + 1);
        anchors_.pop_back();
    }
}

// Lines that are deeper than what the text belongs to are text.
void Reader::begin_text_block() {
    block_text_ = true;
    block_indent_ = owner_ / 2;
    block_break_ = peek() == '>' ? ' ' : '\n';
    block_offset_ = offset_ + at_;
    block_.clear();
    at_ = text_.size();
}

void Reader::add_to_text_block(std::string_view line) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (block_.size() + line.size() >= kKept) return;
    if (!block_.empty()) block_ += block_break_;
    block_ += line;
}

void Reader::end_text_block() {
    if (!std::exchange(block_text_, false)) return;
    block_.erase(block_.find_last_not_of(" \t\n") + 1);
    if (explicit_) return set_key(block_, *explicit_);
    written_++;
    count(1);
    sink_.value(path(), block_, block_offset_);
}

bool Reader::quoted() {
    quote_ = peek();
    quoted_.clear();
    quoted_column_ = at_++;
    if (!take_quoted()) return false;
    finish_scalar(quoted_, quoted_column_);
    return true;
}

// As far as the closing quote; false if that is in another line.
bool Reader::take_quoted() {
    const char open = quote_;
    while (!at_end()) {
        const char c = text_[at_++];
        char kept = c;
        if (c == open && open == '\'' && peek() == '\'') {
            at_++;
        } else if (c == open) {
            quote_ = 0;
            return true;
        } else if (c == '\\' && open == '"') {
            joined_ = at_end();
            if (joined_) return false;
            kept = peek();
            at_++;
            const size_t digits = kept == 'x' ? 2 : kept == 'u' ? 4 : kept == 'U' ? 8 : 0;
            unsigned code = 0;
            for (size_t i = 0; i < digits && hex_digit(peek()) >= 0; i++) {
                code = code << 4 | static_cast<unsigned>(hex_digit(text_[at_++]));
            }
            if (digits != 0) kept = code < 128 ? static_cast<char>(code) : '?';
        }
        if (quoted_.size() < kKept) quoted_ += kept;
    }
    return false;
}

// A text without quotes ends at ": ", at " #", or with the line. Whether the line goes on.
bool Reader::plain() {
    const size_t start = at_;
    size_t end = start;
    bool key = false;
    for (; !at_end(); at_++) {
        if (peek() == '#' && at_ > start && is_space(text_[at_ - 1])) break;
        key = peek() == ':' && is_space(peek(1));
        if (key) break;
        if (!is_space(peek())) end = at_ + 1;
    }
    const std::string text(text_.substr(start, std::min(end - start, kKept)));
    if (key) {
        at_++;
        set_key(text, start);
        return true;
    }
    const bool comment = !at_end();
    at_ = text_.size();
    finish_scalar(text, start);
    plain_goes_on_ = !comment;
    plain_indent_ = owner_ / 2;
    return false;
}

void Reader::finish_scalar(const std::string& text, size_t column) {
    skip_space();
    const bool key = flow_.empty() ? is_indicator(':') : peek() == ':';
    if (key) {
        at_++;
        return set_key(text, column);
    }
    if (explicit_ && flow_.empty()) return set_key(text, *explicit_);
    tell_value(text, column);
}

void Reader::set_key(const std::string& text, size_t column) {
    if (!key_anchor_.empty()) anchor_key(text);
    if (!flow_.empty()) {
        flow_.back() = text;
        return sink_.key(path(), offset_ + column);
    }
    explicit_.reset();
    owner_ = 2 * column;
    close_anchors(owner_);
    while (!open_.empty() && open_.back().indent >= column) open_.pop_back();
    if (open_.size() == kDepth) return give_up("maps lie too deep in each other");
    open_.push_back({column, text});
    sink_.key(path(), offset_ + column);
}

// What stands before a key is the key's, and not the map's that begins with it.
void Reader::anchor_key(const std::string& text) {
    texts_.insert_or_assign(key_anchor_, text.substr(0, kLongestText));
    sizes_.insert_or_assign(std::exchange(key_anchor_, {}), 1);
    anchors_.pop_back();
}

void Reader::tell_value(std::string_view text, size_t column) {
    key_anchor_.clear();
    if (!flow_.empty()) flow_scalar_ = text;
    const Anchor* anchor = anchors_.empty() ? nullptr : &anchors_.back();
    if (anchor && anchor->before == total_ && anchor->owner == owner_ &&
        anchor->flow == flow_.size()) {
        texts_.insert_or_assign(anchor->name, std::string(text.substr(0, kLongestText)));
    }
    written_++;
    count(1);
    sink_.value(path(), text, offset_ + column);
}

// ------------------------------------------------------------------------------------------------
// Lists and maps in brackets

// Whether the last one that was open has ended in this line.
bool Reader::flow() {
    do {
        skip_space();
        if (at_end() || (peek() == '#' && (at_ == 0 || is_space(text_[at_ - 1])))) return false;
        const char c = peek();
        if (kMarks.find(c) != std::string_view::npos) {
            flow_mark(c);
        } else if (c == '&' || c == '!') {
            properties();
        } else if (c == '*') {
            alias();
        } else if (c == '"' || c == '\'') {
            if (!quoted()) return false;
        } else if (c == ':') {
            flow_value();
        } else if (c == '?') {
            at_++;
        } else {
            flow_plain();
        }
    } while (!flow_.empty());
    return true;
}

// The key may stand in a line before.
void Reader::flow_value() {
    at_++;
    if (!flow_scalar_.empty()) set_key(std::exchange(flow_scalar_, {}), at_ - 1);
}

void Reader::flow_plain() {
    const size_t start = at_;
    size_t end = at_;
    for (; !at_end() && kMarks.find(peek()) == std::string_view::npos; at_++) {
        if (peek() == ':' &&
            (is_space(peek(1)) || kMarks.find(peek(1)) != std::string_view::npos)) {
            break;
        }
        if (peek() == '#' && at_ > start && is_space(text_[at_ - 1])) break;
        if (!is_space(peek())) end = at_ + 1;
    }
    finish_scalar(std::string(text_.substr(start, std::min(end - start, kKept))), start);
}

void Reader::flow_mark(char c) {
    at_++;
    flow_scalar_.clear();
    key_anchor_.clear();
    if (c == '[' || c == '{') {
        written_++;
        count(1);
        explicit_.reset();
        if (flow_.size() == kDepth) return give_up("lists lie too deep in each other");
        flow_.emplace_back();
    } else if (c == ',') {
        flow_.back().clear();
    } else {
        flow_.pop_back();
        close_anchors(SIZE_MAX);
        while (!anchors_.empty() && anchors_.back().flow > flow_.size()) {
            sizes_.insert_or_assign(anchors_.back().name, total_ - anchors_.back().before + 1);
            anchors_.pop_back();
        }
    }
}

namespace {

// Cuts bytes into lines. PyYAML ends them at a carriage return, too, and at three characters of
// Unicode, of which each takes the line feed's place.
class Lines {
  public:
    explicit Lines(Reader& reader) : reader_(reader) {}

    void feed(std::string_view text, uint64_t offset) {
        for (size_t i = 0; i < text.size(); i++) take(text[i], offset + i);
    }
    void end() {
        if (!line_.empty()) tell(0);
    }

  private:
    void take(char c, uint64_t at) {
        const bool second = c == '\n' && std::exchange(after_return_, false);
        if (second) {
            start_ = at + 1;
            return;
        }
        after_return_ = c == '\r';
        const size_t width = c == '\n' || c == '\r' ? 1 : break_before(c);
        if (width != 0) {
            line_.resize(line_.size() + 1 - std::min(width, line_.size() + 1));
            tell(at + 1);
        } else if (line_.size() < kLongestLine) {
            line_ += c;
        } else {
            cut_ = true;
        }
    }

    // Bytes of the break that `c` completes: U+0085, U+2028, U+2029.
    [[nodiscard]] size_t break_before(char c) const {
        if (c == '\x85' && line_.ends_with('\xc2')) return 2;
        return (c == '\xa8' || c == '\xa9') && line_.ends_with("\xe2\x80") ? 3 : 0;
    }

    void tell(uint64_t next) {
        std::string_view line = line_;
        const bool mark = start_ == 0 && line.starts_with("\xef\xbb\xbf");
        if (mark) line.remove_prefix(3);
        reader_.line(line, start_ + (mark ? 3 : 0), cut_);
        line_.clear();
        cut_ = false;
        start_ = next;
    }

    Reader& reader_;
    std::string line_;
    uint64_t start_ = 0;
    bool cut_ = false;
    bool after_return_ = false;
};

}  // namespace

Status read_lines(Tape& tape, ScanContext& context, Reader& reader) {
    Lines lines(reader);
    for (;;) {
        Result<Bytes> bytes = tape.peek_some();
        if (!bytes) return bytes.error();
        if (bytes->empty()) break;
        if (context.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
        lines.feed(as_text(*bytes), tape.offset());
        Status moved = tape.advance(bytes->size());
        if (!moved) return moved;
    }
    lines.end();
    reader.end();
    return Done{};
}

}  // namespace assay::yaml
