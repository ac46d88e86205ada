// Reads the tags of a template by Jinja's grammar and tells Checks what it meets. Only names and
// texts are followed: what a constant is put together from, and which variables hold one.
//
// What does not parse is looked at token by token, so that a template is not safe from being
// checked by being broken: other renderers read other dialects.
//
// Threads: one. Borrows the text and the checks.
#pragma once

#include <map>
#include <set>

#include "jinja_checks.h"
#include "jinja_tokens.h"
#include "jinja_values.h"

namespace assay::jinja {

inline constexpr uint32_t kDeepest = 64;  // of brackets, and of blocks in each other

// Calls with arguments that are followed: a macro is read before it is called, so it is read twice.
struct Call {
    bool nameless = false;  // or a variable: it may be any macro
    std::vector<Value> arguments;
};
// Of each callee the first ones that differ.
struct Calls {
    std::map<std::string, std::vector<Call>, std::less<>> by_name;
    std::set<std::string, std::less<>> macros;
    std::set<std::string, std::less<>> left_off;  // callees of which there were more
    void add(const std::string& callee, Call call);
    [[nodiscard]] bool same_as(const Calls& other) const;
};

class TemplateReader {
  public:
    TemplateReader(std::string_view text, Checks& checks) : lexer_(text), checks_(checks) {}
    // The calls are those of a reading that came before.
    TemplateReader(std::string_view text, Checks& checks, Calls given)
        : lexer_(text), checks_(checks), given_(std::move(given)) {
        find_others();
    }
    void read();
    [[nodiscard]] const Calls& calls() const { return met_; }

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
    void read_parameters(const std::string& macro);
    void note_call(const std::string& callee, const Value& what, Values arguments);
    [[nodiscard]] Value parameter(const std::string& macro, const std::string& name, size_t place,
                                  const std::optional<Value>& otherwise) const;
    template <class Visit>
    void each_call(const std::string& macro, Visit visit) const;
    void find_others();
    void shadow(const std::string& name);
    void end_shadows();
    void bind_rest(const std::string& macro, const std::set<std::string>& names);
    void change(const Value& list, Values arguments);
    [[nodiscard]] bool surely() const { return blocks_.empty(); }
    [[nodiscard]] bool used() const { return token_.is("(") || token_.is(".") || token_.is("["); }
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
    struct Shadowed {
        std::string name;
        Value value;
        size_t level;  // of the block that hides it
    };
    std::vector<Shadowed> shadowed_;
    std::vector<std::string> aliases_;  // variables that are the list of another one
    std::string callee_;                // the name that was read last, if it is called
    Calls met_, given_;
    std::vector<std::pair<std::string, const Call*>> others_;  // of given_: of no macro by name
    size_t kept_ = 0;                                          // in variables, over time
};

}  // namespace assay::jinja
