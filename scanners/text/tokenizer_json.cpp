// tokenizer.json: how the tokenizers library of Hugging Face splits text and what its pieces are.
//
//   {"version", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder",
//   "model"}
//   {"type": "Split", "pattern": {"Regex": "…"}, …}, alone or in a "Sequence" of any depth
//
// The vocabulary is data. What acts are the regular expressions, which run over every text that
// users send: one that can match the same text in exponentially many ways makes a server hang on a
// short one.
#include <algorithm>

#include "hf_repository.h"
#include "json_path.h"
#include "json_rules.h"
#include "regex_ambiguity.h"

namespace assay {

namespace {

using json::Kind;
using json::Token;

class TokenizerJson final : public JsonVisitor {
  public:
    explicit TokenizerJson(ScanContext& context) : context_(context) {}

    bool token(const Token& token) override {
        if (token.depth == 0) return token.kind != Kind::kArray;
        if (token.kind == Kind::kKey) key(token);
        if (token.kind == Kind::kString && inside_ && is_regex_) check(token);
        if (token.kind != Kind::kKey) is_regex_ = false;
        return true;
    }

    // Deeper than the reader of the library follows.
    [[nodiscard]] uint32_t deepest() const override { return 200; }

    Status end(bool) override {
        if (parts_ > 1) found_.report(context_);
        return Done{};
    }

  private:
    void key(const Token& token) {
        is_regex_ = token.text == "Regex";
        if (token.depth != 1) return;
        constexpr std::string_view kParts[] = {"normalizer", "pre_tokenizer", "post_processor",
                                               "decoder"};
        inside_ = std::find(std::begin(kParts), std::end(kParts), token.text) != std::end(kParts);
        const bool known = inside_ || token.text == "added_tokens" || token.text == "model";
        parts_ += known ? 1 : 0;
    }

    void check(const Token& token) {
        if (token.cut) return too_large(token);
        switch (ambiguity_of(token.text)) {
            case Ambiguity::kExponential:
                found_.add(json::rule("tokenizer.json.regex_dos"), token, json::shown(token.text));
                return;
            case Ambiguity::kTooLarge:
                return too_large(token);
            case Ambiguity::kUnknown:
                found_.add(json::rule("tokenizer.json.regex_invalid"), token,
                           json::shown(token.text));
                return;
            case Ambiguity::kNone:
                return;
        }
    }

    void too_large(const Token& token) {
        found_.add(json::rule("tokenizer.json.regex_too_large"), token, json::shown(token.text));
    }

    ScanContext& context_;
    json::Waiting found_;
    bool inside_ = false;    // what may hold expressions
    bool is_regex_ = false;  // the value that comes is one
    int parts_ = 0;          // of a tokenizer, that were there
};

}  // namespace

const JsonKind kTokenizerJson{
    "tokenizer",
    [](ScanContext& context) -> std::unique_ptr<JsonVisitor> {
        return std::make_unique<TokenizerJson>(context);
    },
};

}  // namespace assay
