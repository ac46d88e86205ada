// TensorFlow's graphs, as messages of protobuf.
//
//   saved_model.pb      SavedModel: MetaGraphDef…, each with a graph, its signatures and objects
//   *.meta              MetaGraphDef, beside a checkpoint
//   *.pb                GraphDef, a graph whose variables were made constants ("frozen")
//   keras_metadata.pb   what Keras needs to build its layers again, as JSON
//   fingerprint.pb      hashes of the parts, which say nothing of who made them
//
// A graph is a program: its nodes name operators, which read and write files, call Python or talk
// to other hosts when the graph runs, or already when it is loaded (an initializer, a restore
// function). Nodes lie in the graph and in its library of functions; operators that TensorFlow has
// not are loaded from libraries. Keras' metadata may hold marshalled bytecode (Lambda).
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "assay/format.h"
#include "formats.h"
#include "kinds.h"
#include "text/json.h"
#include "text_suspicion.h"
#include "tf_nodes.h"
#include "tf_rules.h"
#include "tf_schema.h"

namespace assay::tensorflow {

namespace {

using protobuf::Event;
using protobuf::Fault;
using protobuf::Reader;
using Kind = Event::Kind;

bool is_identifier(std::string_view text) {
    return !text.empty() && text.find_first_not_of(
                                "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_>") == std::string_view::npos;
}

class Scan {
  public:
    Scan(Tape& tape, ScanContext& context, schema::Which root)
        : tape_(tape),
          context_(context),
          root_(root),
          reader_(tape, schema::kMessages, root),
          nodes_(context),
          certain_((root != schema::kSavedModel && root != schema::kMetaGraph) ||
                   context.path().ends_with(".pb")) {}

    Status run();

  private:
    Status take(const Event& event);
    void begin(const Event& event);
    Status field(const Event& event);
    Status end(const Event& event);
    void node_field(const Event& event);
    void call(std::string_view function);
    void meta_field(const Event& event);
    void asset(const Event& event);
    Status metadata(const Event& event);
    void lambda(const json::Token& token);
    void claim_variables();
    void invalid(const Event& event, std::string_view how);
    void be_certain();
    bool is_other();
    void finish();
    Status broken(const Fault& fault);

    Tape& tape_;
    ScanContext& context_;
    const schema::Which root_;
    Reader reader_;
    Nodes nodes_;
    Node node_;
    std::string function_;
    bool in_function_ = false;
    bool in_signature_ = false;  // the operator that is open is a function's signature
    bool certain_;               // that it is what it seems to be
    struct Held {
        uint64_t offset;
        uint64_t length;
        std::string detail;
    };
    std::vector<Held> held_;  // findings until then
    uint64_t assets_ = 0;
    uint64_t graphs_ = 0;
    uint64_t signatures_ = 0;
};

Status Scan::run() {
    const uint64_t from = tape_.offset();
    if (tape_.size() && *tape_.size() - from > protobuf::kMaxLength) {
        context_.report(rule("proto.invalid"), 0, 0, "the file has more than two gigabytes");
    }
    for (Event event; reader_.next(event);) {
        Status taken = take(event);
        if (!taken) return taken;
    }
    if (reader_.failed()) return *reader_.failed();
    Status synced = reader_.sync();
    if (!synced) return synced;
    if (is_other()) return Done{};
    context_.parsed(tape_.offset() - from);
    finish();
    const auto& fault = reader_.fault();
    return fault ? broken(*fault) : Status(Done{});
}

Status Scan::take(const Event& event) {
    if (event.again) invalid(event, "comes again");
    switch (event.kind) {
        case Kind::kBegin:
            begin(event);
            return Done{};
        case Kind::kEnd:
            return end(event);
        case Kind::kField:
            return field(event);
        case Kind::kUnknown:
            return Done{};  // each version has more of them
        case Kind::kOther:
            invalid(event, "in another form");
            return Done{};
    }
    return Done{};
}

// A small model of Core ML begins like this one and has no graph.
void Scan::invalid(const Event& event, std::string_view how) {
    constexpr size_t kMostHeld = 100;
    held_.push_back({event.offset, event.again ? 0 : event.length,
                     fmt::format("field {} {}", event.number, how)});
    if (certain_ || held_.size() == kMostHeld) be_certain();
}

void Scan::be_certain() {
    certain_ = true;
    for (const Held& one : std::exchange(held_, {})) {
        context_.report(rule("proto.invalid"), one.offset, one.length, one.detail);
    }
}

// Without a graph, or a name that says so, it is none.
bool Scan::is_other() {
    if (certain_) return false;
    context_.disown();
    return true;
}

void Scan::begin(const Event& event) {
    switch (event.message) {
        case schema::kGraph:
            graphs_++;
            if (root_ == schema::kSavedModel) be_certain();
            return;
        case schema::kNode:
            node_ = {};
            node_.at = event.offset;
            return;
        case schema::kFunction:
            function_ = "?";
            in_function_ = true;
            return;
        case schema::kOp:
            in_signature_ = event.parent == schema::kFunction;
            return;
        case schema::kSignatureItem:
            signatures_++;
            return;
        default:
            return;
    }
}

Status Scan::field(const Event& event) {
    switch (event.parent) {
        case schema::kNode:
            node_field(event);
            return Done{};
        case schema::kAttrValue:
        case schema::kAttrList:
            node_.names_file |= event.number == 2 && event.text.starts_with("file://");
            return Done{};
        case schema::kTensor:
            node_.holds_path |= event.number == 8 && is_full_path(event.text);
            return Done{};
        case schema::kNameAttrList:
            if (event.number == 1) call(event.text);
            return Done{};
        case schema::kOp:
            if (event.number == 1 && in_signature_) function_ = event.text;
            if (event.number == 1 && !certain_ && is_known_op(event.text)) be_certain();
            return Done{};
        case schema::kMetaInfo:
            meta_field(event);
            return Done{};
        case schema::kAssetFile:
            if (event.number == 2) asset(event);
            return Done{};
        case schema::kSavedUserObject:
            return event.number == 3 ? metadata(event) : Status(Done{});
        case schema::kKerasObject:
            return event.number == 5 ? metadata(event) : Status(Done{});
        default:
            return Done{};
    }
}

void Scan::node_field(const Event& event) {
    if (event.number == 1) node_.name = event.text;
    if (event.number == 2) node_.op = event.text;
    const bool kept = event.number == 3 && node_.inputs.size() < Node::kInputs;
    if (kept) node_.inputs.emplace_back(event.text);
}

void Scan::call(std::string_view function) {
    std::vector<std::string>& calls = node_.calls;
    const bool known = std::find(calls.begin(), calls.end(), function) != calls.end();
    const bool kept = !known && calls.size() < Node::kCalls && is_function_of_saver(function);
    if (kept) calls.emplace_back(function);
}

void Scan::meta_field(const Event& event) {
    if (event.number == 4) context_.property("tag", shown(event.text));
    if (event.number == 5) context_.property("tensorflow_version", shown(event.text));
}

Status Scan::end(const Event& event) {
    if (event.message == schema::kNode) {
        if (!certain_ && is_identifier(node_.op)) be_certain();
        return nodes_.add(node_, in_function_ ? std::string_view(function_) : std::string_view());
    }
    if (event.message == schema::kOp) in_signature_ = false;
    if (event.message != schema::kFunction) return Done{};
    in_function_ = false;
    return nodes_.define(function_);
}

void Scan::asset(const Event& event) {
    assets_++;
    be_certain();
    if (promises_executable(event.text)) {
        context_.report(rule("assets.executable"), event.offset, event.length, event.text);
    }
    const bool leaves = event.text.find("..") != std::string_view::npos ||
                        event.text.find('\\') != std::string_view::npos ||
                        event.text.starts_with('/');
    if (leaves) {
        context_.report(rule("assets.traversal"), event.offset, event.length, event.text);
        return;
    }
    Claim claim;
    claim.path = "assets/" + std::string(event.text);
    claim.offset = event.offset;
    claim.if_outside = &rule("assets.traversal");
    claim.if_no_file = &rule("assets.missing");
    context_.claim(std::move(claim));
}

// What Keras writes of a layer; other objects may write what they like.
Status Scan::metadata(const Event& event) {
    Result<Bytes> first = tape_.peek(1);
    if (!first) return first.error();
    if (event.length == 0 || first->empty() || (*first)[0] != '{') return Done{};
    json::ReadOptions options;
    options.length = event.length;
    json::Reader reader(tape_, options);
    bool class_name = false;
    for (json::Token token; reader.next(token);) {
        if (class_name && token.kind == json::Kind::kString) lambda(token);
        class_name = token.kind == json::Kind::kKey && token.text == "class_name";
    }
    if (reader.failed()) return *reader.failed();
    if (reader.fault() && root_ == schema::kSavedMetadata) {
        context_.report(rule("proto.invalid"), reader.fault()->offset, 0, "metadata is not JSON");
    }
    return reader.sync();
}

void Scan::lambda(const json::Token& token) {
    if (token.text != "Lambda" && !token.text.ends_with(">Lambda")) return;
    be_certain();
    context_.report(rule("keras_metadata.lambda"), token.offset, token.length, "");
}

// A damaged index of variables is told by nothing in itself.
void Scan::claim_variables() {
    Claim claim;
    claim.path = "variables/variables.index";
    claim.kind = "format";
    claim.name = "tf-bundle";
    claim.if_no_fact = &rule("bundle.invalid");
    context_.claim(std::move(claim));
}

void Scan::finish() {
    nodes_.end(assets_ != 0);
    if (root_ == schema::kSavedModel) claim_variables();
    if (root_ == schema::kSavedModel && graphs_ == 0) {
        context_.report(rule("proto.invalid"), 0, 0, "the model has no graph");
    }
    if (graphs_ == 0 && root_ != schema::kGraph) return;
    context_.property("nodes", std::to_string(nodes_.count()));
    context_.property("functions", std::to_string(nodes_.functions()));
    if (root_ == schema::kGraph) return;
    context_.property("graphs", std::to_string(graphs_));
    context_.property("signatures", std::to_string(signatures_));
    context_.property("assets", std::to_string(assets_));
}

Status Scan::broken(const Fault& fault) {
    const bool cut = fault.kind == Fault::Kind::kTruncated;
    if (!cut) context_.report(rule("proto.invalid"), fault.offset, 0, fault.text);
    return Error{cut ? Code::kTruncated : Code::kMalformed, fault.text, fault.offset, 0};
}

// ------------------------------------------------------------------------------------------------
// Which is which: none has a magic number.

bool begins(const Probe& probe, std::string_view bytes) { return starts_with(probe.head, bytes); }

// Whether the first field is a message that begins with these texts, by their numbers.
bool is_like(const Probe& probe, schema::Which root, size_t fields) {
    const protobuf::Likeness found = protobuf::likeness(probe.head, schema::kMessages, root);
    return found.fields >= fields || (found.fits && found.fields >= 3);
}

// schema version 1, then graphs; or, where the name says so, what may be left of that.
bool is_saved_model(const Probe& probe) {
    constexpr std::string_view kBegin = "\x08\x01\x12";
    if (begins(probe, kBegin) && is_like(probe, schema::kSavedModel, 8)) return true;
    return probe.promised && (begins(probe, kBegin) || kBegin.starts_with(as_text(probe.head)));
}

// The first text of a message of the given type, and the one of the next number.
struct FirstTexts {
    std::string first;
    std::string second;
};

FirstTexts first_texts(const Probe& probe, schema::Which root, schema::Which message) {
    FirstTexts found;
    Reader reader(probe.head, schema::kMessages, root, false);
    Event event;
    for (int i = 0; i < 8 && reader.next(event) && event.kind != Kind::kUnknown; i++) {
        if (event.parent != message || event.kind != Kind::kField) continue;
        if (event.number == 1 && found.first.empty()) found.first = event.text;
        if (event.number == 2 && found.second.empty()) found.second = event.text;
    }
    return found;
}

// A node with a name and an operator.
bool is_graph(const Probe& probe) {
    if (!begins(probe, "\n")) return false;
    const FirstTexts node = first_texts(probe, schema::kGraph, schema::kNode);
    return !node.first.empty() && is_identifier(node.second) && is_like(probe, schema::kGraph, 8) &&
           (is_known_op(node.second) || probe.promised);
}

// The operators that the graph uses come first. Readers take any order, and a graph without that
// list: where the name says so, it is read to see whether there is a node in it.
bool is_meta_graph(const Probe& probe) {
    if (probe.promised) return kind_of(probe).name != "text";
    if (!begins(probe, "\n")) return false;
    const FirstTexts op = first_texts(probe, schema::kMetaGraph, schema::kOp);
    return is_known_op(op.first) && is_like(probe, schema::kMetaGraph, 8);
}

bool is_keras_metadata(const Probe& probe) {
    if (!begins(probe, "\n")) return false;
    Reader reader(probe.head, schema::kMessages, schema::kSavedMetadata, false);
    Event event;
    for (int i = 0; i < 5 && reader.next(event); i++) {
        const bool kind = event.parent == schema::kKerasObject && event.number == 4;
        if (kind && event.text.starts_with("_tf_keras_")) return true;
    }
    return false;
}

// Five hashes and a version: small, and nothing but numbers before it.
bool is_fingerprint(const Probe& probe) {
    constexpr uint64_t kMost = 200;
    if (!begins(probe, "\x08") || probe.head.size() > kMost) return false;
    Reader reader(probe.head, schema::kMessages, schema::kFingerprint, true);
    uint32_t fields = 0;
    for (Event event; reader.next(event);) {
        if (event.kind == Kind::kUnknown || event.kind == Kind::kOther) return false;
        fields += event.parent == schema::kFingerprint && event.kind == Kind::kField ? 1 : 0;
    }
    return !reader.fault() && fields >= 4;
}

constexpr std::string_view kPb[] = {"pb"};
constexpr std::string_view kMeta[] = {"meta"};

template <schema::Which root>
Status scan(Tape& tape, ScanContext& context) {
    return Scan(tape, context, root).run();
}

}  // namespace

}  // namespace assay::tensorflow

namespace assay {

using namespace tensorflow;

const Format kTfSavedModelFormat{
    "tf-saved-model", false, 0, kPb, kRules, is_saved_model, scan<schema::kSavedModel>,
};
const Format kTfGraphFormat{
    "tf-graph", false, 0, kPb, {}, is_graph, scan<schema::kGraph>,
};
const Format kTfMetaGraphFormat{
    "tf-meta-graph", false, 0, kMeta, {}, is_meta_graph, scan<schema::kMetaGraph>,
};
const Format kTfKerasMetadataFormat{
    "tf-keras-metadata", false, 0, kPb, {}, is_keras_metadata, scan<schema::kSavedMetadata>,
};
const Format kTfFingerprintFormat{
    "tf-fingerprint", false, 0, kPb, {}, is_fingerprint, scan<schema::kFingerprint>,
};

}  // namespace assay
