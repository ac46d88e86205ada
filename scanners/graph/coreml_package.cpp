// Core ML's folders: packages (.mlpackage), which a manifest describes, and compiled models
// (.mlmodelc), which are what a device runs and are told here, not checked.
//
//   Manifest.json    items by their identifiers, with paths below Data/; the identifier of the
//   model NAME.mlmodelc    metadata.json; coremldata.bin; model.mil, a program as text, or
//                    model.espresso.net, layers in JSON, some of which are classes of the app
//
// How they are bent: paths that lead out, and a manifest that names another file than one looks at.
#include <map>

#include "assay/format.h"
#include "coreml.h"
#include "formats.h"
#include "text_suspicion.h"

namespace assay::coreml {

bool leaves(std::string_view path) {
    if (path.starts_with('/') || path.starts_with('~') || path.find('\\') != path.npos) return true;
    while (!path.empty()) {
        const size_t slash = path.find('/');
        if (path.substr(0, slash) == "..") return true;
        path.remove_prefix(slash == path.npos ? path.size() : slash + 1);
    }
    return false;
}

namespace {

class Manifest final : public JsonVisitor {
  public:
    explicit Manifest(ScanContext& context) : context_(context) {}

    bool token(const json::Token& token) override {
        using JsonType = json::Kind;
        if (token.kind == JsonType::kKey) key(token);
        if (token.kind != JsonType::kString) return true;
        if (is_root_ && token.depth == 1) root_ = token.text.substr(0, kLongest);
        if (is_path_ && token.depth == 3) path(token);
        return true;
    }

    [[nodiscard]] const JsonFaults* faults() const override {
        static constexpr JsonFaults kFaults{&rule("manifest.dup_key"), nullptr};
        return is_manifest_ ? &kFaults : nullptr;
    }

    Status end(bool whole) override {
        if (!is_manifest_) return Done{};
        context_.refine(kManifest.format);
        if (whole) claim_root();
        return Done{};
    }

  private:
    static constexpr std::string_view kItems = "itemInfoEntries";
    static constexpr size_t kLongest = 1000;
    static constexpr size_t kMostItems = 100;

    void key(const json::Token& token) {
        if (token.depth == 1) {
            in_items_ = token.text == kItems;
            is_root_ = token.text == "rootModelIdentifier";
            is_manifest_ |= in_items_;
        }
        if (in_items_ && token.depth == 2) item_ = token.text.substr(0, kLongest);
        is_path_ = in_items_ && token.depth == 3 && token.text == "path";
    }

    void path(const json::Token& token) {
        context_.property("item", shown(token.text));
        if (leaves(token.text)) {
            context_.report(rule("manifest.traversal"), token.offset, token.length, token.text);
        }
        if (paths_.size() < kMostItems) {
            paths_.insert_or_assign(item_, std::string(token.text.substr(0, kLongest)));
        }
    }

    void claim_root() {
        const auto found = paths_.find(root_);
        if (found == paths_.end()) {
            return context_.report(rule("manifest.root"), 0, 0, shown(root_));
        }
        if (leaves(found->second)) return;  // is said
        Claim claim;
        claim.path = "Data/" + found->second;
        claim.kind = "coreml";
        claim.name = "model";
        claim.if_no_file = &rule("manifest.missing");
        claim.if_no_fact = &rule("manifest.not_a_model");
        context_.claim(std::move(claim));
    }

    ScanContext& context_;
    bool in_items_ = false;
    bool is_path_ = false;
    bool is_root_ = false;
    bool is_manifest_ = false;
    std::string item_, root_;
    std::map<std::string, std::string, std::less<>> paths_;
};

// metadata.json of a compiled model is a list of one object; the layers of a network are an object.
class Compiled final : public JsonVisitor {
  public:
    explicit Compiled(ScanContext& context) : context_(context) {}

    [[nodiscard]] uint32_t deepest() const override { return 2; }
    bool token(const json::Token& token) override {
        if (token.kind != json::Kind::kKey) return true;
        is_metadata_ |= token.depth == 2 && token.text == "metadataOutputVersion";
        has_layers_ |= token.depth == 1 && token.text == "layers";
        return true;
    }

    Status end(bool) override {
        const bool network = has_layers_ && context_.path().ends_with(".espresso.net");
        if (!is_metadata_ && !network) return Done{};
        context_.refine(kCompiled.format);
        context_.incomplete(Coverage::kUnsupported, "compiled models of Core ML are not checked");
        return Done{};
    }

  private:
    ScanContext& context_;
    bool is_metadata_ = false;
    bool has_layers_ = false;
};

// "program(1.0)" and a dictionary about the build.
bool is_program(const Probe& probe) {
    return starts_with(probe.head, "program(") &&
           as_text(probe.head).find("[buildInfo") != std::string_view::npos;
}

constexpr std::string_view kMil[] = {"mil"};

}  // namespace

const JsonKind kManifest{
    "coreml-manifest",
    [](ScanContext& context) -> std::unique_ptr<JsonVisitor> {
        return std::make_unique<Manifest>(context);
    },
};

const JsonKind kCompiled{
    "coreml-compiled",
    [](ScanContext& context) -> std::unique_ptr<JsonVisitor> {
        return std::make_unique<Compiled>(context);
    },
};

}  // namespace assay::coreml

namespace assay {

const Format kCoremlCompiledFormat{
    "coreml-compiled",
    false,
    0,
    coreml::kMil,
    {},
    coreml::is_program,
    [](Tape&, ScanContext& context) -> Status {
        context.incomplete(Coverage::kUnsupported, "compiled models of Core ML are not checked");
        return Done{};
    },
};

}  // namespace assay
