// npy: one array of numpy's.
//
//   93 "NUMPY", major, minor; the length of the header, u16 in version 1, u32 in 2 and 3; the
//   header; the data
//
// The header is a Python literal, {'descr': …, 'fortran_order': bool, 'shape': (…)}, padded with
// spaces to a multiple of 64 (once 16) and ended by a newline, which readers do not ask for. The
// data is item size times the product of the shape, or, where the type holds objects anywhere, a
// pickle: numpy.load(allow_pickle=True) runs it, and before 1.16.3 that was the default.
//
// How it is bent: a key twice, of which the last counts, so that a harmless type hides one with
// objects; types in forms that numpy never writes but understands ("i4,O", ['aO']); dimensions
// below zero, which make the reader take everything; products that wrap; items of no bytes or of
// gigabytes; data that is longer than the array. Anything here that is not understood is therefore
// scanned as if it were a pickle.
#include "npy.h"

#include <fmt/core.h>

#include <array>

#include "formats.h"
#include "pickle/probe.h"
#include "pickle/stream.h"
#include "rest_source.h"

namespace assay::numpy {

namespace {

constexpr Rule kRules[] = {
    {"npy.header.bad_version", Severity::kHigh, "the file has a version that numpy does not have",
     "numpy refuses the file; another reader may take it for something else.",
     "Write it again with numpy.save.", ""},
    {"npy.header.depth", Severity::kHigh, "the header nests deeper than any type does",
     "Deep nesting exhausts the stack of readers that recurse. The array was not understood.",
     "Distrust the file: numpy writes no such header.", "CWE-674"},
    {"npy.header.dup_key", Severity::kHigh, "the header has a key twice",
     "The last one counts for numpy, the first for others: a scanner may see numbers where the "
     "loader finds a pickle.",
     "Distrust the file: numpy writes each key once.", "CWE-436"},
    {"npy.header.extra_key", Severity::kHigh, "the header has a key that numpy does not write",
     "numpy refuses the file; another reader may act on the key.",
     "Write it again with numpy.save.", ""},
    {"npy.header.len_exceeds_file", Severity::kHigh, "the header is longer than the file",
     "The file is cut, or its length field lies.", "Fetch the file again.", "CWE-130"},
    {"npy.header.missing_key", Severity::kHigh, "the header lacks a key",
     "Type, order and shape are all needed to read the data. numpy refuses the file.",
     "Write it again with numpy.save.", ""},
    {"npy.header.no_newline", Severity::kLow, "the header does not end with a newline",
     "numpy writes one and its reader does not ask for it, so something else wrote the file.",
     "Nothing, if you know what wrote it.", ""},
    {"npy.header.not_literal", Severity::kHigh, "the header is not the literal that it has to be",
     "numpy refuses the file. Readers that evaluate the header as code would run it.",
     "Distrust the file; never read it with a tool that uses eval.", "CWE-95"},
    {"npy.header.not_padded", Severity::kLow, "the data does not start at a multiple of 16",
     "numpy pads the header, so something else wrote the file. It reads all the same.",
     "Nothing, if you know what wrote it.", ""},
    {"npy.header.too_long", Severity::kHigh, "the header is longer than numpy reads",
     "numpy refuses more than 10,000 bytes unless it is told to trust the file, since parsing them "
     "can exhaust memory and stack.",
     "Distrust the file, unless it has thousands of named fields.", "CWE-400"},
    // Object arrays of strings and lists are common in data sets and harmless. What makes one
    // dangerous is what its pickle does, and that has findings of its own; the presence alone is
    // worth knowing, since the file cannot be loaded without allow_pickle=True.
    {"npy.dtype.object_pickle", Severity::kLow, "the array holds Python objects, as a pickle",
     "It loads only with allow_pickle=True, and then the pickle can run code. What this one does "
     "is judged by the findings of its pickle.",
     "Store numbers and strings in types of their own; else load it only if its pickle is clean.",
     "CWE-502 CVE-2019-6446"},
    {"npy.dtype.itemsize_overflow", Severity::kHigh, "an item has more bytes than fit into a C int",
     "Old versions of numpy compute with a size that has wrapped, and read or write out of bounds.",
     "Distrust the file: no real type is that large.", "CWE-190"},
    {"npy.dtype.unknown", Severity::kHigh, "the type is none that numpy writes",
     "numpy understands many forms that it never writes, some of them with objects inside. The "
     "data was scanned as if it held objects.",
     "Distrust the file, or write it again with numpy.save.", "CWE-436"},
    {"npy.dtype.zero_size", Severity::kHigh, "the items have no bytes",
     "Readers divide by the size of an item, and a shape of any size takes no data at all.",
     "Distrust the file: numpy gives even empty strings a byte.", "CWE-369"},
    {"npy.shape.negative", Severity::kHigh, "a dimension is below zero",
     "numpy reads all that is left of the file, others compute a length that has wrapped.",
     "Distrust the file: no array has such a shape.", "CWE-190"},
    {"npy.shape.not_int", Severity::kHigh, "the shape is no tuple of whole numbers",
     "numpy refuses the file or takes a truth value for a number.",
     "Write it again with numpy.save.", ""},
    {"npy.shape.overflow", Severity::kHigh, "the array's size does not fit into 64 bits",
     "Readers compute a size that has wrapped, allocate too little and write behind it.",
     "Distrust the file: no array is that large.", "CWE-190"},
    {"npy.shape.rank_excess", Severity::kMedium, "the array has more dimensions than numpy has",
     "numpy refuses the file; others may keep the dimensions in a place that is too small.",
     "Distrust the file: numpy writes no such array.", "CWE-787"},
    {"npy.fortran.not_bool", Severity::kMedium, "fortran_order is neither True nor False",
     "numpy refuses the file; others may read the array in the wrong order.",
     "Write it again with numpy.save.", ""},
    {"npy.data.trailing", Severity::kMedium, "bytes follow the data of the array",
     "numpy ignores them, so anything can be carried along. They were scanned on their own.",
     "Find out what they are, or write the file again with numpy.save.", ""},
    {"npy.data.truncated", Severity::kHigh, "the file ends inside the data of the array",
     "The file is cut, or its header lies about the shape.", "Fetch the file again.", "CWE-130"},
    // A pickle is critical there whatever it does, all else is high: see npz.cpp.
    {"npz.member.not_npy", Severity::kCritical, "what an archive calls an array is none",
     "numpy hands out the bytes as they are, and whoever loads what the archive unpacks to runs a "
     "pickle where numbers were expected.",
     "Distrust the archive: numpy writes nothing but arrays under such names.", "CWE-351 CWE-502"},
};

consteval const Rule& rule(std::string_view id) {
    for (const Rule& known : kRules) {
        if (known.id.substr(4) == id) return known;
    }
    throw "no such rule";  // does not compile
}

using Kind = Literal::Kind;

constexpr size_t kTrusted = 10'000;     // how long numpy lets a header be
constexpr size_t kShown = 200;          // characters of type and shape
constexpr size_t kMostDimensions = 64;  // that numpy 2 has; numpy 1 has half of it

// ------------------------------------------------------------------------------------------------
// The header

class HeaderReader {
  public:
    HeaderReader(Tape& tape, ScanContext& context) : tape_(tape), context_(context) {}
    ~HeaderReader() { tape_.refund(paid_); }

    Result<Array> read();

  private:
    enum Key : size_t { kDescr, kFortran, kShape };
    using Keys = std::array<std::optional<Literal::Value>, 3>;

    Status read_prefix();
    Result<Array> read_literal();
    Array read_keys(const Literal::Value& dict);
    Keys sort_keys(const Literal::Value& dict);
    std::optional<DType> read_dtype(const Literal::Value& descr);
    std::optional<uint64_t> count_items(const Literal::Value& shape, uint64_t item);
    std::optional<uint64_t> size_of(const DType& dtype, const Literal::Value& shape);

    void report(const Rule& found, std::string_view detail = "") {
        context_.report(found, start_, length_, detail);
    }
    // The data is there, whatever it is: some reader may understand more of the header.
    Array not_understood(const Rule& found) {
        report(found);
        context_.incomplete(Coverage::kMalformed, found.message);
        return {};
    }
    // There is no data to be found.
    Error refuse(const Rule& found, std::string_view detail = "") {
        report(found, detail);
        return {Code::kMalformed, found.message.data(), start_, 0};
    }

    Tape& tape_;
    ScanContext& context_;
    uint8_t major_ = 0;
    uint64_t start_ = 0;  // of the literal
    uint64_t length_ = 0;
    size_t paid_ = 0;
};

Result<Array> HeaderReader::read() {
    start_ = tape_.offset();
    Status prefix = read_prefix();
    if (!prefix) return prefix.error();
    if (length_ > kTrusted) report(rule("header.too_long"), fmt::format("{} bytes", length_));
    Array array;
    if (length_ > kMaxHeader) {
        context_.incomplete(Coverage::kUnsupported, "the header is too long to parse");
    } else {
        Result<Array> understood = read_literal();
        if (!understood) return understood.error();
        array = *understood;
    }
    Status moved = tape_.advance(length_);
    if (moved) return array;
    bool cut = moved.error().code == Code::kTruncated;
    return cut ? refuse(rule("header.len_exceeds_file")) : moved.error();
}

Result<Array> HeaderReader::read_literal() {
    Result<Bytes> bytes = tape_.peek(static_cast<size_t>(length_));
    if (!bytes) return bytes.error();
    if (bytes->size() < length_) return refuse(rule("header.len_exceeds_file"));
    const std::string_view text = as_text(*bytes);
    if (!text.ends_with('\n')) report(rule("header.no_newline"));
    if ((start_ + length_) % 16 != 0) report(rule("header.not_padded"));
    const size_t cost = text.size() * kLiteralCost;
    Status paid = cost > kMiB ? tape_.charge(cost) : Status(Done{});
    if (!paid) return paid.error();
    if (cost > kMiB) paid_ = cost;
    Result<Literal> literal = Literal::parse(text, major_ < 3);
    if (!literal) {
        bool deep = literal.error().code == Code::kLimit;
        return not_understood(deep ? rule("header.depth") : rule("header.not_literal"));
    }
    if (!literal->root().is(Kind::kDict)) return not_understood(rule("header.not_literal"));
    return read_keys(literal->root());
}

std::string shown_shape(const Literal::Value& shape) {
    if (!shape.is(Kind::kTuple)) return {};
    std::string shown = "[";
    for (const Literal::Value& dimension : shape.items()) {
        if (!dimension.is(Kind::kInt) || shown.size() > kShown) return {};
        if (shown.size() > 1) shown += ", ";
        shown += std::to_string(dimension.number().value_or(INT64_MAX));
    }
    return shown + "]";
}

Array HeaderReader::read_keys(const Literal::Value& dict) {
    const Keys keys = sort_keys(dict);
    for (const auto& key : keys) {
        if (!key) return not_understood(rule("header.missing_key"));
    }
    if (!keys[kFortran]->is(Kind::kBool)) report(rule("fortran.not_bool"));
    Array array;
    array.dtype = read_dtype(*keys[kDescr]);
    array.type =
        keys[kDescr]->is(Kind::kString) ? keys[kDescr]->text().substr(0, kShown) : "fields";
    array.shape = shown_shape(*keys[kShape]);
    if (array.dtype) array.bytes = size_of(*array.dtype, *keys[kShape]);
    return array;
}

// Everything before the literal.
Status HeaderReader::read_prefix() {
    Result<Bytes> head = tape_.peek(12);
    if (!head) return head.error();
    if (head->size() < 10) return refuse(rule("header.len_exceeds_file"));
    major_ = (*head)[6];
    if (major_ < 1 || major_ > 3 || (*head)[7] != 0) {
        return refuse(rule("header.bad_version"), fmt::format("{}.{}", major_, (*head)[7]));
    }
    if (major_ > 1 && head->size() < 12) return refuse(rule("header.len_exceeds_file"));
    const size_t prefix = major_ == 1 ? 10 : 12;
    length_ =
        major_ == 1 ? load_le<uint16_t>(head->data() + 8) : load_le<uint32_t>(head->data() + 8);
    start_ += prefix;
    if (tape_.size() && length_ > *tape_.size() - start_) {
        return refuse(rule("header.len_exceeds_file"));
    }
    return tape_.advance(prefix);
}

// Of a key that comes twice the last one counts.
HeaderReader::Keys HeaderReader::sort_keys(const Literal::Value& dict) {
    constexpr std::string_view kNames[] = {"descr", "fortran_order", "shape"};
    Keys keys;
    const auto items = dict.items();
    for (size_t i = 0; i + 1 < items.size(); i += 2) {
        std::string_view name = items[i].is(Kind::kString) ? items[i].text() : "";
        const auto* known = std::find(std::begin(kNames), std::end(kNames), name);
        if (known == std::end(kNames)) {
            report(rule("header.extra_key"), name);
            continue;
        }
        auto& key = keys[static_cast<size_t>(known - std::begin(kNames))];
        if (key) report(rule("header.dup_key"), name);
        key = items[i + 1];
    }
    return keys;
}

std::optional<DType> HeaderReader::read_dtype(const Literal::Value& descr) {
    // A pair is a subarray, whose dimensions would be added to the array's: numpy writes it in
    // fields alone.
    Result<DType> dtype = descr.is(Kind::kTuple)
                              ? Result<DType>(Error{Code::kMalformed, "a subarray"})
                              : dtype_of(descr);
    std::string_view text = descr.is(Kind::kString) ? descr.text() : "";
    if (!dtype) {
        bool large = dtype.error().code == Code::kLimit;
        report(large ? rule("dtype.itemsize_overflow") : rule("dtype.unknown"), text);
        return std::nullopt;
    }
    if (dtype->has_object) report(rule("dtype.object_pickle"), text);
    if (dtype->itemsize == uint64_t{0}) report(rule("dtype.zero_size"), text);
    return *dtype;
}

// Nothing, with a finding, where the shape is none. A length of 0 makes an array empty, but numpy
// refuses it all the same where the others lead too far.
std::optional<uint64_t> HeaderReader::count_items(const Literal::Value& shape, uint64_t item) {
    uint64_t count = 1;
    bool overflow = false;
    bool empty = false;
    auto bad = [&](const Rule& found) {
        report(found);
        return std::nullopt;
    };
    if (!shape.is(Kind::kTuple)) return bad(rule("shape.not_int"));
    const auto dimensions = shape.items();
    if (dimensions.size() > kMostDimensions) {
        report(rule("shape.rank_excess"), fmt::format("{} dimensions", dimensions.size()));
    }
    for (const Literal::Value& dimension : dimensions) {
        if (!dimension.is(Kind::kInt)) return bad(rule("shape.not_int"));
        const int64_t length = dimension.number().value_or(INT64_MAX);
        if (length < 0) return bad(rule("shape.negative"));
        empty |= length == 0;
        overflow |= !dimension.number();
        overflow |= length != 0 && __builtin_mul_overflow(count, length, &count);
    }
    overflow |= item != 0 && count > INT64_MAX / item;
    if (overflow) return bad(rule("shape.overflow"));
    return empty ? 0 : count;
}

std::optional<uint64_t> HeaderReader::size_of(const DType& dtype, const Literal::Value& shape) {
    const uint64_t item = dtype.itemsize.value_or(0);
    std::optional<uint64_t> count = count_items(shape, item);
    if (!count || dtype.has_object) return std::nullopt;
    return *count * item;
}

}  // namespace

const Rule& not_npy_rule() {
    static constexpr const Rule& kRule = rule("member.not_npy");
    return kRule;
}

Result<Array> read_header(Tape& tape, ScanContext& context) {
    return HeaderReader(tape, context).read();
}

// ------------------------------------------------------------------------------------------------
// The format

namespace {

Status scan_child(Tape& tape, ScanContext& context, std::string_view name,
                  const ChildRequest& request = {}) {
    if (tape.size()) {
        MemberSource member(tape, *tape.size() - tape.offset());
        auto scanned = context.child(name, member, request);
        return scanned ? Status(Done{}) : scanned.error();
    }
    RestSource rest(tape);
    auto scanned = context.child(name, rest, request);
    return scanned ? Status(Done{}) : scanned.error();
}

// Whether the array's data is all there; a known size is believed and its bytes are left for later.
Result<bool> has_data(Tape& tape, uint64_t bytes) {
    if (tape.size()) return bytes <= *tape.size() - tape.offset();
    Status moved = tape.advance(bytes);
    if (moved) return true;
    if (moved.error().code == Code::kTruncated) return false;
    return moved.error();
}

Status scan_trailing(Tape& tape, ScanContext& context, uint64_t data_end) {
    Status moved = tape.advance(data_end - tape.offset());
    if (!moved) return moved;
    Result<Bytes> more = tape.peek(1);
    if (!more || more->empty()) return more ? Status(Done{}) : more.error();
    const uint64_t known = tape.size().value_or(data_end) - data_end;
    context.report(rule("data.trailing"), data_end, known, "");
    Status scanned = scan_child(tape, context, "trailing");
    context.gap(data_end, tape.size().value_or(tape.offset()) - data_end);
    return scanned;
}

Status scan_data(Tape& tape, ScanContext& context, uint64_t bytes) {
    const uint64_t start = tape.offset();
    Result<bool> whole = has_data(tape, bytes);
    if (!whole) return whole.error();
    if (!*whole) {
        std::string detail = fmt::format("{} bytes by the header", bytes);
        context.report(rule("data.truncated"), start, 0, detail);
        context.incomplete(Coverage::kMalformed, rule("data.truncated").message);
        return Done{};
    }
    // Reaching behind the data means reading it here and now instead of in the sweep.
    const bool exact = tape.size() && *tape.size() - start == bytes;
    return exact ? Status(Done{}) : scan_trailing(tape, context, start + bytes);
}

// numpy hands what follows to pickle whatever it is.
Status scan_objects(Tape& tape, ScanContext& context) {
    ChildReader reader;
    reader.format = "pickle";
    reader.scan = [](Tape& bytes, ScanContext& child) -> Status {
        pickle::Verdict verdict(child);
        return pickle::scan_pickles(bytes, child, verdict, pickle::Likeness::kYes);
    };
    ChildRequest request;
    request.reader = &reader;
    return scan_child(tape, context, "data", request);
}

// It may be a pickle.
Status scan_untold(Tape& tape, ScanContext& context) {
    context.incomplete(Coverage::kMalformed, "the array's size cannot be told");
    return scan_child(tape, context, "data");
}

bool is_npy(const Probe& probe) { return starts_with(probe.head, kMagic); }

Status scan_npy(Tape& tape, ScanContext& context) {
    Result<Array> array = read_header(tape, context);
    if (!array) return array.error();
    context.parsed(tape.offset());
    if (!array->type.empty()) context.property("dtype", array->type);
    if (!array->shape.empty()) context.property("shape", array->shape);
    if (array->bytes) return scan_data(tape, context, *array->bytes);
    const bool objects = array->dtype && array->dtype->has_object;
    return objects ? scan_objects(tape, context) : scan_untold(tape, context);
}

constexpr std::string_view kExtensions[] = {"npy"};

}  // namespace

}  // namespace assay::numpy

namespace assay {

const Format kNpyFormat{
    "npy", false, 0, numpy::kExtensions, numpy::kRules, numpy::is_npy, numpy::scan_npy,
};

}  // namespace assay
