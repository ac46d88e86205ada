// Core ML: Apple's models, as a message of protobuf (.mlmodel) or a folder with one (.mlpackage).
//
//   Model      specificationVersion, description, and one of some thirty kinds of models by number
//   pipelines  hold models; networks hold layers, some of which hold networks (loops, branches)
//   ML program functions of blocks of operations; weights lie in files beside it ("@model_path/…")
//   package    Manifest.json, which names the files by path; Data/com.apple.CoreML/model.mlmodel
//
// A model is data, unless a layer, an operation or the whole model is custom: then the app's class
// of that name is looked up and made, with parameters from the model. A linked model is loaded from
// a path that the model names. What leads to those is taken apart here, and trees of decisions, by
// whose numbers nodes are found; layers of the common kinds are passed over, of other kinds of
// models the form is checked, and what is inside them is not validated.
#include "coreml.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "assay/format.h"
#include "coreml_trees.h"
#include "formats.h"
#include "protobuf.h"
#include "text_suspicion.h"

namespace assay::coreml {

namespace {

using protobuf::Event;
using protobuf::Fault;
using protobuf::Field;
using protobuf::many;
using protobuf::message;
using protobuf::messages;
using protobuf::one;
using protobuf::Type;
using Kind = Event::Kind;

enum Which : uint8_t {
    kModel,
    kDescription,
    kFeature,
    kFeatureType,
    kMetadata,
    kPair,
    kHolder,  // of a pipeline
    kPipeline,
    kNetwork,
    kLayer,
    kCustomLayer,
    kBranch,
    kLoop,
    kProgram,
    kFunctionItem,
    kFunction,
    kBlockItem,
    kBlock,
    kOperation,
    kInputItem,
    kArgument,
    kBinding,
    kValueItem,
    kValue,
    kBlob,
    kCustomModel,
    kLinkedModel,
    kLinkedFile,
    kParameter,
    kTreeModel,
    kEnsemble,
    kNode,
    kEvaluation,
    kOtherModel,  // of which the form alone is checked
    kImmediate,
    kValues,
    kPairsOfValues,
    kPairOfValues,
};

constexpr Field kModelFields[] = {
    one(1, Type::kInt),         message(2, kDescription),   one(10, Type::kInt),
    message(200, kHolder),      message(201, kHolder),      message(202, kPipeline),
    message(303, kNetwork),     message(403, kNetwork),     message(500, kNetwork),
    message(502, kProgram),     message(555, kCustomModel), message(556, kLinkedModel),
    message(302, kTreeModel),   message(402, kTreeModel),   message(300, kOtherModel),
    message(301, kOtherModel),  message(304, kOtherModel),  message(400, kOtherModel),
    message(401, kOtherModel),  message(404, kOtherModel),  message(501, kOtherModel),
    message(560, kOtherModel),  message(600, kOtherModel),  message(601, kOtherModel),
    message(602, kOtherModel),  message(603, kOtherModel),  message(604, kOtherModel),
    message(606, kOtherModel),  message(607, kOtherModel),  message(609, kOtherModel),
    message(610, kOtherModel),  message(900, kOtherModel),  message(2000, kOtherModel),
    message(2001, kOtherModel), message(2002, kOtherModel), message(2003, kOtherModel),
    message(2004, kOtherModel), message(2005, kOtherModel), message(2006, kOtherModel),
};
// From which on the fields of a model are kinds of models, of which it is one.
constexpr uint32_t kFirstKind = 200;
constexpr Field kDescriptionFields[] = {
    messages(1, kFeature),  messages(10, kFeature),  messages(13, kFeature),
    messages(50, kFeature), message(100, kMetadata),
};
constexpr Field kFeatureFields[] = {
    one(1, Type::kText),
    one(2, Type::kText),
    message(3, kFeatureType),
};
constexpr Field kMetadataFields[] = {
    one(1, Type::kText), one(2, Type::kText),  one(3, Type::kText),
    one(4, Type::kText), messages(100, kPair),
};
constexpr Field kPairFields[] = {one(1, Type::kText), one(2, Type::kText)};
constexpr Field kHolderFields[] = {message(1, kPipeline)};
constexpr Field kPipelineFields[] = {messages(1, kModel), many(2, Type::kBulk)};
constexpr Field kNetworkFields[] = {messages(1, kLayer)};
constexpr Field kLayerFields[] = {
    one(1, Type::kText),
    message(500, kCustomLayer),
    message(605, kBranch),
    message(615, kLoop),
};
constexpr Field kCustomLayerFields[] = {one(10, Type::kText)};
constexpr Field kBranchFields[] = {message(1, kNetwork), message(2, kNetwork)};
constexpr Field kLoopFields[] = {message(3, kNetwork), message(4, kNetwork)};
constexpr Field kProgramFields[] = {
    one(1, Type::kInt),
    messages(2, kFunctionItem),
    messages(4, kValueItem),
};
constexpr Field kFunctionItemFields[] = {one(1, Type::kText), message(2, kFunction)};
constexpr Field kFunctionFields[] = {
    one(2, Type::kText),
    messages(3, kBlockItem),
    messages(4, kValueItem),
};
constexpr Field kBlockItemFields[] = {one(1, Type::kText), message(2, kBlock)};
constexpr Field kBlockFields[] = {messages(3, kOperation), messages(4, kValueItem)};
constexpr Field kOperationFields[] = {
    one(1, Type::kText),
    messages(2, kInputItem),
    messages(4, kBlock),
    messages(5, kValueItem),
};
constexpr Field kInputItemFields[] = {one(1, Type::kText), message(2, kArgument)};
constexpr Field kArgumentFields[] = {messages(1, kBinding)};
constexpr Field kBindingFields[] = {one(1, Type::kBulk), message(2, kValue)};
constexpr Field kValueItemFields[] = {one(1, Type::kText), message(2, kValue)};
constexpr Field kValueFields[] = {message(3, kImmediate), message(5, kBlob)};
constexpr Field kImmediateFields[] = {message(2, kValues), message(3, kValues),
                                      message(4, kPairsOfValues)};
constexpr Field kValuesFields[] = {messages(1, kValue)};
constexpr Field kPairsOfValuesFields[] = {messages(1, kPairOfValues)};
constexpr Field kPairOfValuesFields[] = {message(1, kValue), message(2, kValue)};
constexpr Field kBlobFields[] = {one(1, Type::kText), one(2, Type::kInt)};
constexpr Field kCustomModelFields[] = {one(10, Type::kText)};
constexpr Field kLinkedModelFields[] = {message(1, kLinkedFile)};
constexpr Field kLinkedFileFields[] = {message(1, kParameter), message(2, kParameter)};
constexpr Field kParameterFields[] = {one(1, Type::kText)};
constexpr Field kTreeModelFields[] = {message(1, kEnsemble), one(2, Type::kInt)};
constexpr Field kEnsembleFields[] = {messages(1, kNode), one(2, Type::kInt),
                                     many(3, Type::kManyFixed64)};
constexpr Field kNodeFields[] = {
    one(1, Type::kInt),        one(2, Type::kInt),      one(3, Type::kInt),  one(10, Type::kInt),
    one(11, Type::kFixed64),   one(12, Type::kInt),     one(13, Type::kInt), one(14, Type::kInt),
    messages(20, kEvaluation), one(30, Type::kFixed64),
};
constexpr Field kEvaluationFields[] = {one(1, Type::kInt), one(2, Type::kFixed64)};

constexpr protobuf::Message kMessages[] = {
    kModelFields,         kDescriptionFields,
    kFeatureFields,       {},
    kMetadataFields,      kPairFields,
    kHolderFields,        kPipelineFields,
    kNetworkFields,       kLayerFields,
    kCustomLayerFields,   kBranchFields,
    kLoopFields,          kProgramFields,
    kFunctionItemFields,  kFunctionFields,
    kBlockItemFields,     kBlockFields,
    kOperationFields,     kInputItemFields,
    kArgumentFields,      kBindingFields,
    kValueItemFields,     kValueFields,
    kBlobFields,          kCustomModelFields,
    kLinkedModelFields,   kLinkedFileFields,
    kParameterFields,     kTreeModelFields,
    kEnsembleFields,      kNodeFields,
    kEvaluationFields,    {},
    kImmediateFields,     kValuesFields,
    kPairsOfValuesFields, kPairOfValuesFields,
};
static_assert(std::size(kMessages) == kPairOfValues + 1);

class Scan {
  public:
    Scan(Tape& tape, ScanContext& context)
        : tape_(tape), context_(context), reader_(tape, kMessages), trees_(context) {}

    Status run();

  private:
    void take(const Event& event);
    void field(const Event& event);
    void text(const Event& event, std::string_view name);
    void metadata(const Event& event);
    void begin(const Event& event);
    void end(const Event& event);
    void kind(const Event& event);
    void end_of_model(const Event& event);
    void tree(const Event& event);
    void blob(const Event& event);
    void claim_weights();
    Status finish();

    Tape& tape_;
    ScanContext& context_;
    protobuf::Reader reader_;
    std::string key_;
    uint64_t version_ = 0;
    uint64_t layers_ = 0;
    bool described_ = false;
    std::vector<uint8_t> kinds_{0};  // of models that are open, how many they have
    Trees trees_;
    // Of the blob that is open, and of each file of weights how far they reach.
    std::string blob_;
    uint64_t blob_offset_ = 0;
    std::map<std::string, uint64_t, std::less<>> weights_;
    bool afford_ = true;
};

Status Scan::run() {
    const uint64_t from = tape_.offset();
    for (Event event; afford_ && trees_.afford() && reader_.next(event);) take(event);
    if (!afford_ || !trees_.afford()) {
        return Error{Code::kLimit, "the model has more nodes or files than memory allows", 0};
    }
    if (reader_.failed()) return *reader_.failed();
    Status synced = reader_.sync();
    if (!synced) return synced;
    context_.parsed(tape_.offset() - from);
    return finish();
}

void Scan::take(const Event& event) {
    if (event.again || event.kind == Kind::kOther) {
        context_.report(rule("proto.invalid"), event.offset, 0,
                        fmt::format("field {} comes again, or in another form", event.number));
    }
    const bool is_kind = event.parent == kModel && event.number >= kFirstKind;
    if (is_kind && (event.kind == Kind::kBegin || event.kind == Kind::kUnknown)) kind(event);
    if (event.kind == Kind::kField) field(event);
    if (event.kind == Kind::kBegin) begin(event);
    if (event.kind == Kind::kEnd) end(event);
}

void Scan::begin(const Event& event) {
    described_ |= event.message == kDescription;
    if (event.message == kLayer || event.message == kOperation) layers_++;
    if (event.message == kCustomModel) {
        context_.report(rule("custom_model"), event.offset, event.length, "");
    }
    if (event.message == kCustomLayer) {
        context_.report(rule("custom_layer"), event.offset, event.length, "");
    }
    if (event.message == kPair) key_.clear();
    if (event.message == kModel) kinds_.push_back(0);
    if (event.message == kEnsemble) trees_.open();
    if (event.message == kNode) trees_.node = {};
    if (event.message == kEvaluation) trees_.evaluation(0);
    if (event.message == kBlob) {
        blob_.clear();
        blob_offset_ = 0;
    }
}

void Scan::end(const Event& event) {
    if (event.message == kNode) trees_.add();
    if (event.message == kEnsemble) trees_.judge(event.offset);
    if (event.message == kBlob) blob(event);
    if (event.message == kModel) end_of_model(event);
}

// A reader takes the last one.
void Scan::kind(const Event& event) {
    if (kinds_.back() < UINT8_MAX && kinds_.back()++ == 1) {
        context_.report(rule("proto.invalid"), event.offset, event.length, "a second model in one");
    }
    if (event.kind != Kind::kUnknown) return;
    context_.property("kind", std::to_string(event.number));
    context_.incomplete(Coverage::kUnsupported, "the model is of a kind that is not checked");
}

void Scan::end_of_model(const Event& event) {
    if (kinds_.back() == 0) {
        context_.report(rule("proto.invalid"), event.offset, event.length, "no model in one");
        context_.incomplete(Coverage::kMalformed, "the model is not complete");
    }
    if (kinds_.size() > 1) kinds_.pop_back();
}

void Scan::field(const Event& event) {
    switch (event.parent) {
        case kModel:
            if (event.number == 1 && event.depth == 0) version_ = event.value;
            return;
        case kMetadata:
        case kPair:
            return metadata(event);
        case kOperation:
            if (event.number == 1 && event.text.starts_with("custom")) {
                context_.report(rule("custom_layer"), event.offset, event.length, event.text);
            }
            return;
        case kCustomLayer:
        case kCustomModel:
            context_.property("custom_class", shown(event.text));
            return;
        case kBlob:
            if (event.number == 1) blob_ = event.text;
            if (event.number == 2) blob_offset_ = event.value;
            return;
        case kEnsemble:
        case kNode:
        case kEvaluation:
            return tree(event);
        case kParameter:
            context_.report(rule("linked_model.path"), event.offset, event.length,
                            shown(event.text));
            return;
        default:
            return;
    }
}

void Scan::metadata(const Event& event) {
    constexpr std::string_view kNames[] = {"", "description", "version", "author", "license"};
    if (event.parent == kPair && event.number == 1) {
        key_ = shown(event.text);
        return;
    }
    text(event, event.parent == kPair ? "metadata." + key_ : std::string(kNames[event.number]));
}

void Scan::text(const Event& event, std::string_view name) {
    context_.property(name, shown(event.text));
    const std::string_view what = suspicion(event.text);
    if (what.empty()) return;
    context_.report(rule("meta.suspicious_text"), event.offset, event.length,
                    fmt::format("{}: {}", name, what));
}

void Scan::tree(const Event& event) {
    if (event.parent == kEnsemble && event.number == 2) trees_.dimensions(event.value);
    if (event.parent == kEvaluation && event.number == 1) trees_.evaluation(event.value);
    if (event.parent != kNode) return;
    TreeNode& node = trees_.node;
    if (event.number == 1) node.tree = event.value;
    if (event.number == 2) node.number = event.value;
    if (event.number == 3) node.leaf = event.value == TreeNode::kLeaf;
    if (event.number == 12) node.yes = event.value;
    if (event.number == 13) node.no = event.value;
}

// Weights of a program lie in the package.
void Scan::blob(const Event& event) {
    constexpr std::string_view kPrefix = "@model_path/";
    std::string_view path = blob_;
    if (path.starts_with(kPrefix)) path.remove_prefix(kPrefix.size());
    if (leaves(path)) {
        context_.report(rule("blob.traversal"), event.offset, event.length, shown(blob_));
        return;
    }
    if (const auto known = weights_.find(path); known != weights_.end()) {
        known->second = std::max(known->second, blob_offset_);
        return;
    }
    constexpr size_t kEntry = 200;
    afford_ = afford_ && context_.reserve(path.size() + kEntry);
    if (afford_) weights_.emplace(path, blob_offset_);
}

// At the offset lies a description of the blob, behind which it is.
void Scan::claim_weights() {
    constexpr uint64_t kDescribed = 64;
    for (const auto& [path, offset] : weights_) {
        Claim claim;
        claim.path = path;
        claim.kind = "file";
        claim.name = "size";
        claim.value =
            std::to_string(offset > UINT64_MAX - kDescribed ? UINT64_MAX : offset + kDescribed);
        claim.if_outside = &rule("blob.traversal");
        claim.if_no_file = &rule("blob.missing");
        claim.if_less = &rule("blob.out_of_range");
        context_.claim(std::move(claim));
    }
}

Status Scan::finish() {
    context_.property("specification_version", std::to_string(version_));
    context_.property("layers", std::to_string(layers_));
    const auto& fault = reader_.fault();
    if (!fault && (version_ == 0 || !described_)) {
        context_.report(rule("proto.invalid"), 0, 0, "no version or no description");
        context_.incomplete(Coverage::kMalformed, "the model is not complete");
    }
    claim_weights();
    if (!fault) end_of_model({});
    if (!fault) context_.fact({"coreml", "model", ""});
    if (!fault) return Done{};
    const bool cut = fault->kind == Fault::Kind::kTruncated;
    if (!cut) context_.report(rule("proto.invalid"), fault->offset, 0, fault->text);
    return Error{cut ? Code::kTruncated : Code::kMalformed, fault->text, fault->offset, 0};
}

// Fields of a model alone, among which are a version and a description of features that have a name
// and a type. They come in any order.
bool is_coreml(const Probe& probe) {
    if (probe.promised) return true;
    constexpr int kMostEvents = 200;
    protobuf::Reader reader(probe.head, kMessages, kModel, false);
    Event event;
    bool named = false;
    bool versioned = false;
    bool typed = false;
    for (int i = 0; i < kMostEvents && !(versioned && typed) && reader.next(event); i++) {
        const bool outer = event.depth == 0 && event.parent == kModel;
        const bool described = event.parent == kDescription || event.parent == kFeature;
        const bool unknown = event.kind == Kind::kUnknown || event.kind == Kind::kOther;
        if (unknown && (outer || described)) return false;
        if (outer && event.kind == Kind::kField && event.number == 1) {
            versioned = event.value > 0 && event.value <= 40;
            if (!versioned) return false;
        }
        if (event.parent != kFeature) continue;
        if (event.kind == Kind::kField && event.number == 1) {
            named = !event.text.empty() && static_cast<uint8_t>(event.text[0]) > ' ';
        }
        typed = typed || (event.kind == Kind::kBegin && event.number == 3 && named);
    }
    return versioned && typed;
}

constexpr std::string_view kExtensions[] = {"mlmodel"};

}  // namespace

}  // namespace assay::coreml

namespace assay {

const Format kCoremlFormat{
    "coreml",
    false,
    0,
    coreml::kExtensions,
    coreml::kRules,
    coreml::is_coreml,
    [](Tape& tape, ScanContext& context) { return coreml::Scan(tape, context).run(); },
};

}  // namespace assay
