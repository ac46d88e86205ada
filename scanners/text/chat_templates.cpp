// Chat templates inside JSON: tokenizer_config.json, processor_config.json, chat_template.json.
//
//   "chat_template": "…"
//   "chat_template": [{"name": "default", "template": "…"}, {"name": "tool_use", …}]
//
// Any text under the key is looked at, whatever lies between: a name has no tags, and another
// library may take another form.
#include "hf_repository.h"
#include "jinja.h"
#include "jinja_rules.h"
#include "json_path.h"
#include "json_rules.h"

namespace assay {

namespace {

class ChatTemplates final : public JsonVisitor {
  public:
    explicit ChatTemplates(ScanContext& context) : context_(context) {}

    bool token(const json::Token& token) override {
        if (token.depth == 0) return token.kind != json::Kind::kArray;
        if (token.kind == json::Kind::kKey && token.depth == 1) {
            inside_ = token.text == "chat_template" || token.text == "chat_templates";
            known_ |= inside_;
        }
        if (inside_ && token.kind == json::Kind::kString) check(token);
        return true;
    }

    Status end(bool) override { return Done{}; }

    [[nodiscard]] const JsonFaults* faults() const override {
        static constexpr JsonFaults kFaults = {&json::rule("hf.json.dup_key"), nullptr};
        return known_ ? &kFaults : nullptr;
    }

  private:
    void check(const json::Token& token) {
        check_template(token.text, token.offset, context_, false);
        if (token.cut) {
            context_.incomplete(Coverage::kCutByLimit, "a chat template is too large");
        }
    }

    ScanContext& context_;
    bool inside_ = false;
    bool known_ = false;
};

}  // namespace

const JsonKind kChatTemplates{
    "hf-config",
    [](ScanContext& context) -> std::unique_ptr<JsonVisitor> {
        return std::make_unique<ChatTemplates>(context);
    },
};

}  // namespace assay
