#include "xml.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace assay::xml {

namespace {

bool is_space(uint8_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Any byte of a character beyond ASCII may be part of a name.
bool is_name(uint8_t c, bool first) {
    const bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    if (letter || c == '_' || c == ':' || c >= 0x80) return true;
    return !first && ((c >= '0' && c <= '9') || c == '-' || c == '.');
}

void add_utf8(std::string& out, uint32_t c) {
    const auto put = [&](uint32_t byte) { out += static_cast<char>(byte); };
    if (c < 0x80) return put(c);
    if (c < 0x800) {
        put(0xc0 | c >> 6);
    } else if (c < 0x10000) {
        put(0xe0 | c >> 12);
        put(0x80 | (c >> 6 & 0x3f));
    } else {
        put(0xf0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3f));
        put(0x80 | (c >> 6 & 0x3f));
    }
    put(0x80 | (c & 0x3f));
}

}  // namespace

std::optional<std::string_view> Tag::find(std::string_view attribute) const {
    for (const Attribute& one : attributes) {
        if (one.name == attribute) return one.value;
    }
    return std::nullopt;
}

// ------------------------------------------------------------------------------------------------
// Bytes

Status Reader::sync() {
    const auto used = static_cast<uint64_t>(at_ - begin_);
    begin_ = at_ = end_ = nullptr;
    return tape_.advance(used);
}

bool Reader::refill(size_t n) {
    Status moved = sync();
    Result<Bytes> bytes = moved ? tape_.peek_some() : Result<Bytes>(moved.error());
    if (bytes && bytes->size() < n) bytes = tape_.peek(n);
    if (!bytes) {
        failed_ = bytes.error();
        return false;
    }
    begin_ = at_ = bytes->data();
    end_ = begin_ + bytes->size();
    return bytes->size() >= n;
}

bool Reader::stop(Fault::Kind kind, const char* text) {
    if (!fault_ && !failed_) fault_ = {kind, text, offset()};
    return false;
}

bool Reader::looking_at(std::string_view text) {
    return need(text.size()) &&
           std::equal(text.begin(), text.end(), reinterpret_cast<const char*>(at_));
}

bool Reader::take(std::string_view text) {
    if (!looking_at(text)) return false;
    at_ += text.size();
    return true;
}

// Passes everything up to `end`, and that.
bool Reader::pass(std::string_view end) {
    while (need(end.size())) {
        const auto* found = std::find(at_, end_, static_cast<uint8_t>(end[0]));
        at_ = found;
        if (found == end_) continue;
        if (take(end)) return true;
        if (failed_) return false;
        at_ += static_cast<size_t>(end_ - at_) >= end.size() ? 1 : 0;
    }
    return stop_early();
}

bool Reader::skip_space() {
    while (need(1) && is_space(*at_)) at_++;
    return need(1) || stop_early();
}

// Up to the next tag; false at the end of everything.
bool Reader::skip_text() {
    while (need(1)) {
        const auto* found = std::find(at_, end_, static_cast<uint8_t>('<'));
        if (open_.empty()) at_ = std::find_if_not(at_, found, is_space);
        if (open_.empty() && at_ != found) {
            return stop(Fault::Kind::kSyntax, "text stands outside of the document");
        }
        at_ = found;
        if (found != end_) return true;
    }
    if (failed_) return false;
    return rooted_ && open_.empty() ? false : stop_early();
}

// ------------------------------------------------------------------------------------------------
// Tags

bool Reader::next(Tag& tag) {
    if (fault_ || failed_) return false;
    if (!std::exchange(started_, true)) take("\xef\xbb\xbf");
    if (ends_) {
        tag = std::move(*ends_);
        ends_.reset();
        return true;
    }
    bool told = false;
    while (!told) {
        if (!skip_text() || !read_markup(tag, told)) return false;
    }
    return true;
}

bool Reader::read_markup(Tag& tag, bool& told) {
    if (take("<!--")) return pass("-->");
    if (take("<?")) return pass("?>");
    if (take("<![CDATA[")) {
        return open_.empty() ? stop(Fault::Kind::kSyntax, "text stands outside of the document")
                             : pass("]]>");
    }
    if (take("<!DOCTYPE")) return read_doctype();
    told = true;
    tag = {};
    tag.offset = offset();
    if (take("</")) return read_end(tag);
    return read_start(tag);
}

bool Reader::read_start(Tag& tag) {
    if (open_.empty() && rooted_) {
        return stop(Fault::Kind::kSyntax, "a second element stands behind the document");
    }
    if (!take("<") || !read_name(tag.name)) return false;
    tag.depth = static_cast<uint32_t>(open_.size());
    rooted_ = true;
    for (;;) {
        if (!skip_space()) return false;
        if (take("/>")) break;
        if (take(">")) {
            if (open_.size() == kMaxDepth) {
                return stop(Fault::Kind::kTooDeep, "elements nest deeper than readers go");
            }
            open_.push_back(std::hash<std::string>()(tag.name));
            return true;
        }
        if (!read_attribute(tag)) return false;
    }
    ends_.emplace();
    ends_->name = tag.name;
    ends_->depth = tag.depth;
    ends_->offset = tag.offset;
    ends_->end = true;
    return true;
}

bool Reader::read_end(Tag& tag) {
    if (!read_name(tag.name) || !skip_space()) return false;
    const bool fits =
        take(">") && !open_.empty() && open_.back() == std::hash<std::string>()(tag.name);
    if (!fits) return stop(Fault::Kind::kSyntax, "a tag ends what did not begin");
    open_.pop_back();
    tag.depth = static_cast<uint32_t>(open_.size());
    tag.end = true;
    return true;
}

bool Reader::read_attribute(Tag& tag) {
    Attribute read;
    if (!read_name(read.name) || !skip_space()) return false;
    if (!take("=")) return stop(Fault::Kind::kSyntax, "an attribute has no value");
    if (!skip_space() || !read_value(read.value)) return false;
    if (tag.find(read.name)) return stop(Fault::Kind::kSyntax, "an attribute comes twice");
    if (tag.attributes.size() == kAttributes) {
        return stop(Fault::Kind::kSyntax, "an element has too many attributes");
    }
    tag.attributes.push_back(std::move(read));
    const bool ends = looking_at("/") || looking_at(">");
    if (ends || (need(1) && is_space(*at_))) return true;
    return need(1) ? stop(Fault::Kind::kSyntax, "nothing separates two attributes") : stop_early();
}

bool Reader::read_name(std::string& name) {
    while (need(1) && is_name(*at_, name.empty())) {
        if (name.size() == kKept) return stop(Fault::Kind::kSyntax, "a name is too long");
        name += static_cast<char>(*at_++);
    }
    if (!name.empty()) return true;
    return need(1) ? stop(Fault::Kind::kSyntax, "a name is missing") : stop_early();
}

// References are replaced by what they stand for, entities by nothing.
bool Reader::read_value(std::string& value) {
    if (!need(1)) return stop_early();
    const uint8_t quote = *at_;
    if (quote != '"' && quote != '\'') return stop(Fault::Kind::kSyntax, "a value has no quotes");
    at_++;
    while (need(1)) {
        const uint8_t c = *at_;
        if (c == quote) {
            at_++;
            return true;
        }
        if (c == '<') return stop(Fault::Kind::kSyntax, "a value has a tag in it");
        if (c == '&') {
            if (!read_reference(value)) return false;
            continue;
        }
        at_++;
        if (value.size() < kKept) value += static_cast<char>(c);
    }
    return stop_early();
}

bool Reader::read_reference(std::string& value) {
    constexpr std::pair<std::string_view, char> kNamed[] = {
        {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
    for (const auto& [text, c] : kNamed) {
        if (!take(text)) continue;
        if (value.size() < kKept) value += c;
        return true;
    }
    const bool hexadecimal = take("&#x");
    const bool number = hexadecimal || take("&#");
    uint32_t c = 0;
    while (number && need(1) && *at_ != ';' && c < 0x110000) {
        const uint32_t letter = *at_ | 0x20u;
        const bool digit = *at_ >= '0' && *at_ <= '9';
        if (!digit && !(hexadecimal && letter >= 'a' && letter <= 'f')) break;
        c = c * (hexadecimal ? 16 : 10) + (digit ? *at_ - uint32_t{'0'} : letter - 'a' + 10);
        at_++;
    }
    if (number) {
        if (!take(";") || c == 0 || c >= 0x110000) {
            return stop(Fault::Kind::kSyntax, "a reference is no character");
        }
        if (value.size() < kKept) add_utf8(value, c);
        return true;
    }
    if (!take("&")) return stop_early();
    std::string name;
    if (!read_name(name)) return false;
    const auto known = entities_.find(name);
    if (!take(";") || known == entities_.end()) {
        return stop(Fault::Kind::kSyntax, "an entity is not declared");
    }
    expanded_ += known->second;
    declared_.laughs |= expanded_ > kLaughter;
    return true;
}

// ------------------------------------------------------------------------------------------------
// What stands before the first tag

bool Reader::read_doctype() {
    if (rooted_) return stop(Fault::Kind::kSyntax, "a document type stands behind a tag");
    declared_.doctype = true;
    declared_.offset = offset();
    std::string name;
    if (!skip_space() || !read_name(name) || !skip_space()) return false;
    if (looking_at("SYSTEM") || looking_at("PUBLIC")) {
        if (!read_external() || !skip_space()) return false;
    }
    if (take("[") && (!read_subset() || !skip_space())) return false;
    return take(">") || stop(Fault::Kind::kSyntax, "the document type has no end");
}

bool Reader::read_external() {
    declared_.external = true;
    const bool both = looking_at("PUBLIC");
    at_ += 6;
    std::string ignored;
    for (int i = 0; i < (both ? 2 : 1); i++) {
        if (!skip_space() || !read_quoted(ignored)) return false;
    }
    return true;
}

// As it is, without its references; the beginning of it.
bool Reader::read_quoted(std::string& value) {
    value.clear();
    if (!need(1) || (*at_ != '"' && *at_ != '\'')) {
        return stop(Fault::Kind::kSyntax, "a text has no quotes");
    }
    const uint8_t quote = *at_++;
    while (need(1)) {
        const uint8_t c = *at_++;
        if (c == quote) return true;
        if (value.size() < 16 * kKept) value += static_cast<char>(c);
    }
    return stop_early();
}

bool Reader::read_subset() {
    for (;;) {
        if (!skip_space()) return false;
        if (take("]")) return true;
        bool good = false;
        if (take("<!--")) {
            good = pass("-->");
        } else if (take("<?")) {
            good = pass("?>");
        } else if (take("<!ENTITY")) {
            good = read_entity();
        } else if (take("<!")) {
            good = pass_declaration();
        } else if (take("%")) {
            good = pass(";");
        } else {
            return stop(Fault::Kind::kSyntax, "the document type declares nothing");
        }
        if (!good) return false;
    }
}

bool Reader::pass_declaration() {
    std::string ignored;
    while (need(1) && *at_ != '>') {
        if (*at_ == '"' || *at_ == '\'') {
            if (!read_quoted(ignored)) return false;
        } else {
            at_++;
        }
    }
    return take(">") || stop_early();
}

bool Reader::read_entity() {
    declared_.entity = true;
    std::string name;
    std::string value;
    if (!skip_space()) return false;
    if (take("%") && !skip_space()) return false;
    if (!read_name(name) || !skip_space()) return false;
    if (looking_at("SYSTEM") || looking_at("PUBLIC")) {
        if (!read_external()) return false;
        declare(name, "", 0);
    } else {
        const uint64_t from = offset();
        if (!read_quoted(value)) return false;
        declare(name, value, offset() - from);
    }
    return pass_declaration();
}

// The first declaration counts. An entity may be made of others that are declared later, so that
// what it becomes is only known in the end; but a joke needs many references, and nothing else
// does.
void Reader::declare(const std::string& name, const std::string& value, uint64_t length) {
    constexpr size_t kMost = 1000;
    constexpr size_t kMostNested = 10;
    if (entities_.size() == kMost) declared_.laughs = true;
    if (entities_.size() == kMost || entities_.find(name) != entities_.end()) return;
    nested_ += static_cast<size_t>(
        std::count_if(value.begin(), value.end(), [](char c) { return c == '&' || c == '%'; }));
    declared_.laughs |= nested_ >= kMostNested || length > kLaughter;
    entities_.emplace(name, length);
}

}  // namespace assay::xml
