#include "pmml.h"

#include <algorithm>
#include <iterator>

#include "text_suspicion.h"
#include "xml_rules.h"

namespace assay::pmml {

namespace {

bool is_built_in(std::string_view name) {
    constexpr std::string_view kNames[] = {
        "+",
        "-",
        "*",
        "/",
        "min",
        "max",
        "sum",
        "avg",
        "median",
        "product",
        "log10",
        "ln",
        "sqrt",
        "abs",
        "exp",
        "pow",
        "threshold",
        "floor",
        "ceil",
        "round",
        "modulo",
        "isMissing",
        "isNotMissing",
        "isValid",
        "isNotValid",
        "equal",
        "notEqual",
        "lessThan",
        "lessOrEqual",
        "greaterThan",
        "greaterOrEqual",
        "and",
        "or",
        "not",
        "isIn",
        "isNotIn",
        "if",
        "uppercase",
        "lowercase",
        "stringLength",
        "substring",
        "trimBlanks",
        "concat",
        "replace",
        "matches",
        "formatNumber",
        "formatDatetime",
        "dateDaysSinceYear",
        "dateSecondsSinceYear",
        "dateSecondsSinceMidnight",
        "normalCDF",
        "normalPDF",
        "stdNormalCDF",
        "stdNormalPDF",
        "erf",
        "normalIDF",
        "stdNormalIDF",
        "expm1",
        "hypot",
        "ln1p",
        "rint",
        "sin",
        "asin",
        "sinh",
        "cos",
        "acos",
        "cosh",
        "tan",
        "atan",
        "tanh",
    };
    return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

bool speaks_of_script(std::string_view text) {
    constexpr std::string_view kScript = "script";
    return std::search(text.begin(), text.end(), kScript.begin(), kScript.end(),
                       [](char a, char b) { return (a | 0x20) == b; }) != text.end();
}

}  // namespace

Status Document::tag(const xml::Tag& tag) {
    if (tag.end) {
        if (extension_ && tag.depth == *extension_) extension_.reset();
        return Done{};
    }
    if (extension_ && speaks_of_script(tag.name)) {
        context_.report(xml_rule("pmml.extension.script"), tag.offset, 0, shown(tag.name));
    }
    if (tag.name == "PMML") context_.property("version", shown(tag.find("version").value_or("")));
    if (tag.name == "Extension") extension(tag);
    if (tag.name == "Extension" && !extension_) extension_ = tag.depth;
    const std::string name(tag.find(tag.name == "Apply" ? "function" : "name").value_or(""));
    if (tag.name == "DefineFunction" && defined_.find(name) == defined_.end()) {
        Status kept = keep(name, tag.offset);
        if (kept) defined_.insert(name);
        return kept;
    }
    if (tag.name != "Apply" || is_built_in(name) || applied_.find(name) != applied_.end()) {
        return Done{};
    }
    Status kept = keep(name, tag.offset);
    if (kept) applied_.emplace(name, tag.offset);
    return kept;
}

Status Document::keep(const std::string& name, uint64_t at) {
    constexpr size_t kNode = 96;
    if (context_.reserve(name.size() + kNode)) return Done{};
    return Error{Code::kLimit, "the model has more functions than memory allows", at, 0};
}

void Document::extension(const xml::Tag& tag) {
    for (const xml::Attribute& attribute : tag.attributes) {
        const bool named = attribute.name == "name" && speaks_of_script(attribute.value);
        if (!named && suspicion(attribute.value).empty()) continue;
        context_.report(xml_rule("pmml.extension.script"), tag.offset, 0, shown(attribute.value));
    }
}

void Document::end(bool whole) {
    for (const auto& [name, at] : applied_) {
        if (defined_.find(name) != defined_.end()) continue;
        const bool may_follow = !whole && name.find('.') == std::string::npos;
        if (may_follow) continue;
        // A name of Java's is looked for on the class path.
        const bool is_class = name.find('.') != std::string::npos;
        context_.report(xml_rule("pmml.apply.unknown_function"), at, 0, shown(name),
                        is_class ? std::nullopt : std::optional(Severity::kMedium));
    }
}

}  // namespace assay::pmml
