// The modules.json of sentence-transformers: the modules that a model consists of, in their order.
//
//   [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}, …]
//
// The library imports the class that "type" names, from wherever it is: from a file of the
// repository with trust_remote_code, and else from any module that Python has. "path" is joined to
// the model's folder.
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
    void type(const Token& token);

    ScanContext& context_;
    json::Waiting found_;
    std::string key_;
    size_t types_ = 0;
    size_t paths_ = 0;
};

void SentenceModules::text(const Token& token) {
    if (key_ == "type") type(token);
    if (key_ != "path") return;
    const std::string_view path = token.text;
    const bool leads_out = path.starts_with('/') || path.starts_with('\\') ||
                           path.find("..") != std::string_view::npos ||
                           path.find(':') != std::string_view::npos;
    if (leads_out) found_.add(rule("hf.modules.path"), token, shown(path));
}

void SentenceModules::type(const Token& token) {
    const std::string_view name = token.text;
    if (starts_with_any(name, {"sentence_transformers.", "pylate."})) return;
    const size_t dot = std::min(name.rfind('.'), name.size());
    const std::string_view last = name.substr(std::min(dot + 1, name.size()));
    const auto tier = pickle::judge(name.substr(0, dot), last, false).tier;
    found_.add(
        rule("hf.modules.custom_class"), token, shown(name),
        tier == pickle::Tier::kDangerous ? std::optional(Severity::kCritical) : std::nullopt);
}

}  // namespace

const JsonKind kSentenceModules{
    "sentence-transformers",
    [](ScanContext& context) -> std::unique_ptr<JsonVisitor> {
        return std::make_unique<SentenceModules>(context);
    },
};

}  // namespace assay
