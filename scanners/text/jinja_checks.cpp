#include "jinja_checks.h"

#include <fmt/core.h>

#include <algorithm>

#include "jinja_names.h"
#include "jinja_rules.h"

namespace assay::jinja {

// Findings come nearly in order, so lines are counted from the last one on.
size_t Checks::line_of(size_t at) {
    auto [from, line] = line_;
    const auto count = [&](size_t a, size_t b) {
        return static_cast<size_t>(std::count(text_.begin() + static_cast<ptrdiff_t>(a),
                                              text_.begin() + static_cast<ptrdiff_t>(b), '\n'));
    };
    line = at >= from ? line + count(from, at) : line - count(at, from);
    line_ = {at, line};
    return line;
}

// The same thing may be met as a text and as a step.
void Checks::report(const Rule& rule, size_t at, std::string_view what,
                    std::optional<Severity> severity) {
    if (silent_) return;
    const std::pair<const Rule*, size_t> same{&rule, at};
    if (std::find(latest_.begin(), latest_.end(), same) != latest_.end()) return;
    latest_[reported_++ % latest_.size()] = same;
    std::string detail = fmt::format("line {}: {}", line_of(at), what.substr(0, 200));
    std::replace(detail.begin(), detail.end(), kGap, '?');
    context_.report(rule, exact_ ? offset_ + at : offset_, 0, detail, severity);
}

// A dangerous name was found; was it to be hidden?
void Checks::spelling(const Value& name, size_t at) {
    if (name.built) report(rule("obfuscation.concat"), at, name.text);
    if (name.disguised) report(rule("obfuscation.escape"), at, name.text);
}

void Checks::text(const Value& value, size_t at) {
    if (!value.is_known_text() || !has_dunder_step(value.text)) return;
    told_ = {value.text, at};
    report(rule("ssti.dunder"), at, value.text);
    spelling(value, at);
}

void Checks::global(std::string_view name, size_t at) {
    if (name.starts_with("__")) report(rule("ssti.dunder"), at, name);
}

// A step whose name is not known: a number, or a text that comes with the messages, nearly always.
// But not inside an object of the renderer, nor where the text betrays itself.
void Checks::computed(const Value& from, const Value& step, size_t at) {
    if (step.kind == Value::Kind::kNumber) return;
    const bool hides = step.is_text() && (step.opaque || may_be_dunder(step.text, kGap) ||
                                          step.text.find("__") != std::string::npos);
    if (hides) report(rule("obfuscation.concat"), at, step.text);
    const bool enters = from.renderers && (from.closed || hides || step.is_text());
    if (enters) report(rule("ssti.global_access"), at, fmt::format("{}[…]", from.name));
}

// A name that runs code may be that of a field of data, too; who does nothing with it runs nothing.
void Checks::step(const Value& from, const Value& step, size_t at, bool used) {
    ran_.clear();
    if (!step.is_known_text()) return computed(from, step, at);
    const std::string_view name = step.text;
    const bool module = is_module_danger(from.name, name);
    const bool python = from.name == "os" || from.name == "sys" || from.name == "posix";
    const bool member = module && (from.global || python);
    const bool runs = runs_code(name) || member;
    const bool internal =
        is_internal(name) && (step.name == "." || !name.starts_with("__") || is_dunder(name));
    const bool enters = from.global && enters_global(from.name, name);
    const bool told = step.name != "." && told_.first == name && told_.second >= at;
    if (internal && !told) report(rule("ssti.dunder"), at, name);
    if (runs) {
        const bool only_named = !used && !member;
        report(rule("ssti.code_exec"), at, fmt::format("{}.{}", from.name, name),
               only_named ? std::optional(Severity::kMedium) : std::nullopt);
        if (!only_named) ran_ = name;
    }
    if (enters) report(rule("ssti.global_access"), at, fmt::format("{}.{}", from.name, name));
    if (!told && (internal || runs || enters)) spelling(step, at);
}

void Checks::call(const Value& what, Values arguments, size_t at) {
    const std::string_view name = what.name;
    const bool kept = runs_code(name) && ran_ != name;
    const bool evaluates = name == "eval" || name == "exec" || name == "__import__" || kept;
    ran_.clear();
    if (evaluates || (what.global && is_builtin_danger(name))) {
        report(rule("ssti.code_exec"), at, fmt::format("{}()", name));
    }
    const bool formats = name == "format" || name == "format_map";
    if (what.kind == Value::Kind::kMethod && formats &&
        (what.field || has_dunder_field(what.text))) {
        report(rule("ssti.dunder"), at, what.text);
    }
    if (what.global && name == "range") {
        for (const Value& argument : arguments) rounds(argument.number, at);
    }
}

void Checks::filter(const Value& value, std::string_view name, Values arguments, size_t at,
                    bool used) {
    if (name == "attr" && !arguments.empty()) {
        const Value& wanted = arguments[0];
        // attr('content') is message.content to all who read it.
        const bool plain = wanted.is_known_text() && !wanted.built && !wanted.disguised &&
                           !wanted.text.starts_with('_');
        report(rule("ssti.attr_filter"), at, wanted.text,
               plain ? std::optional(Severity::kLow) : std::nullopt);
        step(value, wanted, at, used);
    }
    const bool by_name = name == "map" && !arguments.empty() && arguments[0].is_text() &&
                         arguments[0].text == "attr";
    if (by_name) report(rule("ssti.attr_filter"), at, "map('attr')");
    if (!takes_attribute(name)) return;
    for (const Value& argument : arguments) {
        const bool name_of_attribute = argument.is_text() || argument.key == "attribute";
        const bool told = told_.first == argument.text && told_.second >= at;
        if (!told) text(argument, at);
        if (name_of_attribute && !argument.is_known_text()) computed(value, argument, at);
        // *['attr', name], **{'attribute': name}
        for (Values parts : {Values(argument.items), Values(argument.values)}) {
            for (const Value& part : parts) {
                if (part.is_text() && part.gaps) computed(value, part, at);
            }
        }
    }
}

void Checks::rounds(double times, size_t at) {
    if (times > kManyRounds) report(rule("dos.range"), at, fmt::format("{:.0f} rounds", times));
}

}  // namespace assay::jinja
