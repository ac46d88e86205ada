#include "assay/json_value.h"

#include <algorithm>
#include <charconv>

#include "assay/utf8.h"

namespace assay {

JsonValue::JsonValue() = default;
JsonValue::~JsonValue() = default;
JsonValue::JsonValue(const JsonValue&) = default;
JsonValue::JsonValue(JsonValue&&) noexcept = default;
JsonValue& JsonValue::operator=(const JsonValue&) = default;
JsonValue& JsonValue::operator=(JsonValue&&) noexcept = default;

const std::string* JsonValue::text() const { return kind_ == Kind::kString ? &text_ : nullptr; }

const std::string* JsonValue::number() const { return kind_ == Kind::kNumber ? &text_ : nullptr; }

std::optional<bool> JsonValue::boolean() const {
    if (kind_ != Kind::kTrue && kind_ != Kind::kFalse) return std::nullopt;
    return kind_ == Kind::kTrue;
}

template <class T>
static std::optional<T> parse_whole(const std::string* text) {
    if (text == nullptr) return std::nullopt;
    T value = 0;
    const char* end = text->data() + text->size();
    auto [stopped, fault] = std::from_chars(text->data(), end, value);
    if (fault != std::errc() || stopped != end) return std::nullopt;
    return value;
}

std::optional<int64_t> JsonValue::integer() const { return parse_whole<int64_t>(number()); }

std::optional<uint64_t> JsonValue::unsigned_integer() const {
    return parse_whole<uint64_t>(number());
}

const JsonValue* JsonValue::find(std::string_view key) const {
    auto found = std::find_if(members_.begin(), members_.end(),
                              [&](const JsonMember& member) { return member.key == key; });
    return found == members_.end() ? nullptr : &found->value;
}

const JsonValue* JsonValue::find_path(std::initializer_list<std::string_view> keys) const {
    const JsonValue* value = this;
    for (std::string_view key : keys) {
        if (value != nullptr) value = value->find(key);
    }
    return value;
}

const std::string* JsonValue::find_text(std::string_view key) const {
    const JsonValue* value = find(key);
    return value == nullptr ? nullptr : value->text();
}

// Recursive descent; the first failure sticks, and every step behind it does nothing.
class JsonParser {
  public:
    JsonParser(Bytes document, const JsonLimits& limits, const JsonStream* stream)
        : text_(as_text(document)), limits_(limits), stream_(stream) {}

    Result<JsonValue> parse() {
        if (text_.size() > limits_.bytes) return Error{Code::kLimit, "the document is too large"};
        JsonValue value;
        bool parsed = parse_value(value, 0);
        skip_space();
        if (parsed && at_ < text_.size()) fail("there is something behind the value");
        if (failed_ != nullptr) return Error{code_, failed_, at_};
        return value;
    }

  private:
    bool fail(const char* why, Code code = Code::kMalformed) {
        if (failed_ == nullptr) {
            failed_ = why;
            code_ = code;
        }
        return false;
    }

    [[nodiscard]] char look() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    void skip_space() {
        while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != kNowhere)
            at_++;
    }

    bool accept(char wanted) {
        skip_space();
        if (at_ >= text_.size() || text_[at_] != wanted) return false;
        at_++;
        return true;
    }

    bool parse_value(JsonValue& value, unsigned depth) {
        if (++values_ > limits_.values) return fail("too many values", Code::kLimit);
        skip_space();
        switch (look()) {
            case '{':
                return parse_object(value, depth);
            case '[':
                return parse_array(value, depth);
            case '"':
                value.kind_ = JsonValue::Kind::kString;
                return parse_string(value.text_);
            case 't':
                return parse_word("true", JsonValue::Kind::kTrue, value);
            case 'f':
                return parse_word("false", JsonValue::Kind::kFalse, value);
            case 'n':
                return parse_word("null", JsonValue::Kind::kNull, value);
            default:
                return parse_number(value);
        }
    }

    bool parse_word(std::string_view word, JsonValue::Kind kind, JsonValue& value) {
        if (!text_.substr(at_).starts_with(word)) return fail("no JSON value");
        at_ += word.size();
        value.kind_ = kind;
        return true;
    }

    bool skip_digits() {
        const size_t from = at_;
        while (look() >= '0' && look() <= '9') at_++;
        return at_ > from;
    }

    bool parse_number(JsonValue& value) {
        const size_t from = at_;
        if (look() == '-') at_++;
        const bool zero = look() == '0';
        const size_t digits = at_;
        if (!skip_digits()) return fail("no JSON value");
        if (zero && at_ > digits + 1) return fail("a number that starts with 0");
        if (look() == '.') {
            at_++;
            if (!skip_digits()) return fail("no digit behind the point");
        }
        if (look() == 'e' || look() == 'E') {
            at_++;
            if (look() == '+' || look() == '-') at_++;
            if (!skip_digits()) return fail("no digit in the exponent");
        }
        value.kind_ = JsonValue::Kind::kNumber;
        value.text_ = text_.substr(from, at_ - from);
        return true;
    }

    bool parse_array(JsonValue& value, unsigned depth) {
        if (depth >= limits_.depth) return fail("nested too deep", Code::kLimit);
        at_++;
        value.kind_ = JsonValue::Kind::kArray;
        if (accept(']')) return true;
        const bool streams = stream_ && matched_ == depth && depth == stream_->path.size();
        do {
            bool parsed = streams ? hand_over(depth + 1)
                                  : parse_value(value.items_.emplace_back(), depth + 1);
            if (!parsed) return false;
        } while (accept(','));
        return accept(']') || fail("a list that does not end");
    }

    bool hand_over(unsigned depth) {
        JsonValue item;
        const size_t kept = values_;
        if (!parse_value(item, depth)) return false;
        values_ = kept;
        Status taken = stream_->take(std::move(item));
        return taken.ok() || fail(taken.error().text, taken.error().code);
    }

    // The value of a member; on the way to what is streamed if its key is the next one there.
    bool parse_member(JsonMember& member, unsigned depth) {
        const bool next = stream_ && matched_ == depth && depth < stream_->path.size() &&
                          stream_->path[depth] == member.key;
        if (next) matched_++;
        const bool parsed = parse_value(member.value, depth + 1);
        if (next) matched_--;
        return parsed;
    }

    bool parse_object(JsonValue& value, unsigned depth) {
        if (depth >= limits_.depth) return fail("nested too deep", Code::kLimit);
        at_++;
        value.kind_ = JsonValue::Kind::kObject;
        if (accept('}')) return true;
        do {
            JsonMember& member = value.members_.emplace_back();
            skip_space();
            if (look() != '"') return fail("no key");
            if (!parse_string(member.key)) return false;
            if (!accept(':')) return fail("no colon behind a key");
            if (!parse_member(member, depth)) return false;
        } while (accept(','));
        if (!accept('}')) return fail("an object that does not end");
        return has_distinct_keys(value.members_) || fail("a key comes twice");
    }

    static bool has_distinct_keys(const std::vector<JsonMember>& members) {
        std::vector<std::string_view> keys;
        keys.reserve(members.size());
        for (const JsonMember& member : members) keys.push_back(member.key);
        std::sort(keys.begin(), keys.end());
        return std::adjacent_find(keys.begin(), keys.end()) == keys.end();
    }

    // What stands for itself, at once: payloads are long. The character behind it.
    char take_plain(std::string& out) {
        const size_t from = at_;
        while (at_ < text_.size()) {
            const auto byte = static_cast<uint8_t>(text_[at_]);
            if (byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\') break;
            at_++;
        }
        out += text_.substr(from, at_ - from);
        return look();
    }

    bool parse_string(std::string& out) {
        at_++;
        while (take_plain(out) != '"') {
            if (at_ >= text_.size()) return fail("a text that does not end");
            if (static_cast<uint8_t>(look()) < 0x20) return fail("a control character in a text");
            if (look() == '\\') {
                if (!parse_escape(out)) return false;
                continue;
            }
            Utf8Char next = utf8_at(text_.substr(at_));
            if (next.length == 0) return fail("a text that is not UTF-8");
            out += text_.substr(at_, next.length);
            at_ += next.length;
        }
        at_++;
        return true;
    }

    bool parse_escape(std::string& out) {
        static constexpr std::string_view kLetters = "\"\\/bfnrt";
        static constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
        at_++;
        const size_t letter = kLetters.find(look());
        if (at_ < text_.size() && letter != kNowhere) {
            out += kMeant[letter];
            at_++;
            return true;
        }
        if (look() != 'u') return fail("no such escape");
        at_++;
        return parse_code(out);
    }

    bool parse_code(std::string& out) {
        uint32_t code = 0;
        if (!parse_unit(code)) return false;
        if (code >= 0xD800 && code <= 0xDBFF) {
            uint32_t low = 0;
            if (!text_.substr(at_).starts_with("\\u")) return fail("half a surrogate pair");
            at_ += 2;
            if (!parse_unit(low)) return false;
            if (low < 0xDC00 || low > 0xDFFF) return fail("half a surrogate pair");
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        } else if (code >= 0xDC00 && code <= 0xDFFF) {
            return fail("half a surrogate pair");
        }
        append_utf8(out, code);
        return true;
    }

    bool parse_unit(uint32_t& unit) {
        uint8_t bytes[2];
        if (text_.size() - at_ < 4 || !from_hex(text_.substr(at_, 4), bytes)) {
            return fail("no four hexadecimal digits");
        }
        at_ += 4;
        unit = load_be<uint16_t>(bytes);
        return true;
    }

    static constexpr size_t kNowhere = std::string_view::npos;

    const std::string_view text_;
    const JsonLimits limits_;
    const JsonStream* const stream_;
    size_t matched_ = 0;  // how many members of the stream's path lead to where we are
    size_t at_ = 0;
    size_t values_ = 0;
    const char* failed_ = nullptr;
    Code code_ = Code::kMalformed;
};

Result<JsonValue> JsonValue::parse(Bytes document, const JsonLimits& limits) {
    return JsonParser(document, limits, nullptr).parse();
}

Result<JsonValue> JsonValue::parse(Bytes document, const JsonLimits& limits,
                                   const JsonStream& stream) {
    return JsonParser(document, limits, &stream).parse();
}

}  // namespace assay
