// Any template: it ends, names no place outside of itself, and tells the same twice.
#include <cstdlib>

#include "scanners/text/jinja.h"
#include "scanners/text/jinja_tokens.h"
#include "tests/unit/support/null_context.h"

using namespace assay;

static void require(bool condition) {
    if (!condition) std::abort();
}

namespace {

class Findings final : public test::NullContext {
  public:
    explicit Findings(size_t size) : size_(size) {}
    void add(Finding finding) override {
        require(finding.offset <= size_);
        require(finding.detail.starts_with("line "));
        told.push_back(finding.detail);
    }
    std::vector<std::string> told;

  private:
    const size_t size_;
};

}  // namespace

// Tokens lie behind each other, inside the template.
static void check_tokens(std::string_view text) {
    jinja::Lexer lexer(text);
    size_t end = 0;
    while (lexer.next_tag() != jinja::Lexer::Tag::kNone) {
        for (;;) {
            const jinja::Token token = lexer.next();
            require(token.at >= end && token.at + token.text.size() <= text.size());
            end = token.at + token.text.size();
            if (token.kind == jinja::Token::Kind::kTagEnd) break;
            require(!token.text.empty());
        }
    }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text = as_text({data, size});
    check_tokens(text);
    Findings first(size);
    Findings second(size);
    check_template(text, 0, first);
    check_template(text, 0, second);
    require(first.told == second.told);
    return 0;
}
