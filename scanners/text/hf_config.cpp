// Configurations of Hugging Face repositories: config.json, tokenizer_config.json and those of
// processors. One object, of which the library takes what it knows and passes the rest on.
//
// What matters here is what names code. "auto_map" leads from a class of the library to one in a
// Python file, of this repository ("modeling_x.Model") or of another one ("org/repo--file.Model"),
// which is downloaded and run if the user trusts remote code, and by some programs if he does not.
// Newer libraries also take an implementation of attention from a repository of kernels. Keys that
// only the library itself should set are attributes of the loaded object all the same.
//
// How it is bent: what names code stands in a configuration inside the configuration, or in a file
// that lacks every other key. So a file that libraries open by its name counts whatever it holds,
// and keys that no other document has count wherever they stand.
#include <algorithm>

#include "hf_repository.h"
#include "json_path.h"
#include "json_rules.h"

namespace assay {

namespace {

using json::Kind;
using json::rule;
using json::shown;
using json::Token;

bool is_text(const Token& token) { return token.kind == Kind::kString; }

class HfConfig final : public JsonVisitor {
  public:
    explicit HfConfig(ScanContext& context)
        : context_(context), named_(is_loaded_by_name(context.path())) {}
    [[nodiscard]] uint32_t deepest() const override { return json::Path::kMost; }
    bool token(const Token& token) override;
    Status end(bool whole) override;
    [[nodiscard]] const JsonFaults* faults() const override {
        static constexpr JsonFaults kFaults = {&rule("hf.json.dup_key"), nullptr};
        return known_ ? &kFaults : nullptr;
    }

  private:
    void key(const Token& token);
    void value(const Token& token);
    void code(const Token& token);
    void attention(const Token& token);
    void describe(const Token& token);
    [[nodiscard]] size_t auto_map(uint32_t depth) const;
    [[nodiscard]] std::string_view attention_key(uint32_t depth) const;

    ScanContext& context_;
    json::Path path_;
    json::Waiting found_;
    const bool named_;  // as what libraries open
    bool known_ = false;
};

bool HfConfig::token(const Token& token) {
    if (token.depth == 0 && token.kind == Kind::kArray) return false;
    path_.see(token);
    if (token.depth == 0) return true;
    if (token.kind == Kind::kKey) {
        key(token);
    } else {
        value(token);
    }
    return true;
}

// Keys of which no other documents' have the like.
void HfConfig::key(const Token& token) {
    constexpr std::array<std::string_view, 15> kTelling = {
        "model_type",           "architectures",        "auto_map",
        "tokenizer_class",      "processor_class",      "feature_extractor_type",
        "image_processor_type", "transformers_version", "custom_pipelines",
        "attn_implementation",  "_attn_implementation", "_attn_implementation_internal",
        "_name_or_path",        "added_tokens_decoder", "model_max_length",
    };
    constexpr std::array<std::string_view, 3> kAnywhere = {"auto_map", "_attn_implementation",
                                                           "_attn_implementation_internal"};
    known_ |= std::find(kAnywhere.begin(), kAnywhere.end(), token.text) != kAnywhere.end();
    known_ |= named_ && token.text == "trust_remote_code";
    if (token.depth != 1) return;
    known_ |= std::find(kTelling.begin(), kTelling.end(), token.text) != kTelling.end();
}

// How deep the innermost "auto_map" stands on the way to a value: 1 is that of the configuration.
size_t HfConfig::auto_map(uint32_t depth) const {
    for (uint32_t i = depth; i > 0; i--) {
        if (path_[i - 1] == "auto_map") return i;
    }
    return 0;
}

void HfConfig::value(const Token& token) {
    if (is_text(token)) code(token);
    if (is_text(token)) attention(token);
    if (token.depth == 1) describe(token);
    const std::string_view name = path_.name(token.depth);
    if (name == "trust_remote_code" && is_true(token)) {
        found_.add(rule("hf.config.trust_remote_code_key"), token, "");
    }
}

void HfConfig::code(const Token& token) {
    if (path_[0] == "custom_pipelines" && path_.name(token.depth) == "impl") {
        found_.add(rule("hf.custom_pipelines"), token, shown(token.text));
    }
    const size_t level = auto_map(token.depth);
    if (level == 0) return;
    const bool remote = token.text.find("--") != std::string_view::npos;
    const std::string detail = shown(path_.name(token.depth)) + ": " + shown(token.text);
    found_.add(remote ? rule("hf.auto_map.remote_repo") : rule("hf.auto_map.local_code"), token,
               detail);
    // Of this repository's own files the user knows when he trusts it at all.
    if (level > 1) {
        found_.add(rule("hf.auto_map.nested"), token, shown(path_[0]) + ": " + detail,
                   remote ? std::nullopt : std::optional(Severity::kHigh));
    }
}

// "flash_attention_2" is a choice among the library's own, "org/kernels" is code.
// One for the whole model, or one for each of its parts.
std::string_view HfConfig::attention_key(uint32_t depth) const {
    for (uint32_t i = std::min(depth, json::Path::kMost); i > 0; i--) {
        const std::string_view name = path_[i - 1];
        if (name.ends_with("attn_implementation") || name == "_attn_implementation_internal") {
            return name;
        }
    }
    return {};
}

void HfConfig::attention(const Token& token) {
    const std::string_view name = attention_key(token.depth);
    const bool internal = name == "_attn_implementation_internal";
    if (name.empty()) return;
    const bool foreign = token.text.find('/') != std::string_view::npos;
    if (!foreign && !internal) return;
    found_.add(rule("hf.config.attn_internal"), token, shown(name) + ": " + shown(token.text),
               foreign ? std::nullopt : std::optional(Severity::kLow));
}

void HfConfig::describe(const Token& token) {
    constexpr std::array<std::string_view, 6> kTold = {"model_type",      "transformers_version",
                                                       "torch_dtype",     "dtype",
                                                       "tokenizer_class", "processor_class"};
    const std::string& name = path_[0];
    if (!is_text(token) || std::find(kTold.begin(), kTold.end(), name) == kTold.end()) return;
    context_.property(name, shown(token.text));
}

Status HfConfig::end(bool) {
    if (!known_) return Done{};
    context_.refine("hf-config");
    found_.report(context_);
    return Done{};
}

}  // namespace

const JsonKind kHfConfig{
    "hf-config",
    [](ScanContext& context) -> std::unique_ptr<JsonVisitor> {
        return std::make_unique<HfConfig>(context);
    },
};

}  // namespace assay
