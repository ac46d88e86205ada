// Expressions of a template, by recursive descent: each function reads one level of the grammar and
// says what is known of the value.
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "jinja_names.h"
#include "jinja_reader.h"
#include "jinja_rules.h"

namespace assay::jinja {

using Kind = Token::Kind;

static constexpr size_t kMostArguments = 16;  // that are followed

namespace {

bool may_be_private(const Value& value) {
    return value.text.find('_') != std::string::npos || value.gaps;
}

// Of two values that an expression may come to, the one that is rather part of a private name.
Value likelier(const Value& left, const Value& right) {
    const bool texts = left.is_text() && right.is_text();
    if (texts && left.text == right.text) return left;
    Value value = left.is_text() ? left : right;
    if (texts && may_be_private(left) == may_be_private(right)) {
        value = left.text.size() >= right.text.size() ? left : right;
    } else if (texts) {
        value = may_be_private(left) ? left : right;
    }
    value.gaps = true;  // it may be the other one
    value.truth.reset();
    return value;
}

Value chosen(const std::optional<bool>& first, const Value& left, const Value& right) {
    if (first) return *first ? left : right;
    return likelier(left, right);
}

// Python's "or" and "and".
Value either(bool is_or, const Value& left, const Value& right) {
    const std::optional<bool> holds = left.holds();
    return chosen(holds ? std::optional(*holds == is_or) : std::nullopt, left, right);
}

double value_of_number(std::string_view spelled) {
    std::string digits;
    for (char c : spelled) {
        if (c != '_') digits += c;
    }
    const bool odd = digits.starts_with("0b") || digits.starts_with("0o");
    if (odd) {
        const int base = digits[1] == 'b' ? 2 : 8;
        return static_cast<double>(std::strtoull(digits.c_str() + 2, nullptr, base));
    }
    return std::strtod(digits.c_str(), nullptr);
}

double rounds_of_range(Values arguments) {
    auto bound = [&](size_t i) { return arguments[i].number; };
    if (arguments.size() == 1) return bound(0);
    if (arguments.size() < 2) return 1;
    const double step = arguments.size() > 2 && bound(2) != 0 ? bound(2) : 1;
    return (bound(1) - bound(0)) / step;
}

}  // namespace

// A tuple may end with a comma.
bool TemplateReader::begins_expression() const {
    return !at_end() && !token_.is(")") && !token_.is("]") && !token_.is("}") && !token_.is("=");
}

// Whether what was read last only becomes a part of the output.
bool TemplateReader::only_printed() const {
    const bool closes = token_.is(")") || token_.is("]") || token_.is("}");
    const bool goes_on =
        token_.is("~") || token_.is("+") || token_.is_name("if") || token_.is_name("else");
    return printing_ && !closes && lexer_.depth() == 0 && (at_end() || goes_on);
}

// a, b, c: of which only a single one is followed.
Value TemplateReader::read_tuple() {
    Value value = read_expression();
    if (!token_.is(",")) return value;
    Value list;
    list.kind = Value::Kind::kList;
    append(list, value);
    while (skip(",") && begins_expression()) append(list, read_expression());
    return list;
}

Value TemplateReader::read_expression() {
    Value value = read_binary(1);
    while (skip_name("if")) {
        const std::optional<bool> holds = read_binary(1).holds();
        if (skip_name("else")) value = chosen(holds, value, read_binary(1));
    }
    return value;
}

// How tightly the operator that comes next binds; 0 if there is none.
int TemplateReader::binary_level() const {
    if (failed_) return 0;
    if (token_.kind == Kind::kName) {
        if (token_.text == "or") return 1;
        if (token_.text == "and") return 2;
        return token_.text == "in" || token_.text == "not" ? 4 : 0;
    }
    if (token_.kind != Kind::kOperator) return 0;
    constexpr std::array<std::string_view, 5> kLevels = {" == != < > <= >= ", " + - ", " ~ ",
                                                         " * / // % ", " ** "};
    const std::string symbol = " " + std::string(token_.text) + " ";
    for (size_t i = 0; i < kLevels.size(); i++) {
        if (kLevels[i].find(symbol) != std::string_view::npos) return static_cast<int>(i) + 4;
    }
    return 0;
}

Value TemplateReader::read_binary(int least) {
    Value left = read_unary();
    for (int level = binary_level(); level >= least && level > 0; level = binary_level()) {
        const Token symbol = token_;
        move();
        if (symbol.is_name("not") && !skip_name("in")) fail();
        const Value right = read_binary(level + 1);
        left = combine(symbol.text, left, right, symbol.at);
    }
    return left;
}

Value TemplateReader::combine(std::string_view symbol, const Value& left, const Value& right,
                              size_t at) {
    const bool numbers = left.kind == Value::Kind::kNumber && right.kind == left.kind;
    Value value;
    if (symbol == "+") value = add(left, right);
    if (symbol == "~") value = concatenate(left, right);
    if (symbol == "or" || symbol == "and") value = either(symbol == "or", left, right);
    if (symbol == "*" && numbers) value = number_value(left.number * right.number);
    if (symbol == "-" && numbers) value = number_value(left.number - right.number);
    if (symbol == "**" && numbers) {
        value = number_value(std::pow(left.number, right.number));
        checks_.rounds(right.number, at);
    }
    const bool repeats = left.is_text() || left.kind == Value::Kind::kList;
    if (symbol == "*" && repeats) checks_.rounds(right.number, at);
    if (symbol == "*" && left.is_text()) value = repeat(left, right.number);
    if (symbol == "*" && right.is_text()) {
        checks_.rounds(left.number, at);
        value = repeat(right, left.number);
    }
    if (symbol == "%" && left.is_text()) {
        const bool tuple = right.kind == Value::Kind::kList && right.values.empty();
        value = format_percent(left, tuple ? Values(right.items) : Values(&right, 1));
    }
    if (!only_printed()) checks_.text(value, at);
    return value;
}

Value TemplateReader::read_unary() {
    Value value;
    if (!enter()) return value;
    if (token_.is_name("not")) {
        move();
        read_binary(4);
    } else if (token_.is("-") || token_.is("+")) {
        const bool minus = token_.is("-");
        move();
        value = read_unary();
        if (value.kind != Value::Kind::kNumber) value = {};
        if (minus) value.number = -value.number;
    } else {
        value = read_postfix(read_primary());
    }
    leave();
    return value;
}

Value TemplateReader::read_primary() {
    if (failed_) return {};
    if (token_.kind == Kind::kName) return read_name();
    if (token_.kind == Kind::kText) return read_texts();
    if (token_.kind == Kind::kNumber) return read_number();
    if (skip("(")) return read_parentheses();
    if (skip("[")) return read_list("]");
    if (skip("{")) return read_dictionary();
    fail();
    return {};
}

Value TemplateReader::read_name() {
    const Token name = token_;
    move();
    callee_ = token_.is("(") ? name.text : std::string_view();
    auto known = variables_.find(name.text);
    if (known != variables_.end()) {
        Value value = known->second;
        if (value.owner.empty()) value.owner = name.text;
        return value;
    }
    Value value;
    const bool yes = name.text == "true" || name.text == "True";
    const bool no =
        name.text == "false" || name.text == "False" || name.text == "none" || name.text == "None";
    if (yes || no) {
        value.truth = yes;
        return value;
    }
    checks_.global(name.text, name.at);
    value.name = name.text;
    value.global = true;
    value.renderers = is_renderers(name.text);
    value.closed = is_closed(name.text);
    return value;
}

// Texts that follow each other are one.
Value TemplateReader::read_texts() {
    const size_t at = token_.at;
    Value all;
    for (bool first = true; token_.kind == Kind::kText; first = false) {
        Value text = text_value(token_.value);
        text.disguised = token_.disguised;
        all = first ? text : concatenate(all, text);
        move();
    }
    if (!only_printed()) checks_.text(all, at);
    all.field = has_dunder_field(all.text);
    clip(all);
    return all;
}

Value TemplateReader::read_number() {
    const double number = value_of_number(token_.text);
    move();
    return number_value(number);
}

Value TemplateReader::read_list(std::string_view end) {
    Value list;
    list.kind = Value::Kind::kList;
    while (!failed_ && !token_.is(end)) {
        append(list, read_expression());
        if (!skip(",")) break;
    }
    want(end);
    return list;
}

// (a) is a, (a,) and () are tuples.
Value TemplateReader::read_parentheses() {
    if (skip(")")) return {};
    Value value = read_tuple();
    want(")");
    return value;
}

Value TemplateReader::read_dictionary() {
    Value dictionary;
    dictionary.kind = Value::Kind::kList;
    while (!failed_ && !token_.is("}")) {
        const Value key = read_expression();
        if (!want(":")) break;
        append_pair(dictionary, key, read_expression());
        if (!skip(",")) break;
    }
    want("}");
    return dictionary;
}

Value TemplateReader::read_postfix(Value value) {
    while (!failed_) {
        if (token_.is(".")) {
            value = read_attribute(value);
        } else if (token_.is("[")) {
            value = read_subscript(value);
        } else if (token_.is("(")) {
            value = read_call(value);
        } else if (token_.is("|")) {
            value = read_filter(value);
        } else if (token_.is_name("is")) {
            read_test();
            value = {};
        } else {
            break;
        }
    }
    return value;
}

Value TemplateReader::stepped(const Value& from, const Value& step, size_t at) {
    checks_.step(from, step, at, used());
    Value value;
    value.renderers = from.renderers;
    value.closed = from.closed;
    if (!step.is_known_text()) return value;
    if (const Value* known = looked_up(from, step.text)) {
        value = *known;
        const bool field = !from.owner.empty() && from.owner.find('.') == std::string::npos;
        value.owner = field ? from.owner + "." + step.text : std::string();
        return value;
    }
    if (from.is_text() || from.kind == Value::Kind::kList) {
        value = from;
        value.kind = Value::Kind::kMethod;
        value.global = false;
    }
    value.name = step.text;
    return value;
}

Value TemplateReader::read_attribute(const Value& from) {
    move();
    const Token name = token_;
    if (name.kind == Kind::kNumber) return item(from, read_number().number);
    if (name.kind != Kind::kName) {
        fail();
        return {};
    }
    move();
    Value step = text_value(std::string(name.text));
    step.name = ".";
    return stepped(from, step, name.at);
}

// [a], [a, b], [a:b:c]
Value TemplateReader::read_subscript(const Value& from) {
    const size_t at = token_.at;
    move();
    std::array<std::optional<double>, 3> bounds;
    Value first;
    size_t parts = 0;
    do {
        const bool absent = token_.is(":") || token_.is("]");
        const Value value = absent ? Value{} : read_tuple();
        if (parts == 0) first = value;
        if (!absent) bounds[parts] = value.number;
    } while (++parts < 3 && skip(":"));
    want("]");
    Value value;
    value.renderers = from.renderers;
    value.closed = from.closed;
    const bool unknown = parts == 1 && first.kind == Value::Kind::kUnknown;
    if (unknown && !from.values.empty()) {
        value = one_of(from.values);
    } else if (unknown) {
        value = stepped(from, first, at);
    }
    if (parts > 1) value = slice(from, bounds);
    if (parts == 1 && first.kind == Value::Kind::kNumber) value = item(from, first.number);
    if (parts == 1 && first.is_text()) value = stepped(from, first, at);
    if (value.is_text()) checks_.text(value, at);
    return value;
}

std::vector<Value> TemplateReader::read_arguments() {
    std::vector<Value> arguments;
    while (!failed_ && !token_.is(")")) {
        if (!skip("*")) skip("**");
        const std::string name(token_.kind == Kind::kName ? token_.text : "");
        Value value = read_expression();
        if (!name.empty() && token_.is("=")) {
            move();
            value = read_expression();
            value.key = name;
        }
        if (arguments.size() < kMostArguments) arguments.push_back(std::move(value));
        if (!skip(",")) break;
    }
    want(")");
    return arguments;
}

Value TemplateReader::read_call(const Value& what) {
    const size_t at = token_.at;
    const std::string callee = std::exchange(callee_, std::string());
    move();
    const std::vector<Value> arguments = read_arguments();
    checks_.call(what, arguments, at);
    note_call(callee, what, arguments);
    if (what.kind == Value::Kind::kMethod && !what.owner.empty()) change(what, arguments);
    // Only a macro is a text that can be called.
    Value value = what.is_text() ? what : called(what, arguments);
    if (what.global && what.name == "range") value.number = rounds_of_range(arguments);
    checks_.text(value, at);
    return value;
}

Value TemplateReader::read_filter(const Value& value) {
    move();
    return read_filter_name(value);
}

Value TemplateReader::read_filter_name(const Value& value) {
    const Token name = token_;
    if (name.kind != Kind::kName) {
        fail();
        return {};
    }
    move();
    const std::vector<Value> arguments = skip("(") ? read_arguments() : std::vector<Value>{};
    checks_.filter(value, name.text, arguments, name.at, used());
    Value result = filtered(value, name.text, arguments);
    if (name.text == "attr" && !arguments.empty()) {
        const Value& step = arguments[0];
        if (step.is_known_text()) result.name = step.text;
    }
    checks_.text(result, name.at);
    return result;
}

// is not divisibleby 3, is in [a, b], is defined
void TemplateReader::read_test() {
    move();
    skip_name("not");
    if (token_.kind != Kind::kName) return void(fail());
    move();
    while (skip(".")) move();
    constexpr std::string_view kNext = " else or and is ";
    const bool word = token_.kind == Kind::kName;
    const std::string name = word ? " " + std::string(token_.text) + " " : "";
    if (skip("(")) {
        read_arguments();
    } else if (word ? kNext.find(name) == std::string_view::npos
                    : token_.kind == Kind::kText || token_.kind == Kind::kNumber ||
                          token_.is("[") || token_.is("{")) {
        if (!enter()) return;
        read_argument_of_test();
        leave();
    }
}

// One value with its steps, but no filters or tests: these belong to the whole.
void TemplateReader::read_argument_of_test() {
    Value value = read_primary();
    while (!failed_ && (token_.is(".") || token_.is("[") || token_.is("("))) {
        if (token_.is(".")) {
            value = read_attribute(value);
        } else {
            value = token_.is("[") ? read_subscript(value) : read_call(value);
        }
    }
}

}  // namespace assay::jinja
