#include "safetensors_header.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "assay/place.h"
#include "safetensors_dtypes.h"
#include "safetensors_metadata.h"
#include "safetensors_names.h"
#include "safetensors_rules.h"
#include "text/json.h"

namespace assay::safetensors {

namespace {

using json::Kind;

constexpr size_t kKept = kMiB;        // of a text
constexpr size_t kUnpaid = 64 << 10;  // of a text; longer ones are paid for
constexpr size_t kNameKept = 4096;
constexpr uint32_t kNested = 4;     // containers around anything; the format has three
constexpr uint32_t kDeepest = 127;  // the reference reader gives up then
constexpr uint64_t kMaxMetadata = kMiB;
constexpr uint64_t kMaxSearched = 16 * kMiB;  // of the metadata
constexpr size_t kMaxRank = 64;
constexpr size_t kShapeKept = 1000;
constexpr uint64_t kExact = uint64_t{1} << 53;  // where numbers in JavaScript end
constexpr size_t kPayEvery = 256;               // tensors or keys, which may stay unpaid that long

// A number as the reference reader takes it: digits that make 64 bits.
std::optional<uint64_t> plain_number(std::string_view text) {
    uint64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool leading_zero = text.size() > 1 && text[0] == '0';
    if (fault != std::errc{} || end != text.data() + text.size() || leading_zero) return {};
    return number;
}

const Rule& rule_of_padding(uint8_t byte) {
    if (byte == '\t' || byte == '\r' || byte == '\n') return rule("header.padding_not_space");
    return byte == 0 ? rule("header.padding_nul") : rule("header.trailing_bytes");
}

enum Field : size_t { kDtype, kShape, kOffsets };
constexpr std::string_view kFields[] = {"dtype", "shape", "data_offsets"};

// How many items a shape has: as the reference reader multiplies, and without the zeros.
struct Items {
    uint64_t count = 1;
    uint64_t nonzero = 1;
    bool overflow = false;
    bool masked = false;

    void multiply(uint64_t by) {
        overflow |= __builtin_mul_overflow(count, by, &count);
        if (by != 0) masked |= __builtin_mul_overflow(nonzero, by, &nonzero);
    }
};

// What is known of the tensor that is being read; used again for the next.
struct Entry {
    uint64_t where = 0;
    std::string name;    // decoded, at most kNameKept of it
    bool plain = false;  // it needs no escaping
    bool cut = false;
    std::array<bool, 3> seen{};
    const Dtype* dtype = nullptr;
    bool has_shape = false;  // one that was understood
    std::vector<uint64_t> shape;
    size_t rank = 0;
    Items items;
    bool has_offsets = false;
    std::array<uint64_t, 2> offsets{};

    void start(const json::Token& key) {
        where = key.offset;
        name.assign(key.text.substr(0, kNameKept));
        cut = key.cut || key.text.size() > kNameKept;
        seen = {};
        dtype = nullptr;
        has_shape = has_offsets = false;
    }
};

class HeaderReader {
  public:
    HeaderReader(Tape& tape, ScanContext& context, uint64_t length)
        : tape_(tape), context_(context), end_(tape.offset() + length), names_(context) {}

    Result<Header> read();

  private:
    Status read_front();
    Status read_padding();
    Status pass_junk();
    Error cut_off();
    Error fault();

    // These read on from the token at hand and end on the last one that they need; false when
    // there is no going on, which fault() explains.
    bool next();
    bool skip();
    bool read_root();
    bool read_metadata();
    bool read_metadata_value();
    bool read_tensor();
    bool read_tensor_list();
    bool read_field();
    bool read_value(Field field);
    bool read_dtype();
    bool read_shape();
    bool read_offsets();
    bool read_number(std::optional<uint64_t>& number);
    bool pay();

    void finish_tensor();
    void check_size();
    void check_bytes(uint64_t bits);
    void place_tensor();
    void wrong(std::string_view what);
    void about_tensor(const Rule& found, std::string_view what = "",
                      std::optional<Severity> severity = std::nullopt);

    Tape& tape_;
    ScanContext& context_;
    const uint64_t end_;
    std::optional<json::Reader> reader_;
    json::Token token_;
    TensorNames names_;
    Header header_;
    Entry entry_;
    bool too_deep_ = false;
    bool has_metadata_ = false;
    json::DuplicateKeys metadata_keys_;
    std::string key_;  // of the metadata
    size_t keys_ = 0;
    uint64_t searched_ = 0;  // bytes of its values
    size_t longest_ = 0;     // text of all
    size_t paid_ = 0;
    std::optional<Error> error_;
};

Result<Header> HeaderReader::read() {
    Status front = read_front();
    if (!front) return front.error();
    reader_.emplace(tape_, json::ReadOptions{end_ - tape_.offset(), kKept, kDeepest});
    const bool understood = read_root();
    Status moved = reader_->sync();
    if (!understood && header_.cut) return std::move(header_);
    if (!understood) return fault();
    if (moved) moved = read_padding();
    if (!moved) return moved.error();
    return std::move(header_);
}

// ------------------------------------------------------------------------------------------------
// What stands around the JSON

Status HeaderReader::read_front() {
    const uint64_t start = tape_.offset();
    Result<Bytes> head = tape_.peek(static_cast<size_t>(std::min<uint64_t>(3, end_ - start)));
    if (!head) return head.error();
    if (starts_with(*head, "\xef\xbb\xbf")) {
        context_.report(rule("header.bom"), start, 3, "");
        return tape_.advance(3);
    }
    const bool space = !head->empty() && as_text(head->first(1)).find_first_of(" \t\r\n") == 0;
    if (space) context_.report(rule("header.leading_whitespace"), start, 1, "");
    return Done{};
}

// Spaces up to the end of the header; what else there is is told once for each kind.
Status HeaderReader::read_padding() {
    const Rule* told = nullptr;
    while (tape_.offset() < end_) {
        Result<Bytes> bytes = tape_.peek_some();
        if (!bytes) return bytes.error();
        if (bytes->empty()) return cut_off();
        const Bytes part = bytes->first(std::min<uint64_t>(bytes->size(), end_ - tape_.offset()));
        const auto* other = std::find_if(part.data(), part.data() + part.size(),
                                         [](uint8_t byte) { return byte != ' '; });
        const auto spaces = static_cast<size_t>(other - part.data());
        if (spaces < part.size()) {
            const Rule& found = rule_of_padding(*other);
            if (&found != told) context_.report(found, tape_.offset() + spaces, 0, "");
            told = &found;
            if (&found == &rule("header.trailing_bytes")) return pass_junk();
        }
        Status moved = tape_.advance(std::min(spaces + 1, part.size()));
        if (!moved) return moved;
    }
    return Done{};
}

Status HeaderReader::pass_junk() {
    context_.incomplete(Coverage::kMalformed, rule("header.trailing_bytes").message);
    Status moved = tape_.advance(end_ - tape_.offset());
    const bool cut = !moved && moved.error().code == Code::kTruncated;
    return cut ? cut_off() : moved;
}

// Only where the size was not known before.
Error HeaderReader::cut_off() {
    const Rule& found = rule("header.len_exceeds_file");
    context_.report(found, tape_.offset(), 0, "");
    return {Code::kMalformed, found.message.data(), tape_.offset(), 0};
}

// Why there was no going on.
Error HeaderReader::fault() {
    if (error_) return *error_;
    if (reader_->failed()) return *reader_->failed();
    const std::optional<json::Fault>& fault = reader_->fault();
    const uint64_t at = fault ? fault->offset : token_.offset;
    auto refuse = [&](const Rule& found, std::string_view detail,
                      std::optional<Severity> severity = std::nullopt) {
        context_.report(found, at, 0, detail, severity);
        return Error{Code::kMalformed, found.message.data(), at, 0};
    };
    if (!fault) return refuse(rule("header.not_object"), "");
    switch (fault->kind) {
        case json::FaultKind::kNotUtf8:
            return refuse(rule("header.not_utf8"), fault->text);
        case json::FaultKind::kTooDeep:
            return refuse(rule("header.depth"), "the reference reader gives up",
                          too_deep_ ? std::nullopt : std::optional(Severity::kHigh));
        case json::FaultKind::kEndsEarly:
            if (at < end_ && tape_.at_end()) return cut_off();
            [[fallthrough]];
        case json::FaultKind::kSyntax:
            break;
    }
    return refuse(rule("header.not_json"), fault->text);
}

// ------------------------------------------------------------------------------------------------
// Tokens

bool HeaderReader::next() {
    if (error_ || !reader_->next(token_)) return false;
    if (token_.text.size() > longest_) {
        longest_ = token_.text.size();
        if (longest_ > kUnpaid && !pay()) return false;
    }
    if (token_.depth > kNested && !too_deep_) {
        too_deep_ = true;
        context_.report(rule("header.depth"), token_.offset, token_.length, "");
    }
    if (token_.surrogate) {
        context_.report(rule("header.not_json"), token_.offset, token_.length,
                        "a text holds half of a surrogate pair");
    }
    return true;
}

// All of the value that the token begins.
bool HeaderReader::skip() {
    const uint32_t depth = token_.depth;
    while (true) {
        if (token_.loose) {
            context_.report(rule("header.not_json"), token_.offset, token_.length, token_.text);
        }
        const bool open = token_.kind == Kind::kObject || token_.kind == Kind::kArray;
        if (token_.depth == depth && !open && token_.kind != Kind::kKey) return true;
        if (!next()) return false;
    }
}

// The reader's pins and the context's pay for what grows with the header.
bool HeaderReader::pay() {
    if (context_.stop_requested()) error_ = Error{Code::kInterrupted, "interrupted"};
    const size_t hashes = names_.bytes() + metadata_keys_.bytes();
    const size_t texts = longest_ > kUnpaid ? 2 * longest_ : 0;
    const size_t needed = header_.extents.bytes() + hashes + hashes / 2 + texts;
    if (error_ || needed <= paid_) return !error_;
    constexpr size_t kStep = 64 << 10;
    const size_t more = (needed - paid_ + kStep - 1) / kStep * kStep;
    if (context_.reserve(more)) {
        paid_ += more;
        return true;
    }
    context_.report(rules::kLimitHeader, token_.offset, 0,
                    fmt::format("after {} tensors", header_.tensors));
    context_.incomplete(Coverage::kCutByLimit, rules::kLimitHeader.message);
    header_.cut = true;
    header_.complete = false;
    return false;
}

// ------------------------------------------------------------------------------------------------
// The object and its metadata

bool HeaderReader::read_root() {
    if (!next() || token_.kind != Kind::kObject) return false;
    while (next()) {
        if (token_.kind == Kind::kObjectEnd) return true;
        const bool metadata = token_.text == "__metadata__" && !token_.cut;
        if (!(metadata ? read_metadata() : read_tensor())) return false;
    }
    return false;
}

bool HeaderReader::read_metadata() {
    if (std::exchange(has_metadata_, true)) {
        context_.report(rule("header.dup_metadata"), token_.offset, token_.length, "");
    }
    if (token_.escaped) {
        context_.report(rule("header.wrong_shape_of_json"), token_.offset, token_.length,
                        "__metadata__ is spelled with escapes");
    }
    if (!next()) return false;
    const uint64_t start = token_.offset;
    if (token_.kind != Kind::kObject) {
        const bool null = token_.kind == Kind::kNull;
        context_.report(null ? rule("metadata.null") : rule("metadata.not_string_map"), start,
                        token_.length, "");
        return skip();
    }
    metadata_keys_.open();
    while (next() && token_.kind == Kind::kKey) {
        if (!read_metadata_value()) return false;
    }
    if (token_.kind != Kind::kObjectEnd) return false;
    metadata_keys_.close();
    const uint64_t length = token_.offset + 1 - start;
    if (length > kMaxMetadata) context_.report(rule("metadata.too_large"), start, length, "");
    return true;
}

bool HeaderReader::read_metadata_value() {
    key_.assign(token_.text);
    if (!metadata_keys_.add(token_.hash)) {
        context_.report(rule("header.dup_metadata"), token_.offset, token_.length, key_);
    }
    if (++keys_ % kPayEvery == 0 && !pay()) return false;
    if (!next()) return false;
    if (token_.kind != Kind::kString) {
        context_.report(rule("metadata.not_string_map"), token_.offset, token_.length, key_);
        return skip();
    }
    searched_ += token_.length;
    if (searched_ > kMaxSearched) {
        context_.incomplete(Coverage::kCutByLimit, "there is more metadata than is searched");
        return true;
    }
    Status checked = check_metadata(key_, token_, context_);
    if (!checked) error_ = checked.error();
    return checked.ok();
}

// ------------------------------------------------------------------------------------------------
// Tensors

void HeaderReader::about_tensor(const Rule& found, std::string_view what,
                                std::optional<Severity> severity) {
    constexpr size_t kShown = 200;
    std::string detail = entry_.name.substr(0, kShown);
    if (!what.empty()) detail.append(": ").append(what);
    context_.report(found, entry_.where, 0, detail, severity);
}

void HeaderReader::wrong(std::string_view what) {
    about_tensor(rule("header.wrong_shape_of_json"), what);
}

bool HeaderReader::read_tensor() {
    entry_.start(token_);
    entry_.plain = names_.add(token_);
    if (!next()) return false;
    if (token_.kind == Kind::kArray) {
        if (!read_tensor_list()) return false;
    } else if (token_.kind == Kind::kObject) {
        while (next() && token_.kind == Kind::kKey) {
            if (!read_field()) return false;
        }
        if (token_.kind != Kind::kObjectEnd) return false;
    } else {
        wrong("it is described by neither an object nor a list");
        if (!skip()) return false;
    }
    finish_tensor();
    return header_.tensors % kPayEvery != 0 || pay();
}

// Readers that are generated from a declaration take the fields without their names as well.
bool HeaderReader::read_tensor_list() {
    wrong("its fields are a list");
    const uint32_t depth = token_.depth;
    for (size_t i = 0; next(); i++) {
        if (token_.depth == depth && token_.kind == Kind::kArrayEnd) return true;
        if (i < std::size(kFields)) entry_.seen[i] = true;
        if (!(i < std::size(kFields) ? read_value(static_cast<Field>(i)) : skip())) return false;
    }
    return false;
}

bool HeaderReader::read_field() {
    const auto* known = std::find(std::begin(kFields), std::end(kFields), token_.text);
    if (known == std::end(kFields) || token_.cut) {
        about_tensor(rule("header.unknown_field"), token_.text.substr(0, 100));
        return next() && skip();
    }
    const auto field = static_cast<size_t>(known - std::begin(kFields));
    if (std::exchange(entry_.seen[field], true)) about_tensor(rule("header.dup_field"), *known);
    return next() && read_value(static_cast<Field>(field));
}

bool HeaderReader::read_value(Field field) {
    switch (field) {
        case kDtype:
            return read_dtype();
        case kShape:
            return read_shape();
        default:
            return read_offsets();
    }
}

bool HeaderReader::read_dtype() {
    entry_.dtype = nullptr;
    const uint32_t depth = token_.depth;
    const bool object = token_.kind == Kind::kObject;
    if (token_.kind != Kind::kString) wrong("its type is no text");
    if (object && !next()) return false;
    if (token_.kind == Kind::kString || (object && token_.kind == Kind::kKey)) {
        entry_.dtype = token_.cut ? nullptr : dtype_named(token_.text);
        if (!entry_.dtype) about_tensor(rule("dtype.unknown"), token_.text.substr(0, 100));
    }
    if (!object) return skip();
    while (token_.depth != depth || token_.kind != Kind::kObjectEnd) {
        if (!next()) return false;
    }
    return true;
}

bool HeaderReader::read_shape() {
    entry_.has_shape = false;
    entry_.shape.clear();
    entry_.rank = 0;
    entry_.items = {};
    if (token_.kind != Kind::kArray) {
        wrong("its shape is no list");
        return skip();
    }
    const uint32_t depth = token_.depth;
    bool understood = true;
    while (next()) {
        if (token_.depth == depth && token_.kind == Kind::kArrayEnd) {
            entry_.has_shape = understood;
            return true;
        }
        std::optional<uint64_t> length;
        if (!read_number(length)) return false;
        understood &= length.has_value();
        entry_.rank++;
        if (entry_.shape.size() < kShapeKept) entry_.shape.push_back(length.value_or(0));
        entry_.items.multiply(length.value_or(1));
    }
    return false;
}

bool HeaderReader::read_offsets() {
    entry_.has_offsets = false;
    if (token_.kind != Kind::kArray) {
        wrong("its offsets are no list");
        return skip();
    }
    const uint32_t depth = token_.depth;
    size_t count = 0;
    bool understood = true;
    while (next()) {
        if (token_.depth == depth && token_.kind == Kind::kArrayEnd) {
            if (count != 2) wrong("its offsets are not two");
            entry_.has_offsets = understood && count == 2;
            return true;
        }
        std::optional<uint64_t> offset;
        if (!read_number(offset)) return false;
        understood &= offset.has_value();
        if (count < 2) entry_.offsets[count] = offset.value_or(0);
        count++;
    }
    return false;
}

// What is no number is a finding and passed over.
bool HeaderReader::read_number(std::optional<uint64_t>& number) {
    if (token_.kind != Kind::kNumber && token_.kind != Kind::kString) {
        wrong("something other than a number stands among its numbers");
        return skip();
    }
    if (token_.kind == Kind::kNumber && !token_.cut) number = plain_number(token_.text);
    if (number && *number <= kExact) return true;
    about_tensor(rule("number.form"), token_.text.substr(0, 100),
                 number ? std::optional(Severity::kInfo) : std::nullopt);
    return true;
}

void HeaderReader::finish_tensor() {
    header_.tensors++;
    for (size_t i = 0; i < std::size(kFields); i++) {
        if (!entry_.seen[i]) wrong(fmt::format("it has no {}", kFields[i]));
    }
    if (entry_.has_offsets && entry_.offsets[1] < entry_.offsets[0]) {
        about_tensor(rule("offset.reversed"),
                     fmt::format("{} to {}", entry_.offsets[0], entry_.offsets[1]));
        entry_.has_offsets = false;
    }
    if (entry_.has_shape) check_size();
    if (entry_.has_offsets) place_tensor();
    if (!entry_.has_offsets) header_.complete = false;
    if (!entry_.has_shape || !entry_.dtype) {
        context_.incomplete(Coverage::kMalformed, "the size of a tensor cannot be told");
    }
}

void HeaderReader::check_size() {
    if (entry_.rank > kMaxRank) {
        about_tensor(rule("shape.rank_excess"), fmt::format("{}", entry_.rank));
    }
    const uint64_t width = entry_.dtype ? entry_.dtype->bits : 1;
    uint64_t bits = 0;
    if (entry_.items.overflow || __builtin_mul_overflow(entry_.items.count, width, &bits)) {
        return about_tensor(rule("shape.overflow"));
    }
    uint64_t unmasked = 0;
    if (entry_.items.masked || __builtin_mul_overflow(entry_.items.nonzero, width, &unmasked)) {
        about_tensor(rule("shape.overflow_masked_by_zero"));
    }
    if (entry_.dtype) check_bytes(bits);
}

void HeaderReader::check_bytes(uint64_t bits) {
    if (bits % 8 != 0) return about_tensor(rule("dtype.subbyte_misaligned"));
    if (!entry_.has_offsets) return;
    const auto [begin, end] = entry_.offsets;
    if (end - begin != bits / 8) {
        about_tensor(rule("offset.size_mismatch"),
                     fmt::format("{} bytes, not {}", end - begin, bits / 8));
    }
    const uint64_t item = entry_.dtype->bits / 8;
    if (item > 1 && begin % item != 0) {
        about_tensor(rule("offset.misaligned"), fmt::format("at {}", begin));
    }
}

void HeaderReader::place_tensor() {
    const auto [begin, end] = entry_.offsets;
    header_.extents.add({begin, end, entry_.where});
    if (!entry_.cut) context_.fact({"tensor", entry_.name, std::to_string(end - begin)});
    if (end > UINT64_MAX - end_) return;  // nowhere in any file
    TensorRecord tensor;
    tensor.name = entry_.plain ? entry_.name : escape_path(entry_.name);
    if (entry_.dtype) tensor.dtype = entry_.dtype->name;
    if (entry_.has_shape) tensor.shape = entry_.shape;
    tensor.begin = end_ + begin;
    tensor.end = end_ + end;
    context_.tensor(std::move(tensor));
}

}  // namespace

Result<Header> read_header(Tape& tape, ScanContext& context, uint64_t length) {
    return HeaderReader(tape, context, length).read();
}

}  // namespace assay::safetensors
