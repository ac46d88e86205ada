// ONNX: a graph of operators with its weights, as one message of protobuf.
//
//   ModelProto   ir_version, producer, opset_import…, graph, functions…, training_info…, metadata
//   GraphProto   node…, initializer…, sparse_initializer…, inputs and outputs
//   NodeProto    op_type, domain, attribute…, which hold numbers, tensors and whole graphs
//   TensorProto  dims, data_type, and its data in one of many places (onnx_tensor.h)
//
// A model is data, not code, unless it names operators that a runtime takes from a library or from
// Python. It is bent otherwise: by external data that lies where it should not (onnx_external.h),
// also of tensors in places that a checker forgets (sparse ones, attributes of nodes in subgraphs
// and functions, training graphs), by shapes that do not go with the data, and by the liberties of
// protobuf (protobuf.h). There is no magic number, so a model is known by its first fields.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "formats.h"
#include "onnx_operators.h"
#include "onnx_rules.h"
#include "onnx_schema.h"
#include "onnx_tensor.h"
#include "rest_source.h"
#include "text_suspicion.h"

namespace assay::onnx {

namespace {

using protobuf::Event;
using protobuf::Fault;
using protobuf::Reader;
using Kind = Event::Kind;

class Scan {
  public:
    Scan(Tape& tape, ScanContext& context)
        : tape_(tape),
          context_(context),
          reader_(tape, schema::kMessages),
          files_(context),
          operators_(context) {}

    Status run();

  private:
    Status take(const Event& event);
    Status odd(const Event& event);
    void tell_gap();
    Result<bool> is_behind(const Event& event);
    void begin(const Event& event);
    void field(const Event& event);
    Status end(const Event& event);
    void model_field(const Event& event);
    void end_entry(const Event& event);
    void finish();
    Status broken(const Fault& fault);
    Status scan_trailing();
    Status pass_zeros();
    void look_at(const Event& event, std::string_view name);

    Tape& tape_;
    ScanContext& context_;
    Reader reader_;
    ExternalFiles files_;
    Operators operators_;
    Tensor tensor_;
    uint64_t tensors_ = 0;
    std::string key_;     // of the entry that is open
    std::string value_;   // of it
    std::string domain_;  // of the set of operators that is open
    std::string function_domain_;
    std::string name_;  // of the function
    uint64_t version_ = 0;
    uint64_t ir_version_ = 0;
    bool has_graph_ = false;
    bool trailing_ = false;  // what follows is no part of the model
    struct {
        uint64_t offset = 0;
        uint64_t length = 0;
    } gap_;  // the field that ONNX has not that came last
    uint64_t gaps_ = 0;
    uint64_t sets_ = 0;  // of operators, of the model
};

Status Scan::run() {
    const uint64_t from = tape_.offset();
    if (tape_.size() && *tape_.size() - from > protobuf::kMaxLength) {
        context_.report(rule("proto.len_overflow"), 0, 0, "the file has more than two gigabytes");
    }
    for (Event event; !trailing_ && reader_.next(event);) {
        Status taken = take(event);
        if (!taken) return taken;
    }
    if (reader_.failed()) return *reader_.failed();
    Status synced = reader_.sync();
    if (!synced) return synced;
    gap_.length = std::min(gap_.length, tape_.offset() - gap_.offset);  // it may be cut
    tell_gap();
    context_.parsed(tape_.offset() - from - gaps_);
    finish();
    if (trailing_) return scan_trailing();
    return reader_.fault() ? broken(*reader_.fault()) : Status(Done{});
}

Status Scan::take(const Event& event) {
    if (event.again) {
        context_.report(rule("proto.dup_graph_field"), event.offset, 0,
                        fmt::format("field {} of {}", event.number, schema::kNames[event.parent]));
    }
    switch (event.kind) {
        case Kind::kBegin:
            begin(event);
            return Done{};
        case Kind::kEnd:
            return end(event);
        case Kind::kField:
            field(event);
            return Done{};
        case Kind::kUnknown:
        case Kind::kOther:
            return odd(event);
    }
    return Done{};
}

void Scan::tell_gap() {
    if (gap_.length != 0) context_.gap(gap_.offset, gap_.length);
    gaps_ += gap_.length;
    gap_ = {};
}

// Whether what begins at a field that ONNX has not, behind the graph, is no field at all: then it
// would be taken apart from here on and nobody would see what it is.
Result<bool> Scan::is_behind(const Event& event) {
    if (event.depth != 0 || !has_graph_) return false;
    Status synced = reader_.sync();
    if (!synced) return synced.error();
    if (tape_.offset() != event.offset) return false;  // a group, which is looked into
    Result<Bytes> head = tape_.peek(kProbeHead);
    if (!head) return head.error();
    const bool all = head->size() < kProbeHead;
    Reader ahead(*head, schema::kMessages, schema::kModel, all);
    for (Event next; ahead.next(next);) {
    }
    return ahead.fault() && ahead.fault()->kind != Fault::Kind::kTooDeep;
}

// A field that ONNX has, but of another wire type, comes from nobody's encoder.
Status Scan::odd(const Event& event) {
    Result<bool> behind = is_behind(event);
    if (!behind) return behind.error();
    trailing_ = *behind;
    if (trailing_) return Done{};
    const uint64_t length = event.start + event.length - event.offset;
    const bool other = event.kind == Kind::kOther;
    context_.report(rule("proto.unknown_fields"), event.offset, event.length,
                    fmt::format("field {} of {}{}", event.number, schema::kNames[event.parent],
                                other ? " in another form" : ""),
                    other ? std::optional(Severity::kHigh) : std::nullopt);
    tell_gap();
    gap_ = {event.offset, length};
    return Done{};
}

void Scan::begin(const Event& event) {
    switch (event.message) {
        case schema::kGraph:
            has_graph_ |= event.parent == schema::kModel;
            return;
        case schema::kNode:
            return operators_.begin_node(event.offset);
        case schema::kTensor:
            tensors_++;
            return tensor_.begin(event);
        case schema::kEntry:
            key_.clear();
            value_.clear();
            return;
        case schema::kOperatorSet:
            domain_.clear();
            version_ = 0;
            return;
        case schema::kFunction:
            name_.clear();
            function_domain_.clear();
            return operators_.begin_function(event.offset);
        default:
            return;
    }
}

void Scan::field(const Event& event) {
    switch (event.parent) {
        case schema::kModel:
            return model_field(event);
        case schema::kTensor:
            tensor_.field(event);
            if (event.number == 9 && !event.cut) tensor_.tell_ahead(context_);
            return;
        case schema::kNode:
            if (event.number == 4) operators_.name_node(event.text);
            if (event.number == 6) look_at(event, "doc_string");
            if (event.number == 7) operators_.place_node(event.text);
            return;
        case schema::kEntry:
            (event.number == 1 ? key_ : value_) = event.text;
            return;
        case schema::kOperatorSet:
            if (event.number == 1) domain_ = event.text;
            if (event.number == 2) version_ = event.value;
            return;
        case schema::kFunction:
            if (event.number == 1) name_ = event.text;
            if (event.number == 10) function_domain_ = event.text;
            return;
        case schema::kGraph:
            if (event.number == 10) look_at(event, "doc_string");
            return;
        default:
            return;
    }
}

void Scan::model_field(const Event& event) {
    constexpr std::string_view kNames[] = {
        "",       "ir_version",    "producer_name", "producer_version",
        "domain", "model_version", "doc_string"};
    const std::string_view name = event.number < std::size(kNames) ? kNames[event.number] : "";
    if (event.number == 1) ir_version_ = event.value;
    if (name.empty()) return;
    const bool number = event.text.empty() && (event.number == 1 || event.number == 5);
    context_.property(name, number ? std::to_string(event.value) : shown(event.text));
    if (!number) look_at(event, name);
}

void Scan::look_at(const Event& event, std::string_view name) {
    if (const std::string_view what = suspicion(event.text); !what.empty()) {
        context_.report(rule("meta.suspicious_text"), event.offset, event.length,
                        fmt::format("{}: {}", name, what));
    }
}

Status Scan::end(const Event& event) {
    switch (event.message) {
        case schema::kNode:
            return operators_.end_node();
        case schema::kTensor:
            return tensor_.end(context_, files_);
        case schema::kFunction:
            return operators_.end_function(function_domain_, name_);
        case schema::kOperatorSet:
            operators_.import_domain(domain_);
            if (event.parent != schema::kModel) return Done{};
            sets_++;
            context_.property("opset", fmt::format("{} {}", shown(domain_), version_));
            return Done{};
        case schema::kEntry:
            end_entry(event);
            return Done{};
        default:
            return Done{};
    }
}

void Scan::end_entry(const Event& event) {
    if (event.parent == schema::kTensor && event.number == 13) {
        return tensor_.external.add(context_, event.offset, key_, value_);
    }
    if (event.parent != schema::kModel) return;
    context_.property("metadata." + shown(key_), shown(value_));
    for (const std::string_view text : {std::string_view(key_), std::string_view(value_)}) {
        if (const std::string_view what = suspicion(text); !what.empty()) {
            context_.report(rule("meta.suspicious_text"), event.offset, event.length,
                            fmt::format("metadata {}: {}", shown(key_), what));
        }
    }
}

void Scan::finish() {
    const bool whole = !reader_.fault() && !trailing_;
    // Before version 3 there were no sets of operators.
    const bool needs_sets = has_graph_ && whole && (ir_version_ >= 3 || ir_version_ == 0);
    if (whole && (!has_graph_ || ir_version_ == 0)) {
        context_.report(rule("proto.invalid"), 0, 0, has_graph_ ? "no ir_version" : "no graph");
        context_.incomplete(Coverage::kMalformed, "the model is not complete");
    }
    if (needs_sets && sets_ == 0) context_.report(rule("opset.missing"), 0, 0, "");
    operators_.end(needs_sets && sets_ != 0);
    files_.end();
    context_.property("nodes", std::to_string(operators_.nodes()));
    context_.property("functions", std::to_string(operators_.functions()));
    context_.property("tensors", std::to_string(tensors_));
}

Status Scan::broken(const Fault& fault) {
    switch (fault.kind) {
        case Fault::Kind::kTruncated:
            return Error{Code::kTruncated, fault.text, fault.offset, 0};
        case Fault::Kind::kTooDeep:
            context_.report(rule("proto.depth"), fault.offset, 0, "");
            return Error{Code::kMalformed, fault.text, fault.offset, 0};
        case Fault::Kind::kTooLong:
            context_.report(rule("proto.len_overflow"), fault.offset, 0, fault.text);
            return Error{Code::kMalformed, fault.text, fault.offset, 0};
        case Fault::Kind::kInvalid:
            break;
    }
    if (fault.depth == 0 && has_graph_) return scan_trailing();
    context_.report(rule("proto.invalid"), fault.offset, 0, fault.text);
    return Error{Code::kMalformed, fault.text, fault.offset, 0};
}

// The model was whole; what follows is no field of it.
Status Scan::scan_trailing() {
    const uint64_t from = tape_.offset();
    context_.report(rule("proto.trailing"), from, tape_.size().value_or(from) - from, "");
    context_.incomplete(Coverage::kMalformed, rule("proto.trailing").message);
    Status scanned = pass_zeros();
    if (scanned && !tape_.at_end()) {
        RestSource rest(tape_);
        scanned = context_.scan_child("trailing", rest);
    }
    context_.gap(from, tape_.size().value_or(tape_.offset()) - from);
    return scanned;
}

Status Scan::pass_zeros() {
    for (;;) {
        Result<Bytes> bytes = tape_.peek_some();
        if (!bytes) return bytes.error();
        const auto zeros = static_cast<size_t>(
            std::find_if(bytes->begin(), bytes->end(), [](uint8_t byte) { return byte != 0; }) -
            bytes->begin());
        const bool more = zeros == bytes->size() && zeros != 0;
        Status moved = tape_.advance(zeros);
        if (!moved || !more) return moved;
    }
}

// The version first, as every writer does it, and then enough that ONNX knows.
bool is_onnx(const Probe& probe) {
    if (probe.promised) return true;
    constexpr size_t kEnough = 8;
    const bool version = probe.head.size() > 4 && probe.head[0] == 0x08 && probe.head[1] != 0 &&
                         probe.head[1] < 0x40;
    if (!version) return false;
    const protobuf::Likeness found = protobuf::likeness(probe.head, schema::kMessages);
    return found.fields >= kEnough || (found.fits && found.fields > 4);
}

constexpr std::string_view kExtensions[] = {"onnx"};

}  // namespace

}  // namespace assay::onnx

namespace assay {

const Format kOnnxFormat{
    "onnx",
    false,
    0,
    onnx::kExtensions,
    onnx::kRules,
    onnx::is_onnx,
    [](Tape& tape, ScanContext& context) { return onnx::Scan(tape, context).run(); },
};

}  // namespace assay
