#include "json.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <random>
#include <utility>

#include "assay/bytes.h"
#include "assay/place.h"

namespace assay::json {

namespace {

// ------------------------------------------------------------------------------------------------
// Runs of plain characters: what a text holds that is neither its end nor an escape, a control
// character or a byte beyond ASCII

constexpr uint64_t kEach = 0x0101010101010101;
constexpr uint64_t kTop = 0x8080808080808080;

constexpr uint64_t has_zero(uint64_t word) { return (word - kEach) & ~word & kTop; }
constexpr uint64_t has(uint64_t word, char byte) {
    return has_zero(word ^ (kEach * static_cast<uint8_t>(byte)));
}
// Exact up to the first byte that is beyond ASCII, which is enough: that one is not plain anyway.
constexpr uint64_t has_control(uint64_t word) { return (word - kEach * 0x20) & ~word & kTop; }

// What is found in a word by its lowest bit is its first byte.
constexpr bool kLittle = std::endian::native == std::endian::little;

bool is_plain(uint8_t byte) { return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\'; }

const uint8_t* end_of_plain(const uint8_t* at, const uint8_t* end) {
    for (; end - at >= 8; at += 8) {
        uint64_t word = 0;
        std::memcpy(&word, at, 8);
        const uint64_t other = (word & kTop) | has_control(word) | has(word, '"') | has(word, '\\');
        if (other != 0 && kLittle) return at + std::countr_zero(other) / 8;
        if (other != 0) break;
    }
    while (at != end && is_plain(*at)) at++;
    return at;
}

std::string_view text_between(const uint8_t* from, const uint8_t* to) {
    return as_text({from, static_cast<size_t>(to - from)});
}

bool is_space(uint8_t c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }
bool is_word(uint8_t c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '+' || c == '.' || c == '_';
}

// ------------------------------------------------------------------------------------------------
// Numbers

enum class Form : uint8_t { kNone, kStrict, kLoose };

size_t digits(std::string_view text) {
    size_t n = 0;
    while (n < text.size() && is_digit(static_cast<uint8_t>(text[n]))) n++;
    return n;
}

// Takes the sign, if there is one.
bool take_sign(std::string_view& text, std::string_view signs) {
    if (text.empty() || signs.find(text[0]) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

Form form_of(std::string_view text) {
    if (digits(text) == text.size() && (text.size() == 1 || !text.starts_with('0'))) {
        return text.empty() ? Form::kNone : Form::kStrict;
    }
    bool plus = text.starts_with('+');
    take_sign(text, "+-");
    if (text == "NaN" || text == "Infinity") return Form::kLoose;
    size_t whole = digits(text);
    bool loose = plus || whole == 0 || (whole > 1 && text[0] == '0');
    text.remove_prefix(whole);
    size_t part = 0;
    if (take_sign(text, ".")) {
        part = digits(text);
        loose = loose || part == 0;
        text.remove_prefix(part);
    }
    if (whole + part == 0) return Form::kNone;
    if (take_sign(text, "eE")) {
        take_sign(text, "+-");
        size_t power = digits(text);
        if (power == 0) return Form::kNone;
        text.remove_prefix(power);
    }
    if (!text.empty()) return Form::kNone;
    return loose ? Form::kLoose : Form::kStrict;
}

// Of a word of which only the beginning was kept.
Form form_of_beginning(std::string_view text) {
    constexpr std::string_view kNumeric = "0123456789.eE+-";
    return text.find_first_not_of(kNumeric) == std::string_view::npos ? Form::kLoose : Form::kNone;
}

// ------------------------------------------------------------------------------------------------

uint64_t mixed(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * 0x9e3779b97f4a7c15;
    return hash ^ (hash >> 29);
}

bool is_high_half(uint32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool is_low_half(uint32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

// Halves of pairs as well, three bytes each.
std::string to_utf8(uint32_t code) {
    std::string out;
    if (code < 0x80) return out += static_cast<char>(code);
    if (code < 0x800) {
        out += static_cast<char>(0xc0 | code >> 6);
    } else {
        if (code < 0x10000) {
            out += static_cast<char>(0xe0 | code >> 12);
        } else {
            out += static_cast<char>(0xf0 | code >> 18);
            out += static_cast<char>(0x80 | (code >> 12 & 0x3f));
        }
        out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    }
    return out += static_cast<char>(0x80 | (code & 0x3f));
}

}  // namespace

// ------------------------------------------------------------------------------------------------
// Hashes of keys

KeyHash& KeyHash::add(std::string_view text) {
    length_ += text.size();
    while (filled_ != 0 && !text.empty()) {
        add_byte(static_cast<uint8_t>(text[0]));
        text.remove_prefix(1);
    }
    const bool whole = filled_ == 0 && text.size() >= 8;
    const char* end = text.data() + text.size();
    for (; text.size() >= 8; text.remove_prefix(8)) {
        hash_ = mixed(hash_, load_le<uint64_t>(as_bytes(text).data()));
    }
    if (whole && !text.empty()) {
        // The last eight bytes, less those that were taken.
        const uint64_t last = load_le<uint64_t>(as_bytes(std::string_view(end - 8, 8)).data());
        word_ = last >> (8 * (8 - text.size()));
        filled_ = static_cast<unsigned>(text.size());
        return *this;
    }
    for (char c : text) word_ |= uint64_t{static_cast<uint8_t>(c)} << (8 * filled_++);
    return *this;
}

void KeyHash::add_byte(uint8_t byte) {
    word_ |= uint64_t{byte} << (8 * filled_);
    filled_ = (filled_ + 1) % 8;
    if (filled_ == 0) hash_ = mixed(hash_, std::exchange(word_, 0));
}

uint64_t KeyHash::value() const { return mixed(mixed(hash_, word_), length_); }

uint64_t hash_of(std::string_view text) { return KeyHash().add(text).value(); }

// ------------------------------------------------------------------------------------------------
// Reader

Reader::Reader(Tape& tape, const ReadOptions& options)
    : tape_(tape),
      options_(options),
      limit_(options.length > std::numeric_limits<uint64_t>::max() - tape.offset()
                 ? std::numeric_limits<uint64_t>::max()
                 : tape.offset() + options.length) {}

Status Reader::sync() {
    auto passed = static_cast<uint64_t>(at_ - begin_);
    begin_ = at_ = end_ = nullptr;
    return passed == 0 ? Status(Done{}) : tape_.advance(passed);
}

bool Reader::refill(size_t n) {
    if (failed_) return false;
    Status moved = sync();
    if (moved.ok() && tape_.offset() >= limit_) return false;
    Result<Bytes> window = !moved.ok() ? Result<Bytes>(moved.error())
                           : n <= 1    ? tape_.peek_some()
                                       : tape_.peek(n);
    if (!window) {
        failed_ = window.error();
        return false;
    }
    begin_ = at_ = window->data();
    end_ = begin_ + std::min<uint64_t>(window->size(), limit_ - tape_.offset());
    return static_cast<size_t>(end_ - at_) >= n;
}

bool Reader::stop(FaultKind kind, const char* text) {
    if (!fault_ && !failed_) fault_ = Fault{kind, text, offset()};
    return false;
}

// False at the end.
bool Reader::skip_space() {
    while (need(1)) {
        while (at_ != end_ && is_space(*at_)) at_++;
        if (at_ != end_) return true;
    }
    return false;
}

bool Reader::next(Token& token) {
    if (fault_ || failed_ || expect_ == Expect::kNothing) return false;
    if (!is_at_mark() && !skip_space()) return stop_at_end();
    if (expect_ == Expect::kCommaOrEnd && *at_ == ',' && !pass_comma()) return false;
    if (expect_ == Expect::kColon && !pass_colon()) return false;
    token = Token{};
    token.depth = static_cast<uint32_t>(objects_.size());
    token.offset = offset();
    if (!read(token)) return false;
    token.length = offset() - token.offset;
    return true;
}

bool Reader::pass_comma() {
    at_++;
    expect_ = objects_.back() ? Expect::kKey : Expect::kValue;
    return is_at_mark() || skip_space() || stop_at_end();
}

bool Reader::pass_colon() {
    if (*at_ != ':') return stop(FaultKind::kSyntax, "a key is followed by no colon");
    at_++;
    expect_ = Expect::kValue;
    return is_at_mark() || skip_space() || stop_at_end();
}

bool Reader::read(Token& token) {
    bool ends = *at_ == '}' || *at_ == ']';
    switch (expect_) {
        case Expect::kCommaOrEnd:
            if (ends) return close(token);
            return stop(FaultKind::kSyntax, "a value is followed by neither a comma nor an end");
        case Expect::kKeyOrEnd:
            return ends ? close(token) : read_key(token);
        case Expect::kKey:
            return read_key(token);
        case Expect::kValueOrEnd:
            return ends ? close(token) : read_value(token);
        default:
            return read_value(token);
    }
}

bool Reader::read_key(Token& token) {
    if (*at_ != '"')
        return stop(FaultKind::kSyntax, "something other than a key stands in an object");
    token.kind = Kind::kKey;
    expect_ = Expect::kColon;
    return read_text(token);
}

bool Reader::read_value(Token& token) {
    if (*at_ == '{') return open(token, Kind::kObject);
    if (*at_ == '[') return open(token, Kind::kArray);
    expect_ = objects_.empty() ? Expect::kNothing : Expect::kCommaOrEnd;
    if (*at_ != '"') return read_word(token);
    token.kind = Kind::kString;
    return read_text(token);
}

bool Reader::open(Token& token, Kind kind) {
    if (objects_.size() >= options_.depth) return stop(FaultKind::kTooDeep, "it nests too deep");
    token.kind = kind;
    objects_.push_back(kind == Kind::kObject);
    expect_ = kind == Kind::kObject ? Expect::kKeyOrEnd : Expect::kValueOrEnd;
    at_++;
    return true;
}

bool Reader::close(Token& token) {
    if ((*at_ == '}') != objects_.back()) {
        return stop(FaultKind::kSyntax, "a bracket closes what another kind has opened");
    }
    token.kind = objects_.back() ? Kind::kObjectEnd : Kind::kArrayEnd;
    objects_.pop_back();
    token.depth--;
    expect_ = objects_.empty() ? Expect::kNothing : Expect::kCommaOrEnd;
    at_++;
    return true;
}

bool Reader::read_word(Token& token) {
    const uint8_t* start = at_;
    while (at_ != end_ && is_digit(*at_)) at_++;
    const auto length = static_cast<size_t>(at_ - start);
    // Most words are plain numbers.
    const bool plain = length == 1 || (length > 1 && *start != '0');
    if (plain && length <= options_.kept && at_ != end_ && !is_word(*at_)) {
        token.kind = Kind::kNumber;
        token.text = text_between(start, at_);
        return true;
    }
    while (at_ != end_ && is_word(*at_)) at_++;
    token.text = text_between(start, at_);
    if (at_ == end_ && !read_rest_of_word(token)) return false;
    if (token.text.size() > options_.kept) {
        token.cut = true;
        token.text = token.text.substr(0, options_.kept);
    }
    return classify_word(token);
}

// The word may go on behind the window.
bool Reader::read_rest_of_word(Token& token) {
    kept_.clear();
    keep(token.text, token);
    while (need(1) && is_word(*at_)) {
        const uint8_t* start = at_;
        while (at_ != end_ && is_word(*at_)) at_++;
        keep(text_between(start, at_), token);
    }
    token.text = kept_;
    return !failed_;
}

bool Reader::classify_word(Token& token) {
    const char first = token.text.empty() ? '\0' : token.text[0];
    if (first == 't' || first == 'f' || first == 'n') {
        token.kind = first == 't' ? Kind::kTrue : first == 'f' ? Kind::kFalse : Kind::kNull;
        static constexpr std::string_view kSpelled[] = {"true", "false", "null"};
        const std::string_view word = kSpelled[first == 't' ? 0 : first == 'f' ? 1 : 2];
        if (!token.cut && token.text == word) return true;
    }
    Form form = token.cut ? form_of_beginning(token.text) : form_of(token.text);
    token.kind = Kind::kNumber;
    token.loose = form == Form::kLoose;
    if (form != Form::kNone) return true;
    stop(FaultKind::kSyntax, "something other than a value stands where one has to be");
    fault_->offset = token.offset;
    return false;
}

// Most texts are plain and lie in one piece.
bool Reader::read_text(Token& token) {
    at_++;
    const uint8_t* start = at_;
    at_ = end_of_plain(at_, end_);
    std::string_view text = text_between(start, at_);
    if (at_ == end_ || *at_ != '"') return read_text_slowly(token, text);
    at_++;
    token.cut = text.size() > options_.kept;
    token.text = text.substr(0, options_.kept);
    if (token.kind == Kind::kKey) token.hash = KeyHash().add(text).value();
    return true;
}

bool Reader::read_text_slowly(Token& token, std::string_view begun) {
    kept_.clear();
    high_half_ = 0;
    hash_ = {};
    keep(begun, token);
    while (at_ != end_ || need(1)) {
        const uint8_t* start = at_;
        at_ = end_of_plain(at_, end_);
        if (start != at_) keep(text_between(start, at_), token);
        if (at_ == end_) continue;
        if (*at_ == '"') {
            at_++;
            keep_half(token);
            token.text = kept_;
            if (token.kind == Kind::kKey) token.hash = hash_.value();
            return true;
        }
        if (!(*at_ == '\\' ? read_escape(token) : read_sequence(token))) return false;
    }
    return stop_at_end();
}

void Reader::keep(std::string_view piece, Token& token) {
    keep_half(token);
    size_t room = options_.kept - kept_.size();
    token.cut = token.cut || piece.size() > room;
    kept_.append(piece.substr(0, room));
    if (token.kind == Kind::kKey) hash_.add(piece);
}

// The first half of a pair that no second half has followed.
void Reader::keep_half(Token& token) {
    if (high_half_ == 0) return;
    uint32_t half = std::exchange(high_half_, 0);
    token.surrogate = true;
    keep(to_utf8(half), token);
}

bool Reader::read_sequence(Token& token) {
    if (*at_ < 0x20) return stop(FaultKind::kSyntax, "a text holds a control character");
    size_t length = *at_ >= 0xf0 ? 4 : *at_ >= 0xe0 ? 3 : 2;
    if (!need(length)) {
        return failed_ ? false : stop(FaultKind::kNotUtf8, "a text is not UTF-8");
    }
    std::string_view sequence = as_text({at_, length});
    if (utf8_at(sequence).length != length) {
        return stop(FaultKind::kNotUtf8, "a text is not UTF-8");
    }
    keep(sequence, token);
    at_ += length;
    return true;
}

bool Reader::read_escape(Token& token) {
    token.escaped = true;
    if (!need(2)) return stop_at_end();
    static constexpr std::string_view kNames = "\"\\/bfnrt";
    static constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
    size_t known = kNames.find(static_cast<char>(at_[1]));
    if (known != std::string_view::npos) {
        at_ += 2;
        keep(kValues.substr(known, 1), token);
        return true;
    }
    if (at_[1] != 'u')
        return stop(FaultKind::kSyntax, "a text holds an escape that does not exist");
    if (!need(6)) return stop_at_end();
    std::array<uint8_t, 2> unit;
    if (!from_hex(as_text({at_ + 2, 4}), unit)) {
        return stop(FaultKind::kSyntax, "a text holds an escape that does not exist");
    }
    at_ += 6;
    keep_unit(load_be<uint16_t>(unit.data()), token);
    return true;
}

void Reader::keep_unit(uint32_t unit, Token& token) {
    if (is_low_half(unit) && high_half_ != 0) {
        uint32_t high = std::exchange(high_half_, 0);
        keep(to_utf8(0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00)), token);
        return;
    }
    if (is_high_half(unit)) {
        keep_half(token);
        high_half_ = unit;
        return;
    }
    keep(to_utf8(unit), token);
    token.surrogate = token.surrogate || is_low_half(unit);
}

// ------------------------------------------------------------------------------------------------
// Duplicate keys

namespace {

// 0 is a slot that is free.
uint64_t used(uint64_t hash) { return hash == 0 ? 1 : hash; }

// Hashes of keys are no secret, so a document could be made whose keys all want the same slot.
// Nobody outside knows which that is; what is found does not depend on it.
uint64_t make_multiplier() {
    std::random_device random;
    return (uint64_t{random()} << 32 | random()) | 1;
}

}  // namespace

void DuplicateKeys::open() { objects_.push_back({keys_.size(), 0, {}}); }

void DuplicateKeys::close() {
    keys_.resize(objects_.back().first);
    slot_bytes_ -= objects_.back().slots.size() * sizeof(uint64_t);
    objects_.pop_back();
}

bool DuplicateKeys::has(uint64_t hash) const {
    hash = used(hash);
    const Object& object = objects_.back();
    if (!object.slots.empty()) return object.slots[slot_of(object.slots, hash)] == hash;
    auto first = keys_.begin() + static_cast<std::ptrdiff_t>(object.first);
    return std::find(first, keys_.end(), hash) != keys_.end();
}

bool DuplicateKeys::add(uint64_t hash) {
    hash = used(hash);
    Object& object = objects_.back();
    object.count++;
    if (object.slots.empty() && object.count <= kFew) {
        if (has(hash)) return false;
        keys_.push_back(hash);
        return true;
    }
    if (object.count * 4 > object.slots.size() * 3) grow(object);
    return insert(object.slots, hash);
}

void DuplicateKeys::grow(Object& object) {
    std::vector<uint64_t> old = std::move(object.slots);
    object.slots.assign(std::max<size_t>(4 * kFew, 2 * old.size()), 0);
    slot_bytes_ += (object.slots.size() - old.size()) * sizeof(uint64_t);
    for (uint64_t hash : old) {
        if (hash != 0) insert(object.slots, hash);
    }
    for (size_t i = object.first; i < keys_.size(); i++) insert(object.slots, keys_[i]);
    keys_.resize(object.first);
}

// Where it is, or would be put. There is always a slot that is free.
size_t DuplicateKeys::slot_of(const std::vector<uint64_t>& slots, uint64_t hash) {
    static const uint64_t kMultiplier = make_multiplier();
    const size_t mask = slots.size() - 1;
    size_t at = ((hash ^ hash >> 32) * kMultiplier >> 32) & mask;
    while (slots[at] != 0 && slots[at] != hash) at = (at + 1) & mask;
    return at;
}

bool DuplicateKeys::insert(std::vector<uint64_t>& slots, uint64_t hash) {
    return std::exchange(slots[slot_of(slots, hash)], hash) == 0;
}

size_t DuplicateKeys::bytes() const {
    return slot_bytes_ + keys_.capacity() * sizeof(uint64_t) + objects_.capacity() * sizeof(Object);
}

}  // namespace assay::json
