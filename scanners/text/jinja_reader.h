// Reads the tags of a template by Jinja's grammar and tells Checks what it meets. Only names and
// texts are followed: what a constant is put together from, and which variables hold one.
//
// What does not parse is looked at token by token, so that a template is not safe from being
// checked by being broken: other renderers read other dialects.
//
// Threads: one. Borrows the text and the checks.
#pragma once

#include <map>

#include "jinja_checks.h"
#include "jinja_tokens.h"
#include "jinja_values.h"

namespace assay::jinja {

inline constexpr uint32_t kDeepest = 64;  // of brackets, and of blocks in each other

class TemplateReader {
  public:
    TemplateReader(std::string_view text, Checks& checks) : lexer_(text), checks_(checks) {}
    void read();

  private:
    // Tokens
    void move() { token_ = lexer_.next(); }
    bool skip(std::string_view symbol);
    bool skip_name(std::string_view name);
    bool want(std::string_view symbol) { return skip(symbol) || fail(); }
    bool fail();
    bool enter();
    void leave() { depth_--; }
    [[nodiscard]] bool at_end() const { return token_.kind == Token::Kind::kTagEnd; }
    [[nodiscard]] bool begins_expression() const;
    [[nodiscard]] bool only_printed() const;
    void read_loosely();

    // What blocks give: {% set x %}…{% endset %}, and a macro to who calls it.
    struct Capture {
        std::string name;
        Value value;
        size_t level;  // of blocks
        bool filtered = false;
    };
    void capture(const std::string& name);
    void captured(const Value& value);
    void end_capture();
    void filter_capture();

    // Statements
    void read_statement();
    void read_set();
    void read_for();
    void read_macro();
    void read_with();
    void read_include(std::string_view word);
    void read_block();
    void read_end();
    void read_call_block();
    void read_filter_block();
    void read_named_block();
    void read_parameters();
    std::vector<std::string> read_targets();
    void open_block(double rounds = 1);
    void close_block();
    void bind(const std::string& name, const Value& value);
    void bind_field(std::string_view owner, std::string_view field, const Value& value);
    void bind_all(const std::vector<std::string>& names);

    // Expressions, from the loosest operator to the tightest
    Value read_tuple();
    Value read_expression();
    Value read_binary(int least);
    Value read_unary();
    Value read_primary();
    Value read_name();
    Value read_texts();
    Value read_number();
    Value read_list(std::string_view end);
    Value read_parentheses();
    Value read_dictionary();
    Value read_postfix(Value value);
    Value read_attribute(const Value& from);
    Value read_subscript(const Value& from);
    Value read_call(const Value& what);
    Value read_filter(const Value& value);
    Value read_filter_name(const Value& value);
    void read_test();
    void read_argument_of_test();
    std::vector<Value> read_arguments();  // the first ones
    Value stepped(const Value& from, const Value& step, size_t at);
    Value combine(std::string_view symbol, const Value& left, const Value& right, size_t at);
    [[nodiscard]] int binary_level() const;

    Lexer lexer_;
    Checks& checks_;
    Token token_;
    bool printing_ = false;    // {{ … }}
    bool failed_ = false;      // this tag does not parse
    bool unparsable_ = false;  // some tag did not
    uint32_t depth_ = 0;
    std::vector<Capture> captures_;
    std::vector<double> blocks_;  // of each open one the rounds, with those around it
    std::map<std::string, Value, std::less<>> variables_;
    size_t kept_ = 0;  // in variables, over time
};

}  // namespace assay::jinja
