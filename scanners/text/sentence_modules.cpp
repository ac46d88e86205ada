// The modules.json of sentence-transformers: the modules that a model consists of, in their order.
//
//   [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}, …]
//
// The library imports the class that "type" names, from wherever it is: from a file of the
// repository with trust_remote_code, and else from any module that Python has. "path" is joined to
// the model's folder.
//
// Configurations of its modules name more: what comes behind a layer ("activation_function" of
// Dense, and of a cross encoder), the modules that Router chooses from ("types"), what splits words
// ("tokenizer_class" of WordEmbeddings). All of them were imported as they stand, and called; newer
// versions import no more than torch's without trust_remote_code.
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

// A class or function that is imported by its name.
void imports(const Token& token, json::Waiting& found) {
    const std::string_view name = token.text;
    if (starts_with_any(name, {"sentence_transformers.", "pylate.", "torch.nn."})) return;
    const size_t dot = std::min(name.rfind('.'), name.size());
    const std::string_view last = name.substr(std::min(dot + 1, name.size()));
    const auto tier = pickle::judge(name.substr(0, dot), last, false).tier;
    found.add(rule("hf.modules.custom_class"), token, shown(name),
              tier == pickle::Tier::kDangerous ? std::optional(Severity::kCritical) : std::nullopt);
}

class SentenceModules final : public JsonVisitor {
  public:
    explicit SentenceModules(ScanContext& context) : context_(context) {}
    [[nodiscard]] uint32_t deepest() const override { return 2; }

    bool token(const Token& token) override {
        if (token.depth == 0) return token.kind != Kind::kObject;
        if (token.offset > kLongestList && !known()) return false;
        if (token.depth != 2) return true;
        if (token.kind == Kind::kKey) {
            key_ = token.text.substr(0, kLongestKey);
            if (key_ == "type") types_++;
            if (key_ == "path") paths_++;
        } else if (token.kind == Kind::kString) {
            text(token);
        }
        return true;
    }

    Status end(bool) override {
        if (!known()) return Done{};
        context_.refine("sentence-transformers");
        found_.report(context_);
        return Done{};
    }

    [[nodiscard]] const JsonFaults* faults() const override {
        static constexpr JsonFaults kFaults = {&rule("hf.json.dup_key"), nullptr};
        return known() ? &kFaults : nullptr;
    }

  private:
    static constexpr size_t kLongestKey = 64;
    static constexpr uint64_t kLongestList = 64 * 1024;  // to its first module

    [[nodiscard]] bool known() const {
        return types_ > 0 && paths_ > 0 && context_.path().ends_with("modules.json");
    }
    void text(const Token& token);

    ScanContext& context_;
    json::Waiting found_;
    std::string key_;
    size_t types_ = 0;
    size_t paths_ = 0;
};

void SentenceModules::text(const Token& token) {
    if (key_ == "type") imports(token, found_);
    if (key_ != "path") return;
    const std::string_view path = token.text;
    const bool leads_out = path.starts_with('/') || path.starts_with('\\') ||
                           path.find("..") != std::string_view::npos ||
                           path.find(':') != std::string_view::npos;
    if (leads_out) found_.add(rule("hf.modules.path"), token, shown(path));
}

// ------------------------------------------------------------------------------------------------
// Configurations of modules

class SentenceParts final : public JsonVisitor {
  public:
    explicit SentenceParts(ScanContext& context) : context_(context) {}
    [[nodiscard]] uint32_t deepest() const override { return 2; }

    bool token(const Token& token) override {
        if (token.depth == 0) return token.kind != Kind::kArray;
        path_.see(token);
        if (token.kind == Kind::kKey) routes_ |= path_.is(token.depth, {"structure"});
        const bool name = token.kind == Kind::kString && token.text.find('.') != token.text.npos;
        if (name && path_[0] == "types" && token.depth == 2) imports(token, types_);
        if (name && is_imported(token.depth)) imports(token, found_);
        return true;
    }

    Status end(bool) override {
        found_.report(context_);
        if (routes_) types_.report(context_);
        return Done{};
    }

    // The document is another kind's, too, or data.
    [[nodiscard]] const JsonFaults* faults() const override { return nullptr; }

  private:
    // Libraries have such keys for names without dots.
    [[nodiscard]] bool is_imported(uint32_t depth) const {
        return path_.is(depth, {"activation_function"}) ||
               path_.is(depth, {"sbert_ce_default_activation_function"}) ||
               path_.is(depth, {"sentence_transformers", "activation_fn"}) ||
               (path_.is(depth, {"tokenizer_class"}) &&
                context_.path().ends_with("wordembedding_config.json"));
    }

    ScanContext& context_;
    json::Path path_;
    json::Waiting found_;
    json::Waiting types_;  // where there is a structure of them
    bool routes_ = false;
};

}  // namespace

const JsonKind kSentenceModules{
    "sentence-transformers",
    [](ScanContext& context) -> std::unique_ptr<JsonVisitor> {
        return std::make_unique<SentenceModules>(context);
    },
};

const JsonKind kSentenceParts{
    "sentence-transformers",
    [](ScanContext& context) -> std::unique_ptr<JsonVisitor> {
        return std::make_unique<SentenceParts>(context);
    },
};

}  // namespace assay
