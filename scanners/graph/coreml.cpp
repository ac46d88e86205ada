// Core ML: Apple's models, as a message of protobuf (.mlmodel) or a folder with one (.mlpackage).
//
//   Model      specificationVersion, description, and one of some thirty kinds of models by number
//   pipelines  hold models; networks hold layers, some of which hold networks (loops, branches)
//   ML program functions of blocks of operations; weights lie in files beside it ("@model_path/…")
//   package    Manifest.json, which names the files by path; Data/com.apple.CoreML/model.mlmodel
//
// A model is data, unless a layer, an operation or the whole model is custom: then the app's class
// of that name is looked up and made, with parameters from the model. A linked model is loaded from
// a path that the model names. Only what leads to those is taken apart here; layers of the common
// kinds are passed over, and what is inside them is not validated.
#include "coreml.h"

#include <fmt/core.h>

#include "assay/format.h"
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
};

constexpr Field kModelFields[] = {
    one(1, Type::kInt),     message(2, kDescription),   one(10, Type::kInt),
    message(200, kHolder),  message(201, kHolder),      message(202, kPipeline),
    message(303, kNetwork), message(403, kNetwork),     message(500, kNetwork),
    message(502, kProgram), message(555, kCustomModel), message(556, kLinkedModel),
};
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
constexpr Field kValueFields[] = {message(5, kBlob)};
constexpr Field kBlobFields[] = {one(1, Type::kText), one(2, Type::kInt)};
constexpr Field kCustomModelFields[] = {one(10, Type::kText)};
constexpr Field kLinkedModelFields[] = {message(1, kLinkedFile)};
constexpr Field kLinkedFileFields[] = {message(1, kParameter), message(2, kParameter)};
constexpr Field kParameterFields[] = {one(1, Type::kText)};

constexpr protobuf::Message kMessages[] = {
    kModelFields,     kDescriptionFields, kFeatureFields,      {},
    kMetadataFields,  kPairFields,        kHolderFields,       kPipelineFields,
    kNetworkFields,   kLayerFields,       kCustomLayerFields,  kBranchFields,
    kLoopFields,      kProgramFields,     kFunctionItemFields, kFunctionFields,
    kBlockItemFields, kBlockFields,       kOperationFields,    kInputItemFields,
    kArgumentFields,  kBindingFields,     kValueItemFields,    kValueFields,
    kBlobFields,      kCustomModelFields, kLinkedModelFields,  kLinkedFileFields,
    kParameterFields,
};
static_assert(std::size(kMessages) == kParameter + 1);

// Whether a path leads out of the folder that it is relative to.
bool leaves(std::string_view path) {
    if (path.starts_with('/') || path.starts_with('~') || path.find('\\') != path.npos) return true;
    while (!path.empty()) {
        const size_t slash = path.find('/');
        if (path.substr(0, slash) == "..") return true;
        path.remove_prefix(slash == path.npos ? path.size() : slash + 1);
    }
    return false;
}

class Scan {
  public:
    Scan(Tape& tape, ScanContext& context)
        : tape_(tape), context_(context), reader_(tape, kMessages) {}

    Status run();

  private:
    void take(const Event& event);
    void field(const Event& event);
    void text(const Event& event, std::string_view name);
    void metadata(const Event& event);
    void blob(const Event& event);
    Status finish();

    Tape& tape_;
    ScanContext& context_;
    protobuf::Reader reader_;
    std::string key_;
    uint64_t version_ = 0;
    uint64_t layers_ = 0;
    bool described_ = false;
};

Status Scan::run() {
    const uint64_t from = tape_.offset();
    for (Event event; reader_.next(event);) take(event);
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
    if (event.kind == Kind::kField) field(event);
    if (event.kind != Kind::kBegin) return;
    described_ |= event.message == kDescription;
    if (event.message == kLayer || event.message == kOperation) layers_++;
    if (event.message == kCustomModel) {
        context_.report(rule("custom_model"), event.offset, event.length, "");
    }
    if (event.message == kCustomLayer) {
        context_.report(rule("custom_layer"), event.offset, event.length, "");
    }
    if (event.message == kPair) key_.clear();
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
            if (event.number == 1) blob(event);
            return;
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

// Weights of a program lie in the package.
void Scan::blob(const Event& event) {
    constexpr std::string_view kPrefix = "@model_path/";
    std::string_view path = event.text;
    if (path.starts_with(kPrefix)) path.remove_prefix(kPrefix.size());
    if (!leaves(path)) return;
    context_.report(rule("blob.traversal"), event.offset, event.length, shown(event.text));
}

Status Scan::finish() {
    context_.property("specification_version", std::to_string(version_));
    context_.property("layers", std::to_string(layers_));
    const auto& fault = reader_.fault();
    if (!fault && (version_ == 0 || !described_)) {
        context_.report(rule("proto.invalid"), 0, 0, "no version or no description");
        context_.incomplete(Coverage::kMalformed, "the model is not complete");
    }
    if (!fault) return Done{};
    const bool cut = fault->kind == Fault::Kind::kTruncated;
    if (!cut) context_.report(rule("proto.invalid"), fault->offset, 0, fault->text);
    return Error{cut ? Code::kTruncated : Code::kMalformed, fault->text, fault->offset, 0};
}

// A version, then a description whose first feature has a name and a type.
bool is_coreml(const Probe& probe) {
    if (probe.promised) return true;
    const Bytes head = probe.head;
    if (head.size() < 8 || head[0] != 0x08 || head[1] == 0 || head[1] > 40 || head[2] != 0x12) {
        return false;
    }
    protobuf::Reader reader(head, kMessages, kModel, false);
    Event event;
    bool named = false;
    for (int i = 0; i < 8 && reader.next(event); i++) {
        const bool feature = event.parent == kFeature;
        if (feature && event.kind == Kind::kField && event.number == 1) {
            named = !event.text.empty() && static_cast<uint8_t>(event.text[0]) > ' ';
        }
        if (feature && event.kind == Kind::kBegin && event.number == 3) return named;
        if (event.kind == Kind::kUnknown || event.kind == Kind::kOther) return false;
    }
    return false;
}

// ------------------------------------------------------------------------------------------------
// The package

class Manifest final : public JsonVisitor {
  public:
    explicit Manifest(ScanContext& context) : context_(context) {}

    bool token(const json::Token& token) override {
        using JsonType = json::Kind;
        if (token.kind == JsonType::kKey && token.depth == 1) in_items_ = token.text == kItems;
        if (token.kind == JsonType::kKey && token.depth == 1) is_manifest_ |= in_items_;
        if (token.kind == JsonType::kKey) is_path_ = in_items_ && token.text == "path";
        if (token.kind != JsonType::kString || !is_path_ || token.depth != 3) return true;
        context_.property("item", shown(token.text));
        if (leaves(token.text)) {
            context_.report(rule("manifest.traversal"), token.offset, token.length, token.text);
        }
        return true;
    }

    Status end(bool) override {
        if (is_manifest_) context_.refine(kManifest.format);
        return Done{};
    }

  private:
    static constexpr std::string_view kItems = "itemInfoEntries";

    ScanContext& context_;
    bool in_items_ = false;
    bool is_path_ = false;
    bool is_manifest_ = false;
};

constexpr std::string_view kExtensions[] = {"mlmodel"};

}  // namespace

const JsonKind kManifest{
    "coreml-manifest",
    [](ScanContext& context) -> std::unique_ptr<JsonVisitor> {
        return std::make_unique<Manifest>(context);
    },
};

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
