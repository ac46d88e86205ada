// Tags and statements of a template; see jinja_reader.h.
#include "jinja.h"

#include "jinja_names.h"
#include "jinja_reader.h"
#include "jinja_rules.h"

namespace assay {

namespace jinja {

using Kind = Token::Kind;

static constexpr double kManyNestedRounds = 10'000'000;

// ------------------------------------------------------------------------------------------------
// Tags

void TemplateReader::read() {
    for (;;) {
        const Lexer::Tag tag = lexer_.next_tag();
        if (tag == Lexer::Tag::kNone) break;
        const size_t begin = lexer_.offset();
        failed_ = false;
        depth_ = 0;
        printing_ = tag == Lexer::Tag::kExpression;
        captured(text_value(lexer_.between()));
        move();
        if (tag == Lexer::Tag::kExpression) {
            captured(read_tuple());
        } else {
            read_statement();
        }
        if (!at_end()) fail();
        if (failed_ && !unparsable_) checks_.report(rule("unparsable"), begin, "");
        unparsable_ |= failed_;
        if (failed_) read_loosely();
    }
    const bool open = !lexer_.closed() && !unparsable_;
    if (open) checks_.report(rule("unparsable"), lexer_.offset(), "something is not closed");
}

bool TemplateReader::fail() {
    failed_ = true;
    return false;
}

bool TemplateReader::enter() {
    if (++depth_ <= kDeepest) return !failed_;
    checks_.report(rule("dos.nesting"), token_.at, "");
    return fail();
}

// The rest of a tag that does not parse: names after dots, texts, and what is called.
void TemplateReader::read_loosely() {
    Token before;
    Value last;
    while (!at_end()) {
        if (token_.kind == Kind::kText) {
            Value text = text_value(token_.value);
            text.disguised = token_.disguised;
            checks_.text(text, token_.at);
        }
        if (token_.kind == Kind::kName) {
            Value name = text_value(std::string(token_.text));
            name.name = ".";
            const bool step = before.is(".");
            if (step) checks_.step(last, name, token_.at, true);
            last = {};
            last.global = !step && variables_.find(token_.text) == variables_.end();
            last.name = token_.text;
            if (last.global) checks_.global(token_.text, token_.at);
        }
        if (token_.is("(") && before.kind == Kind::kName) checks_.call(last, {}, token_.at);
        before = token_;
        move();
    }
}

bool TemplateReader::skip(std::string_view symbol) {
    if (failed_ || !token_.is(symbol)) return false;
    move();
    return true;
}

bool TemplateReader::skip_name(std::string_view name) {
    if (failed_ || !token_.is_name(name)) return false;
    move();
    return true;
}

// ------------------------------------------------------------------------------------------------
// Statements

void TemplateReader::open_block(double rounds) {
    const double around = blocks_.empty() ? 1 : blocks_.back();
    const double all = rounds > 1 ? around * rounds : around;
    blocks_.push_back(all);
    if (blocks_.size() == kDeepest + 1) checks_.report(rule("dos.nesting"), token_.at, "");
    if (rounds > 1 && all > kManyNestedRounds) checks_.rounds(all, token_.at);
}

void TemplateReader::close_block() {
    if (!blocks_.empty()) blocks_.pop_back();
    end_shadows();
}

void TemplateReader::read_statement() {
    const std::string word(token_.kind == Kind::kName ? token_.text : "");
    if (word.empty()) return void(fail());
    move();
    if (word == "set") return read_set();
    if (word == "for") return read_for();
    if (word == "macro") return read_macro();
    if (word == "with") return read_with();
    if (word == "include" || word == "import" || word == "from" || word == "extends") {
        return read_include(word);
    }
    if (word.starts_with("end")) return read_end();
    if (word == "do" || word == "print" || word == "elif") return void(read_tuple());
    if (word == "if" || word == "autoescape") return read_block();
    if (word == "call") return read_call_block();
    if (word == "filter") return read_filter_block();
    if (word == "block" || word == "generation") return read_named_block();
    if (word != "else" && word != "break" && word != "continue" && word != "debug") fail();
}

void TemplateReader::read_block() {
    open_block();
    read_tuple();
}

// The name of a block may follow its end.
void TemplateReader::read_end() {
    close_block();
    end_capture();
    if (token_.kind == Kind::kName) move();
}

// {% set a, b.c = … %}, or without a value, and then up to {% endset %}.
void TemplateReader::read_set() {
    std::vector<std::string> names = read_targets();
    if (!token_.is("=")) {
        const bool filters = token_.is("|");
        while (!failed_ && token_.is("|")) read_filter(Value{});
        bind_all(names);
        open_block();
        capture(names.empty() ? std::string() : names[0]);
        if (filters) filter_capture();
        return;
    }
    move();
    const Value value = read_tuple();
    if (names.size() == 1) return bind(names[0], value);
    for (size_t i = 0; i < names.size(); i++) bind(names[i], item(value, static_cast<double>(i)));
}

// ------------------------------------------------------------------------------------------------
// What blocks give

void TemplateReader::capture(const std::string& name) {
    if (captures_.size() < kDeepest) captures_.push_back({name, text_value(""), blocks_.size()});
}

void TemplateReader::captured(const Value& value) {
    if (captures_.empty() || !value.is_text() || value.text.empty()) return;
    Value& all = captures_.back().value;
    all = all.text.empty() ? value : concatenate(all, value);
    clip(all);
}

// Space around it may be stripped, and so it is here.
void TemplateReader::end_capture() {
    if (captures_.empty() || blocks_.size() >= captures_.back().level) return;
    Capture done = std::move(captures_.back());
    captures_.pop_back();
    done.value.gaps |= done.filtered;
    done.value.opaque |= done.filtered;
    // A macro that was read before may get it.
    const bool given = done.name == "caller" && is_dunder(done.value.text);
    if (given) checks_.text(done.value, token_.at);
    bind(done.name, filtered(done.value, "trim", {}));
}

void TemplateReader::filter_capture() {
    if (!captures_.empty()) captures_.back().filtered = true;
}

// ------------------------------------------------------------------------------------------------
// More statements

// Names that are set, also "ns.field"; those with more steps are empty here.
std::vector<std::string> TemplateReader::read_targets() {
    std::vector<std::string> names;
    do {
        while (skip("(")) continue;
        if (token_.kind != Kind::kName) break;
        std::string name(token_.text);
        move();
        if (token_.is(".")) {
            const Value field = read_attribute(Value{});
            const bool more = token_.is(".") || token_.is("[");
            name = more ? std::string() : name + "." + field.name;
            read_postfix(Value{});
        }
        names.push_back(name);
        while (skip(")")) continue;
    } while (skip(","));
    if (names.empty()) fail();
    return names;
}

void TemplateReader::bind_all(const std::vector<std::string>& names) {
    for (const std::string& name : names) bind(name, Value{});
}

void TemplateReader::read_for() {
    const std::vector<std::string> names = read_targets();
    bind_all(names);
    if (!skip_name("in")) return void(fail());
    const Value over = read_binary(1);
    const Value list = over.is_text() ? filtered(over, "list", {}) : over;
    for (const Value& value : list.items) {
        if (names.size() == 1) bind(names[0], value);
        for (size_t i = 0; i < names.size() && names.size() > 1; i++) {
            bind(names[i], item(value, static_cast<double>(i)));
        }
    }
    while (skip(",")) read_binary(1);
    if (skip_name("if")) read_expression();
    skip_name("recursive");
    open_block(over.kind == Value::Kind::kUnknown ? over.number : 1);
}

void TemplateReader::read_macro() {
    open_block();
    if (token_.kind != Kind::kName) return void(fail());
    const std::string name(token_.text);
    met_.macros.insert(name);
    bind(name, Value{});
    capture(name);
    move();
    if (want("(")) read_parameters(name);
}

void TemplateReader::read_call_block() {
    open_block();
    capture("caller");
    met_.macros.insert("caller");
    if (skip("(")) read_parameters("caller");
    read_expression();
}

void TemplateReader::read_with() {
    open_block();
    while (!failed_ && token_.kind == Kind::kName) {
        const std::string name(token_.text);
        move();
        if (!want("=")) return;
        bind(name, read_expression());
        if (!skip(",")) return;
    }
}

void TemplateReader::read_filter_block() {
    open_block();
    filter_capture();
    read_filter_name(Value{});
    while (!failed_ && token_.is("|")) read_filter(Value{});
}

// {% block name scoped %}, {% generation %}
void TemplateReader::read_named_block() {
    open_block();
    while (token_.kind == Kind::kName) move();
}

void TemplateReader::read_include(std::string_view word) {
    checks_.report(rule("include"), token_.at, word);
    read_expression();
    if (!failed_) read_loosely();
}

// What one macro gives may be what another one is called with, so the calls are read until they are
// the same as before.
static Calls calls_of(std::string_view text, ScanContext& context) {
    constexpr int kMostReadings = 8;
    Calls calls;
    for (int i = 0; i < kMostReadings; i++) {
        Checks silent(text, 0, false, context);
        silent.keep_silent();
        TemplateReader reader(text, silent, calls);
        reader.read();
        if (reader.calls().same_as(calls)) break;
        calls = reader.calls();
    }
    return calls;
}

}  // namespace jinja

void check_template(std::string_view text, uint64_t offset, ScanContext& context, bool exact) {
    jinja::Checks checks(text, offset, exact, context);
    if (text.size() > jinja::kLargeTemplate) {
        checks.report(jinja::rule("dos.size"), 0, std::to_string(text.size()) + " bytes");
    }
    if (text.find("macro") == std::string_view::npos) {
        return jinja::TemplateReader(text, checks).read();
    }
    jinja::TemplateReader(text, checks, jinja::calls_of(text, context)).read();
}

}  // namespace assay
