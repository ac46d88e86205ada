// MessagePack as Flax and JAX write parameters (flax_model.msgpack).
//
//   00-7f, e0-ff   small numbers         80-8f, de, df  maps      90-9f, dc, dd  lists
//   a0-bf, d9-db   texts                 c4-c6          bytes     c0, c2, c3     nil, false, true
//   ca, cb         floats                cc-d3          numbers   c7-c9, d4-d8   extensions
//
// An extension is a length, a code and bytes. Flax's are 1, an array: MessagePack again, [shape,
// name of the type, bytes]; 2, a complex number; 3, a scalar, like an array. Arrays of gigabytes
// come as maps of chunks.
//
// How it is bent: lengths and counts that nothing backs, of which readers allocate; nesting, since
// readers recurse; a key twice; shapes that do not fit their bytes; types that hold objects.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "formats.h"
#include "pickle/utf8_check.h"
#include "text/json.h"

namespace assay {

namespace flax {

namespace {

constexpr Rule kRules[] = {
    {"msgpack.depth", Severity::kHigh, "values lie deeper in each other than in any model",
     "Readers call themselves for every level and exhaust the stack. What lies deeper was not "
     "looked at.",
     "Distrust the file.", "CWE-674"},
    {"msgpack.len_exceeds_file", Severity::kHigh, "a length or a count is more than the file holds",
     "The file is cut, or its lengths lie; readers allocate by them.", "Fetch the file again.",
     "CWE-130 CWE-789"},
    {"msgpack.trailing", Severity::kHigh, "bytes follow the document",
     "Readers refuse the file or ignore them; anything can be carried along. They were scanned on "
     "their own.",
     "Find out what they are, or save the parameters again.", ""},
    {"msgpack.dup_key", Severity::kHigh, "a map has a key twice",
     "Readers differ in which of them counts: other weights are checked than are loaded.",
     "Distrust the file: Flax writes each key once.", "CWE-436"},
    {"msgpack.text.not_utf8", Severity::kMedium, "a text is not UTF-8",
     "Flax and most readers refuse the file; others read other names than were written.",
     "Fetch the file again.", "CWE-176"},
    {"flax.ext.unknown", Severity::kHigh, "an extension that Flax does not have",
     "What it means is up to the program that reads it; some unpickle it.",
     "Find out which program wrote the file.", "CWE-502"},
    {"flax.array.size_mismatch", Severity::kHigh, "an array's shape does not fit its bytes",
     "The file was edited, or cut; readers in other languages read beyond the bytes.",
     "Fetch the file again.", "CWE-130"},
    {"flax.array.object_dtype", Severity::kHigh, "an array's type holds Python objects",
     "Its bytes would be pointers into memory: numpy refuses them, others may follow them.",
     "Distrust the file: parameters are numbers.", "CWE-822"},
};

consteval const Rule& rule(std::string_view id) {
    for (const Rule& known : kRules) {
        if (known.id == id) return known;
    }
    throw "no such rule";  // does not compile
}

constexpr size_t kDepth = 512;
constexpr size_t kKeptKey = 128;
constexpr size_t kArrayHead = 1024;  // of an array: shape and type
constexpr size_t kRank = 32;

// ------------------------------------------------------------------------------------------------
// One value

enum class Class : uint8_t { kPlain, kText, kBytes, kList, kMap, kExtension, kNone };

struct Head {
    Class kind = Class::kNone;
    size_t size = 0;      // of the head itself
    uint64_t length = 0;  // of the bytes behind it, or how many values
    int8_t code = 0;      // of an extension
    std::optional<int64_t> number;
};

uint64_t big_endian(Bytes bytes, size_t at, size_t width) {
    uint64_t value = 0;
    for (size_t i = 0; i < width && at + i < bytes.size(); i++) value = value << 8 | bytes[at + i];
    return value;
}

Head counted(Class kind, Bytes bytes, size_t width) {
    Head head{kind, 1 + width, big_endian(bytes, 1, width), 0, std::nullopt};
    if (kind != Class::kExtension) return head;
    head.size++;
    if (bytes.size() > width + 1) head.code = static_cast<int8_t>(bytes[width + 1]);
    return head;
}

Head number(Bytes bytes, size_t width, bool sign) {
    const uint64_t value = big_endian(bytes, 1, width);
    const uint64_t shift = (8 - width) % 8 * 8;
    const auto with_sign = static_cast<int64_t>(value << shift) >> shift;
    return {Class::kPlain, 1 + width, 0, 0, sign ? with_sign : static_cast<int64_t>(value)};
}

Head fixed_extension(Bytes bytes, uint64_t length) {
    return {Class::kExtension, 2, length, static_cast<int8_t>(bytes.size() > 1 ? bytes[1] : 0),
            std::nullopt};
}

Head wide_head(Bytes bytes, uint8_t first) {
    switch (first) {
        case 0xc0:
        case 0xc2:
        case 0xc3:
            return {Class::kPlain, 1, 0, 0, std::nullopt};
        case 0xc4:
        case 0xc5:
        case 0xc6:
            return counted(Class::kBytes, bytes, size_t{1} << (first - 0xc4));
        case 0xc7:
        case 0xc8:
        case 0xc9:
            return counted(Class::kExtension, bytes, size_t{1} << (first - 0xc7));
        case 0xca:
            return {Class::kPlain, 5, 0, 0, std::nullopt};
        case 0xcb:
            return {Class::kPlain, 9, 0, 0, std::nullopt};
        case 0xd9:
        case 0xda:
        case 0xdb:
            return counted(Class::kText, bytes, size_t{1} << (first - 0xd9));
        case 0xdc:
        case 0xdd:
            return counted(Class::kList, bytes, size_t{2} << (first - 0xdc));
        case 0xde:
        case 0xdf:
            return counted(Class::kMap, bytes, size_t{2} << (first - 0xde));
        default:
            break;
    }
    if (first >= 0xcc && first <= 0xcf) return number(bytes, size_t{1} << (first - 0xcc), false);
    if (first >= 0xd0 && first <= 0xd3) return number(bytes, size_t{1} << (first - 0xd0), true);
    if (first >= 0xd4 && first <= 0xd8)
        return fixed_extension(bytes, uint64_t{1} << (first - 0xd4));
    return {};
}

// Of `bytes` only the head is looked at; size says whether it was all there.
Head read_head(Bytes bytes) {
    if (bytes.empty()) return {};
    const uint8_t first = bytes[0];
    if (first < 0x80) return {Class::kPlain, 1, 0, 0, first};
    if (first < 0x90) return {Class::kMap, 1, first & 15U, 0, std::nullopt};
    if (first < 0xa0) return {Class::kList, 1, first & 15U, 0, std::nullopt};
    if (first < 0xc0) return {Class::kText, 1, first & 31U, 0, std::nullopt};
    if (first >= 0xe0) return {Class::kPlain, 1, 0, 0, static_cast<int8_t>(first)};
    return wide_head(bytes, first);
}

// ------------------------------------------------------------------------------------------------
// Arrays

// Bytes of an item, by the type's name as numpy has it; 0 if that is none.
uint64_t item_size(std::string_view name) {
    if (name == "bool" || name == "bool_" || name.starts_with("float8_") ||
        name.starts_with("float6_") || name.starts_with("float4_") || name == "int4" ||
        name == "uint4" || name == "int2" || name == "uint2") {
        return 1;
    }
    if (name == "bfloat16" || name == "V2") return 2;
    for (std::string_view kind : {"float", "uint", "int", "complex", "str", "bytes", "void"}) {
        if (!name.starts_with(kind)) continue;
        uint32_t bits = 0;
        const char* end = name.data() + name.size();
        auto [at, error] = std::from_chars(name.data() + kind.size(), end, bits);
        if (error == std::errc() && at == end && bits % 8 == 0) return bits / 8;
    }
    return 0;
}

struct Array {
    std::vector<uint64_t> shape;
    std::string type;
    uint64_t data = 0;  // where its bytes start, in the payload
    uint64_t length = 0;
};

// How many items a shape has.
struct Items {
    uint64_t count = 1;
    bool empty = false;
    bool overflow = false;

    void multiply(uint64_t by) {
        empty |= by == 0;
        overflow |= __builtin_mul_overflow(count, by, &count);
    }
    [[nodiscard]] uint64_t value() const { return empty ? 0 : overflow ? UINT64_MAX : count; }
};

bool is_number(Bytes bytes, const Head& head) {
    return head.kind == Class::kPlain && head.size <= bytes.size() && bytes[0] != 0xc0;
}

// A complex number: a list of two numbers.
bool is_complex(Bytes bytes) {
    const Head list = read_head(bytes);
    const bool pair = list.kind == Class::kList && list.length == 2;
    if (!pair || list.size > bytes.size()) return false;
    Bytes rest = bytes.subspan(list.size);
    for (int part = 0; part < 2; part++) {
        const Head head = read_head(rest);
        if (!is_number(rest, head)) return false;
        rest = rest.subspan(head.size);
    }
    return rest.empty();
}

// Nothing where the payload is no array.
std::optional<Array> read_array(Bytes bytes) {
    Array array;
    size_t at = 0;
    auto next = [&](Class wanted) -> std::optional<Head> {
        const Head head = read_head(bytes.subspan(std::min(at, bytes.size())));
        at += head.size;
        if (head.kind != wanted || at > bytes.size()) return std::nullopt;
        return head;
    };
    std::optional<Head> head = next(Class::kList);
    if (!head || head->length != 3) return std::nullopt;
    head = next(Class::kList);
    if (!head || head->length > kRank) return std::nullopt;
    for (uint64_t i = 0, rank = head->length; i < rank; i++) {
        head = next(Class::kPlain);
        if (!head || head->number.value_or(-1) < 0) return std::nullopt;
        array.shape.push_back(static_cast<uint64_t>(*head->number));
    }
    head = next(Class::kText);
    if (!head || head->length > bytes.size() - at) return std::nullopt;
    array.type = as_text(bytes.subspan(at, static_cast<size_t>(head->length)));
    at += static_cast<size_t>(head->length);
    head = next(Class::kBytes);
    if (!head) return std::nullopt;
    array.data = at;
    array.length = head->length;
    return array;
}

// ------------------------------------------------------------------------------------------------
// The walk

class Scan {
  public:
    Scan(Tape& tape, ScanContext& context) : tape_(tape), context_(context) {}
    Status run();

  private:
    struct Level {
        bool map;
        uint64_t left;     // values, keys counted
        std::string name;  // of the value that is read
        uint64_t start = 0;
        // What an array that is too large for one value consists of.
        bool chunked = false;
        bool has_shape = false;
        bool has_chunks = false;
        Items wanted = {};   // by the shape
        uint64_t items = 0;  // of the chunks
    };

    Status value();
    Status open(const Head& head);
    Status text(const Head& head);
    Status extension(const Head& head);
    Status array(const Head& head, Bytes payload);
    Status no_array(const Head& head, const char* what);
    void judge_array(const Array& array, uint64_t start);
    void count_chunk(const Array& array);
    void count_dimension(const Head& head);
    [[nodiscard]] Level* level_around(std::string_view name);
    void say(const Array& array, uint64_t start);
    Status key(Bytes text, uint64_t length);
    Status pass(uint64_t length);
    Status pass_text(uint64_t length);
    void end_map(const Level& level);
    Status behind();
    [[nodiscard]] bool at_key() const {
        return !levels_.empty() && levels_.back().map && levels_.back().left % 2 == 0;
    }
    [[nodiscard]] std::string path() const;
    [[nodiscard]] bool fits(uint64_t n) const {
        return !tape_.size() || n <= *tape_.size() - tape_.offset();
    }
    Error refuse(const Rule& found, const char* what) {
        context_.report(found, tape_.offset(), 0, what);
        return {Code::kMalformed, what, tape_.offset(), 0};
    }

    Tape& tape_;
    ScanContext& context_;
    std::vector<Level> levels_;
    json::DuplicateKeys keys_;
    size_t paid_ = 0;
    bool broken_ = false;
};

Status Scan::run() {
    Status read = value();
    while (read && !levels_.empty()) {
        Level& level = levels_.back();
        if (level.left == 0) {
            if (level.map) end_map(level);
            levels_.pop_back();
            continue;
        }
        if (context_.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
        read = value();
    }
    if (!read) return read;
    context_.parsed(tape_.offset());
    if (broken_) context_.incomplete(Coverage::kMalformed, "the document contradicts itself");
    return behind();
}

void Scan::end_map(const Level& level) {
    keys_.close();
    if (!level.chunked) return;
    const bool whole = level.has_shape && level.has_chunks;
    if (whole && level.wanted.value() == level.items) return;
    context_.report(rule("flax.array.size_mismatch"), level.start, 0,
                    path() + (whole ? ": the chunks of an array do not make its shape"
                                    : ": an array in chunks lacks its shape or its chunks"));
    broken_ = true;
}

// The map in which what is read stands under that name, one map further in.
Scan::Level* Scan::level_around(std::string_view name) {
    if (levels_.size() < 2) return nullptr;
    Level& around = levels_[levels_.size() - 2];
    return around.map && around.name == name ? &around : nullptr;
}

void Scan::count_dimension(const Head& head) {
    Level* array = level_around("shape");
    if (array)
        array->wanted.multiply(
            static_cast<uint64_t>(std::max<int64_t>(head.number.value_or(0), 0)));
}

void Scan::count_chunk(const Array& array) {
    Level* whole = level_around("chunks");
    if (!whole) return;
    Items items;
    for (const uint64_t side : array.shape) items.multiply(side);
    if (__builtin_add_overflow(whole->items, items.value(), &whole->items))
        whole->items = UINT64_MAX;
}

// What is counted down is counted before the value, which may open another level.
Status Scan::value() {
    Result<Bytes> bytes = tape_.peek(10);
    if (!bytes) return bytes.error();
    const Head head = read_head(*bytes);
    if (bytes->empty() || head.size > bytes->size()) {
        return refuse(rule("msgpack.len_exceeds_file"), "the document ends early");
    }
    if (head.kind == Class::kNone) {
        return refuse(rule("msgpack.len_exceeds_file"), "a value of unknown type");
    }
    const bool key_here = at_key();
    if (key_here && head.kind == Class::kPlain) {
        Status kept = key(bytes->first(head.size), head.size);
        if (!kept) return kept;
    }
    if (!key_here && head.kind == Class::kPlain) count_dimension(head);
    if (!levels_.empty()) levels_.back().left--;
    Status moved = tape_.advance(head.size);
    if (!moved) return moved;
    switch (head.kind) {
        case Class::kList:
        case Class::kMap:
            return open(head);
        case Class::kText:
        case Class::kBytes:
            return text(head);
        case Class::kExtension:
            return extension(head);
        default:
            return Done{};
    }
}

Status Scan::open(const Head& head) {
    const bool map = head.kind == Class::kMap;
    const uint64_t values = head.length * (map ? 2 : 1);
    if (!fits(values)) return refuse(rule("msgpack.len_exceeds_file"), "more values than bytes");
    if (levels_.size() == kDepth) return refuse(rule("msgpack.depth"), "");
    if (map) keys_.open();
    levels_.push_back({map, values, "", tape_.offset()});
    return Done{};
}

// `left` has been counted down, so that of a key it is odd.
Status Scan::text(const Head& head) {
    const bool is_key = !levels_.empty() && levels_.back().map && levels_.back().left % 2 == 1;
    if (!fits(head.length)) {
        return refuse(rule("msgpack.len_exceeds_file"), "a text is longer than the file");
    }
    if (is_key) {
        const auto wanted = static_cast<size_t>(std::min<uint64_t>(head.length, 65536));
        Result<Bytes> bytes = tape_.peek(wanted);
        if (!bytes) return bytes.error();
        Status kept = key(*bytes, head.length);
        if (!kept) return kept;
    }
    return head.kind == Class::kText ? pass_text(head.length) : pass(head.length);
}

Status Scan::pass_text(uint64_t length) {
    const uint64_t start = tape_.offset();
    pickle::Utf8Check check(false);
    while (tape_.offset() - start < length) {
        Result<Bytes> some = tape_.peek_some();
        if (!some) return some.error();
        if (some->empty()) return refuse(rule("msgpack.len_exceeds_file"), "a text is cut off");
        const uint64_t left = length - (tape_.offset() - start);
        const Bytes part = some->first(std::min<uint64_t>(some->size(), left));
        check.feed(as_text(part));
        Status moved = tape_.advance(part.size());
        if (!moved) return moved;
    }
    if (!check.ended_well()) {
        context_.report(rule("msgpack.text.not_utf8"), start, length, path());
        broken_ = true;
    }
    return Done{};
}

Status Scan::pass(uint64_t length) {
    Status moved = tape_.advance(length);
    if (moved || moved.error().code != Code::kTruncated) return moved;
    return refuse(rule("msgpack.len_exceeds_file"), "a value is cut off");
}

// Keys are told apart by a hash of as much as is looked at, and their length.
Status Scan::key(Bytes text, uint64_t length) {
    uint64_t hash = 0xcbf29ce484222325 ^ length;
    for (uint8_t byte : text) hash = (hash ^ byte) * 0x100000001b3;
    levels_.back().name = as_text(text.first(std::min(text.size(), kKeptKey)));
    Level& level = levels_.back();
    level.chunked |= level.name == "__msgpack_chunked_array__";
    level.has_shape |= level.name == "shape";
    level.has_chunks |= level.name == "chunks";
    if (!keys_.add(hash)) {
        context_.report(rule("msgpack.dup_key"), tape_.offset(), 0, path());
        broken_ = true;
    }
    if (keys_.bytes() <= paid_) return Done{};
    const size_t more = keys_.bytes() - paid_ + 4096;
    if (!context_.reserve(more)) return Error{Code::kLimit, "the document has too many keys", 0};
    paid_ += more;
    return Done{};
}

Status Scan::extension(const Head& head) {
    if (!fits(head.length)) {
        return refuse(rule("msgpack.len_exceeds_file"), "an extension is longer than the file");
    }
    const bool is_array = head.code == 1 || head.code == 3;
    const bool is_time =
        head.code == -1 && (head.length == 4 || head.length == 8 || head.length == 12);
    const bool known = is_array || head.code == 2 || is_time;
    if (!known) {
        context_.report(rule("flax.ext.unknown"), tape_.offset(), head.length,
                        fmt::format("{}: {}", path(), head.code));
    }
    if (!is_array && head.code != 2) return pass(head.length);
    Result<Bytes> payload =
        tape_.peek(static_cast<size_t>(std::min<uint64_t>(head.length, kArrayHead)));
    if (!payload) return payload.error();
    if (is_array) return array(head, *payload);
    if (payload->size() == head.length && is_complex(*payload)) return pass(head.length);
    return no_array(head, "a complex number is two numbers");
}

Status Scan::array(const Head& head, Bytes payload) {
    const std::optional<Array> found = read_array(payload);
    const bool whole = found && found->data + found->length == head.length;
    if (!whole) return no_array(head, "no shape, type and bytes");
    judge_array(*found, tape_.offset());
    count_chunk(*found);
    say(*found, tape_.offset());
    return pass(head.length);
}

Status Scan::no_array(const Head& head, const char* what) {
    context_.report(rule("flax.array.size_mismatch"), tape_.offset(), head.length,
                    path() + ": " + what);
    broken_ = true;
    return pass(head.length);
}

// As numpy spells it: with an order of bytes before it, or a size behind it.
bool is_object(std::string_view type) {
    if (!type.empty() && std::string_view("<>|=@").find(type.front()) != type.npos) {
        type.remove_prefix(1);
    }
    return type.starts_with("object") || type == "O" || type == "O4" || type == "O8";
}

void Scan::judge_array(const Array& array, uint64_t start) {
    if (is_object(array.type)) {
        context_.report(rule("flax.array.object_dtype"), start, 0, path());
        return;
    }
    uint64_t bytes = item_size(array.type);
    if (bytes == 0) return context_.incomplete(Coverage::kUnsupported, "an array of unknown type");
    bool overflow = false;
    for (uint64_t side : array.shape) overflow |= __builtin_mul_overflow(bytes, side, &bytes);
    const bool none = std::find(array.shape.begin(), array.shape.end(), 0U) != array.shape.end();
    if (none ? array.length == 0 : !overflow && bytes == array.length) return;
    context_.report(rule("flax.array.size_mismatch"), start, 0,
                    fmt::format("{}: {} bytes of {}", path(), array.length, array.type));
    broken_ = true;
}

void Scan::say(const Array& array, uint64_t start) {
    TensorRecord tensor;
    tensor.name = escape_path(path());
    tensor.dtype = escape_path(std::string_view(array.type).substr(0, 64));
    tensor.shape = array.shape;
    tensor.begin = start + array.data;
    tensor.end = tensor.begin + array.length;
    context_.tensor(std::move(tensor));
}

std::string Scan::path() const {
    std::string all;
    for (const Level& level : levels_) {
        if (level.name.empty()) continue;
        if (!all.empty()) all += '/';
        all += level.name;
        if (all.size() > 1024) break;
    }
    return all;
}

Status Scan::behind() {
    Result<Bytes> more = tape_.peek(1);
    if (!more) return more.error();
    if (more->empty()) return Done{};
    const uint64_t here = tape_.offset();
    const uint64_t length = tape_.size().value_or(here) - here;
    context_.report(rule("msgpack.trailing"), here, length, "");
    context_.gap(here, length);
    if (!tape_.size()) {
        context_.incomplete(Coverage::kUnsupported, "what follows the document is not scanned");
        return Done{};
    }
    MemberSource rest(tape_, length);
    return context_.scan_child("trailing", rest);
}

// A map whose first key is a name and leads to another map or to an array: nothing else begins so.
bool is_flax(const Probe& probe) {
    const Head map = read_head(probe.head);
    if (probe.promised) return !probe.head.empty();
    if (map.kind != Class::kMap || map.length == 0 || map.size >= probe.head.size()) return false;
    Bytes rest = probe.head.subspan(map.size);
    const Head key = read_head(rest);
    if (key.kind != Class::kText || key.length == 0 || key.size + key.length >= rest.size()) {
        return false;
    }
    const Bytes name = rest.subspan(key.size, static_cast<size_t>(key.length));
    const bool plain = std::all_of(name.begin(), name.end(), [](uint8_t c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               c == '_' || c == '/' || c == '.' || c == '-';
    });
    const Head value = read_head(rest.subspan(key.size + name.size()));
    return plain && (value.kind == Class::kMap || value.kind == Class::kExtension);
}

Status scan_flax(Tape& tape, ScanContext& context) { return Scan(tape, context).run(); }

constexpr std::string_view kExtensions[] = {"msgpack"};

}  // namespace

}  // namespace flax

const Format kFlaxFormat{
    "flax", false, 0, flax::kExtensions, flax::kRules, flax::is_flax, flax::scan_flax,
};

}  // namespace assay
