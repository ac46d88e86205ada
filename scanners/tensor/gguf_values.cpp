#include "gguf_values.h"

#include <fmt/core.h>

#include <array>
#include <bit>

#include "gguf_rules.h"
#include "gguf_template.h"

namespace assay::gguf {

namespace {

struct ValueType {
    std::string_view name;
    size_t size;  // 0: it has a length of its own
};

constexpr std::array<ValueType, 13> kValueTypes = {{{"u8", 1},
                                                    {"i8", 1},
                                                    {"u16", 2},
                                                    {"i16", 2},
                                                    {"u32", 4},
                                                    {"i32", 4},
                                                    {"f32", 4},
                                                    {"bool", 1},
                                                    {"string", 0},
                                                    {"array", 0},
                                                    {"u64", 8},
                                                    {"i64", 8},
                                                    {"f64", 8}}};

constexpr size_t kKeptKey = 256;
constexpr size_t kKeptValue = 200;
constexpr uint64_t kLongestKey = 65535;
constexpr uint64_t kMostItems = uint64_t{1} << 30;  // of an array, and bytes of a string
constexpr uint64_t kMostShown = 1000;
// The Python package keeps what stands in the head under these names.
constexpr std::string_view kTaken[] = {"GGUF.version", "GGUF.tensor_count", "GGUF.kv_count"};
constexpr std::string_view kTemplates[] = {"tokenizer.chat_template", "tokenizer.chat_templates"};

std::string number_text(uint32_t type, uint64_t value) {
    switch (type) {
        case 1:
            return fmt::format("{}", static_cast<int8_t>(value));
        case 3:
            return fmt::format("{}", static_cast<int16_t>(value));
        case 5:
            return fmt::format("{}", static_cast<int32_t>(value));
        case 6:
            return fmt::format("{}", std::bit_cast<float>(static_cast<uint32_t>(value)));
        case 7:
            return value == 0 ? "false" : "true";
        case 11:
            return fmt::format("{}", static_cast<int64_t>(value));
        case 12:
            return fmt::format("{}", std::bit_cast<double>(value));
        default:
            return fmt::format("{}", value);
    }
}

// Addresses that a tool would open, whatever the case; not just words with a colon behind them.
bool leads_outside(std::string_view text) {
    constexpr std::string_view kStarts[] = {
        "file://",     "ftp://",     "sftp://",           "smb://", "ssh://", "git+",
        "javascript:", "data:text/", "data:application/", "\\\\"};
    std::string start(text.substr(0, 32));
    for (char& c : start) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return std::any_of(std::begin(kStarts), std::end(kStarts),
                       [&](std::string_view known) { return start.starts_with(known); });
}

}  // namespace

Error ends_early(const Reader& reader, ScanContext& context, std::string_view where) {
    if (reader.failed()) return *reader.failed();
    const Rule& found = rule("data.truncated");
    context.report(found, reader.offset(), 0, where);
    return {Code::kMalformed, found.message.data(), reader.offset()};
}

Error MetadataReader::ended() { return ends_early(reader_, context_, "in the metadata"); }

Error MetadataReader::refuse(const Rule& found, uint64_t offset) {
    if (reader_.failed()) return *reader_.failed();
    report(found, offset);
    return {Code::kMalformed, found.message.data(), offset};
}

Status MetadataReader::read(uint64_t count, Metadata& metadata) {
    metadata_ = &metadata;
    for (uint64_t i = 0; i < count; i++) {
        if (i % 4096 == 0 && context_.stop_requested()) return Error{Code::kInterrupted, ""};
        Status read = read_pair();
        if (!read) return read;
    }
    seen_.each_repeated([&](uint64_t at) {
        context_.report(rule("kv.dup_key"), at, 0, "a name that came before");
    });
    return Done{};
}

Status MetadataReader::read_pair() {
    const uint64_t offset = reader_.offset();
    Status key = read_key();
    if (!key) return key;
    if (!seen_.add(key_.hash, offset)) {
        return Error{Code::kLimit, "there are more metadata entries than memory allows", offset};
    }
    return read_value();
}

// Of a string, which is all there as far as can be told.
Result<uint64_t> MetadataReader::read_length() {
    const uint64_t offset = reader_.offset();
    const uint64_t length = reader_.u64();
    if (!reader_.ok()) return ended();
    if (!reader_.may_follow(length)) return refuse(rule("string.len_exceeds_file"), offset);
    if (length > kMostItems) report(rule("count.huge"), offset, length);
    return length;
}

Status MetadataReader::read_key() {
    const uint64_t offset = reader_.offset();
    key_ = {};
    Result<uint64_t> length = read_length();
    if (!length) return length.error();
    key_ = reader_.text(*length, kKeptKey);
    if (!reader_.ok()) return refuse(rule("string.len_exceeds_file"), offset);
    if (key_.length == 0) report(rule("kv.empty_key"), offset);
    if (key_.length > kLongestKey) report(rule("kv.key_too_long"), offset, key_.length);
    if (!key_.is_utf8) report(rule("kv.string_not_utf8"), offset, key_.length);
    if (!key_.is_printable) report(rule("kv.key_charset"), offset, key_.length);
    if (key_.has_nul) report(rule("kv.string_nul"), offset, key_.length);
    for (std::string_view taken : kTaken) {
        if (key_.kept == taken) report(rule("kv.dup_key"), offset, key_.length);
    }
    return Done{};
}

Status MetadataReader::read_value() {
    const uint64_t offset = reader_.offset();
    const uint32_t type = reader_.u32();
    if (!reader_.ok()) return ended();
    if (type >= kTypes) return refuse(rule("kv.bad_type"), offset);
    if (type != kU32 && key_.kept == "general.alignment") set_alignment(type, 0, offset);
    if (type == kString) return read_string();
    if (type == kArray) return read_array();
    return read_number(type);
}

// ------------------------------------------------------------------------------------------------
// Numbers

Status MetadataReader::read_number(uint32_t type) {
    const uint64_t offset = reader_.offset();
    const uint64_t value = reader_.number_of(kValueTypes[type].size);
    if (!reader_.ok()) return ended();
    use_number(type, value, offset);
    if (wants_properties()) show(number_text(type, value));
    return Done{};
}

void MetadataReader::use_number(uint32_t type, uint64_t value, uint64_t offset) {
    constexpr uint32_t kU16 = 2;
    constexpr uint32_t kI32 = 5;
    if (type == kBool && value > 1) report(rule("kv.bool_not_01"), offset, 1);
    const std::string_view key = key_.kept;
    if (key == "general.alignment" && type == kU32) set_alignment(type, value, offset);
    if (key == "split.no") set_split(metadata_->split_no, type == kU16, value);
    if (key == "split.count") set_split(metadata_->split_count, type == kU16, value);
    if (key == "split.tensors.count") set_split(metadata_->split_tensors, type == kI32, value);
}

void MetadataReader::set_alignment(uint32_t type, uint64_t value, uint64_t offset) {
    metadata_->alignment_valid = type == kU32 && std::has_single_bit(value);
    if (type != kU32) return report(rule("align.wrong_type"), offset);
    if (!metadata_->alignment_valid) return report(rule("align.invalid"), offset, 4);
    if (value > 4096) report(rule("align.excess"), offset, 4);
    metadata_->alignment = value;
}

void MetadataReader::set_split(std::optional<uint64_t>& part, bool right_type, uint64_t value) {
    part = value;
    if (!right_type) {
        context_.report(rule("split.inconsistent"), reader_.offset(), 0,
                        fmt::format("{} is of another type", key_.kept));
    }
}

// ------------------------------------------------------------------------------------------------
// Strings and arrays

Status MetadataReader::read_string() {
    const uint64_t offset = reader_.offset();
    Result<uint64_t> length = read_length();
    if (!length) return length.error();
    if (is_template()) return read_template(*length);
    Text text = reader_.text(*length, kKeptValue);
    if (!reader_.ok()) return refuse(rule("string.len_exceeds_file"), offset);
    judge(text);
    if (wants_properties()) show(text.kept);
    return Done{};
}

void MetadataReader::judge(const Text& text) {
    if (text.has_nul) report(rule("kv.string_nul"), text.offset, text.length);
    if (!text.is_utf8) report(rule("kv.string_not_utf8"), text.offset, text.length);
    judge_reference(text);
}

// Models name their home pages, so addresses as such mean nothing; a tokenizer has none. What
// quantisation was done with lies on the disks of whoever did it.
void MetadataReader::judge_reference(const Text& text) {
    if (key_.kept.starts_with("quantize.")) return;
    const std::string_view value = text.kept;
    const bool web = value.starts_with("http://") || value.starts_with("https://");
    if (leads_outside(value) || (web && key_.kept.starts_with("tokenizer."))) {
        context_.report(rule("meta.remote_ref"), text.offset, text.length,
                        fmt::format("{}: {}", key_.kept, value));
    }
}

bool MetadataReader::is_template() const {
    return std::find(std::begin(kTemplates), std::end(kTemplates), key_.kept) !=
               std::end(kTemplates) ||
           key_.kept.starts_with("tokenizer.chat_template.");
}

Status MetadataReader::read_template(uint64_t length) {
    const uint64_t offset = reader_.offset();
    if (length > kLargestTemplate) {
        report(rule("template.too_large"), offset, length);
        context_.incomplete(Coverage::kCutByLimit, rule("template.too_large").message);
        reader_.skip(length);
    } else {
        Result<Bytes> bytes = reader_.whole(static_cast<size_t>(length));
        if (!bytes) return bytes.error();
        if (bytes->size() == length) scan_template(key_.kept, as_text(*bytes), offset, context_);
        if (wants_properties()) show(as_text(*bytes).substr(0, kKeptValue));
    }
    if (!reader_.ok()) return refuse(rule("string.len_exceeds_file"), offset);
    return Done{};
}

Status MetadataReader::read_array() {
    const uint64_t offset = reader_.offset();
    const uint32_t type = reader_.u32();
    const uint64_t count = reader_.u64();
    if (!reader_.ok()) return ended();
    if (type >= kTypes) return refuse(rule("kv.bad_type"), offset);
    if (type == kArray) return refuse(rule("kv.nested_array"), offset);
    const uint64_t size = type == kString ? sizeof(uint64_t) : kValueTypes[type].size;
    uint64_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes) || !reader_.may_follow(bytes)) {
        return refuse(rule("array.len_exceeds_file"), offset);
    }
    if (count > kMostItems) report(rule("count.huge"), offset);
    if (wants_properties()) show(fmt::format("{} × {}", count, kValueTypes[type].name));
    Status read = read_items(type, count);
    if (!read) return read;
    return reader_.ok() ? Status(Done{}) : refuse(rule("array.len_exceeds_file"), offset);
}

Status MetadataReader::read_items(uint32_t type, uint64_t count) {
    if (type == kString) return read_strings(count);
    if (type == kBool) return read_truths(count);
    reader_.skip(count * kValueTypes[type].size);
    return Done{};
}

Status MetadataReader::read_strings(uint64_t count) {
    const bool templates = is_template();
    for (uint64_t done = 0; done < count && reader_.ok(); done++) {
        if (!templates) done += reader_.skip_texts(count - done);
        if (done == count) break;
        const uint64_t offset = reader_.offset();
        const uint64_t length = reader_.u64();
        if (!reader_.ok()) break;
        if (!reader_.may_follow(length)) return refuse(rule("string.len_exceeds_file"), offset);
        if (!templates) {
            reader_.skip(length);
            continue;
        }
        Status read = read_template(length);
        if (!read) return read;
    }
    return Done{};
}

Status MetadataReader::read_truths(uint64_t count) {
    const uint64_t offset = reader_.offset();
    bool good = true;
    while (count > 0 && reader_.ok()) {
        Bytes some = reader_.some(count);
        good &= std::all_of(some.begin(), some.end(), [](uint8_t byte) { return byte < 2; });
        count -= some.size();
    }
    if (!good) report(rule("kv.bool_not_01"), offset);
    return Done{};
}

void MetadataReader::show(std::string_view value) {
    if (shown_++ < kMostShown) context_.property(key_.kept, value);
}

}  // namespace assay::gguf
