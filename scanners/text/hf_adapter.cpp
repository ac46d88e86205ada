// What other libraries of Hugging Face read: PEFT's adapter_config.json and the model_index.json of
// diffusers.
//
// An adapter says which model it adapts, by name or path, and, where that has no class of the
// library's own, which module to import it from ("auto_mapping"), and where Megatron's parallel
// layers are to be had ("megatron_core"), which is imported, too. A pipeline of diffusers names a
// library and a class for each of its parts, a modular one deeper inside ("type_hint"); where the
// library is none that diffusers knows, it is a Python file of the repository, and so is a pipeline
// class that comes with a file.
#include <algorithm>

#include "assay/text.h"
#include "hf_repository.h"
#include "json_path.h"
#include "json_rules.h"
#include "pickle/names.h"

namespace assay {

namespace {

using json::Kind;
using json::rule;
using json::shown;
using json::Token;

constexpr JsonFaults kFaults = {&rule("hf.json.dup_key"), nullptr};

// ------------------------------------------------------------------------------------------------
// Adapters

class PeftAdapter final : public JsonVisitor {
  public:
    // What lacks a type is read all the same by who knows which one it is, LoraConfig for one.
    explicit PeftAdapter(ScanContext& context)
        : context_(context), known_(context.path().ends_with("adapter_config.json")) {}
    [[nodiscard]] uint32_t deepest() const override { return 2; }

    bool token(const Token& token) override {
        if (token.depth == 0) return token.kind != Kind::kArray;
        path_.see(token);
        if (token.kind == Kind::kKey) {
            known_ |= path_.is(token.depth, {"peft_type"}) ||
                      path_.is(token.depth, {"auto_mapping", "parent_library"});
        }
        if (token.kind == Kind::kString) text(token);
        return true;
    }

    Status end(bool) override {
        if (!known_) return Done{};
        context_.refine("peft-adapter");
        found_.report(context_);
        return Done{};
    }

    [[nodiscard]] const JsonFaults* faults() const override { return known_ ? &kFaults : nullptr; }

  private:
    void text(const Token& token);
    void module(const Token& token);

    ScanContext& context_;
    json::Path path_;
    json::Waiting found_;
    bool known_;
};

void PeftAdapter::text(const Token& token) {
    if (path_.is(token.depth, {"peft_type"})) context_.property("peft_type", shown(token.text));
    if (path_.is(token.depth, {"auto_mapping", "parent_library"})) module(token);
    if (path_.is(token.depth, {"megatron_core"})) module(token);
    // X-LoRA mixes other adapters, which it loads.
    const bool mixed = token.depth == 2 && path_[0] == "adapters";
    if (!mixed && !path_.is(token.depth, {"base_model_name_or_path"})) return;
    if (!mixed) context_.property("base_model", shown(token.text));
    const std::string_view name = token.text;
    const bool path = starts_with_any(name, {"/", "./", "../", "~", "\\"}) ||
                      name.find('\\') != std::string_view::npos ||
                      name.find("/../") != std::string_view::npos ||
                      (name.size() > 2 && name[1] == ':');
    if (path) found_.add(rule("hf.base_model.path_like"), token, shown(name));
}

// Code that came with the base model was trusted when that was loaded.
void PeftAdapter::module(const Token& token) {
    const std::string name = std::string(token.text) + ".";
    if (starts_with_any(
            name, {"transformers.", "torch.", "torchvision.", "timm.", "diffusers.",
                   "sentence_transformers.", "peft.", "open_clip.", "__main__.", "megatron."})) {
        return;
    }
    const bool trusted = name.starts_with("transformers_modules.");
    found_.add(rule("hf.adapter.parent_library"), token, shown(token.text),
               trusted ? std::optional(Severity::kLow) : std::nullopt);
}

// ------------------------------------------------------------------------------------------------
// Pipelines

constexpr size_t kMostClaims = 256;

class DiffusersPipeline final : public JsonVisitor {
  public:
    explicit DiffusersPipeline(ScanContext& context)
        : context_(context), named_(context.path().ends_with("model_index.json")) {}
    [[nodiscard]] uint32_t deepest() const override { return 4; }

    bool token(const Token& token) override {
        if (token.depth == 0) return token.kind != Kind::kArray;
        path_.see(token);
        if (token.kind == Kind::kKey) {
            known_ |= path_.is(token.depth, {"_diffusers_version"});
            known_ |= named_ && path_.is(token.depth, {"_class_name"});
        }
        const bool hint = token.depth >= 3 && path_[1] == "[]" && path_[2] == "type_hint";
        const bool opens = token.kind == Kind::kArray && (token.depth == 1 || hint);
        if (opens) item_ = 0;
        if (token.depth == 2 && path_[1] == "[]" && token.kind != Kind::kArrayEnd) part(token);
        if (token.depth == 4 && hint && path_[3] == "[]" && !opens) part(token);
        if (token.kind == Kind::kString && token.depth == 1 && path_[0][0] == '_') {
            context_.property(path_[0], shown(token.text));
        }
        return true;
    }

    Status end(bool) override {
        if (!known_) return Done{};
        context_.refine("diffusers-pipeline");
        found_.report(context_);
        for (Claim& claim : claims_) context_.claim(std::move(claim));
        return Done{};
    }

    [[nodiscard]] const JsonFaults* faults() const override { return known_ ? &kFaults : nullptr; }

  private:
    void part(const Token& token);

    ScanContext& context_;
    json::Path path_;
    json::Waiting found_;
    std::vector<Claim> claims_;
    const bool named_;
    size_t item_ = 0;
    bool known_ = false;
};

// Names of the library's own pipelines count as libraries, too.
bool is_library(std::string_view name) {
    constexpr std::array<std::string_view, 36> kLibraries = {
        "diffusers",
        "transformers",
        "onnxruntime.training",
        "stable_diffusion",
        "stable_diffusion_xl",
        "stable_diffusion_3",
        "stable_diffusion_safe",
        "stable_cascade",
        "latent_diffusion",
        "paint_by_example",
        "deepfloyd_if",
        "kandinsky",
        "kandinsky2_2",
        "kandinsky3",
        "wuerstchen",
        "audioldm",
        "audioldm2",
        "musicldm",
        "shap_e",
        "unidiffuser",
        "flux",
        "pixart_alpha",
        "animatediff",
        "controlnet",
        "alt_diffusion",
        "versatile_diffusion",
        "vq_diffusion",
        "score_sde_ve",
        "ddpm",
        "ddim",
        "dit",
        "blip_diffusion",
        "semantic_stable_diffusion",
        "stable_audio",
        "marigold",
        "deprecated",
    };
    return std::find(kLibraries.begin(), kLibraries.end(), name) != kLibraries.end();
}

// ["library", "Class"]; a library of null is a part that is left out.
void DiffusersPipeline::part(const Token& token) {
    if (item_++ > 0 || token.kind != Kind::kString || is_library(token.text)) return;
    const std::string& name = path_[0];
    if (name == "_class_name" || name == "_module") {
        found_.add(rule("diffusers.custom_module"), token, shown(name) + ": " + shown(token.text));
    } else if (name[0] != '_') {
        // It may be a pipeline that this list does not know: what counts is whether there is code.
        // Without any the library imports what goes by that name in Python, whose modules are
        // judged as a pickle that takes a class of them would be.
        const bool bad = pickle::judge(token.text, "Part", false).tier == pickle::Tier::kDangerous;
        found_.add(rule("diffusers.custom_module"), token, shown(name) + ": " + shown(token.text),
                   bad ? Severity::kHigh : Severity::kLow);
        for (const std::string& folder : {shown(name) + "/", std::string()}) {
            Claim claim;
            claim.path = folder + shown(token.text) + ".py";
            claim.offset = token.offset;
            claim.if_file = &rule("diffusers.custom_module");
            if (claims_.size() < kMostClaims) claims_.push_back(std::move(claim));
        }
    }
}

}  // namespace

const JsonKind kPeftAdapter{
    "peft-adapter",
    [](ScanContext& context) -> std::unique_ptr<JsonVisitor> {
        return std::make_unique<PeftAdapter>(context);
    },
};

const JsonKind kDiffusersPipeline{
    "diffusers-pipeline",
    [](ScanContext& context) -> std::unique_ptr<JsonVisitor> {
        return std::make_unique<DiffusersPipeline>(context);
    },
};

}  // namespace assay
