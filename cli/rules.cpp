// assay rules [ID]: what can be found, and what to make of it.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "assay/visit.h"
#include "commands.h"
#include "text.h"

namespace assay::cli {

namespace {

constexpr size_t kColumns = 100;

struct Reference {
    std::string id;
    std::string link;  // empty: no page is known for its kind
};

std::string link_of(std::string_view id) {
    auto behind = [&](std::string_view prefix) { return id.substr(prefix.size()); };
    if (id.starts_with("CWE-")) {
        return fmt::format("https://cwe.mitre.org/data/definitions/{}.html", behind("CWE-"));
    }
    if (id.starts_with("CVE-")) return fmt::format("https://nvd.nist.gov/vuln/detail/{}", id);
    if (id.starts_with("AML.T")) return fmt::format("https://atlas.mitre.org/techniques/{}", id);
    if (id.starts_with("GHSA-")) return fmt::format("https://github.com/advisories/{}", id);
    return "";
}

std::vector<Reference> references_of(const Rule& rule) {
    std::vector<Reference> references;
    std::string_view left = rule.references;
    while (!left.empty()) {
        std::string_view id = left.substr(0, left.find(' '));
        if (!id.empty()) references.push_back({std::string(id), link_of(id)});
        left.remove_prefix(std::min(id.size() + 1, left.size()));
    }
    return references;
}

std::string list_text(const Rulebook& book) {
    size_t widest = 0;
    for (const Rule* rule : book.all()) widest = std::max(widest, rule->id.size());
    std::string text;
    for (const Rule* rule : book.all()) {
        text += fmt::format("{:<{}}  {:<8}  {}\n", rule->id, widest, name_of(rule->severity),
                            rule->message);
    }
    return text;
}

std::string paragraph(std::string_view title, std::string_view body) {
    return fmt::format("\n{}\n{}\n", title, indented(wrapped(body, kColumns - 2), 2));
}

std::string explanation(const Rule& rule) {
    std::string text = fmt::format("{}  ({})\n{}\n", rule.id, name_of(rule.severity),
                                   indented(wrapped(rule.message, kColumns - 2), 2));
    text += paragraph("Why it matters", rule.why);
    text += paragraph("What to do", rule.action);
    std::string links;
    for (const Reference& reference : references_of(rule)) {
        links +=
            fmt::format("{}{:<14} {}", links.empty() ? "" : "\n", reference.id, reference.link);
    }
    return links.empty() ? text : text + paragraph("References", links);
}

void write_rule(JsonWriter& json, const Rule& rule) {
    json.begin({}, '{');
    json.text("id", rule.id);
    json.text("severity", name_of(rule.severity));
    json.text("message", rule.message);
    json.text("why", rule.why);
    json.text("action", rule.action);
    json.begin("references", '[');
    for (const Reference& reference : references_of(rule)) {
        json.begin({}, '{');
        json.text("id", reference.id);
        if (!reference.link.empty()) json.text("link", reference.link);
        json.end('}');
    }
    json.end(']');
    json.end('}');
}

std::string list_json(const Rulebook& book) {
    JsonWriter json;
    json.begin({}, '{');
    json.text("digest", "sha256:" + book.digest());
    json.begin("rules", '[');
    for (const Rule* rule : book.all()) write_rule(json, *rule);
    json.end(']');
    json.end('}');
    return json.str();
}

std::string rule_json(const Rule& rule) {
    JsonWriter json;
    write_rule(json, rule);
    return json.str();
}

// Levenshtein's distance.
size_t edits_between(std::string_view a, std::string_view b) {
    std::vector<size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 0; i < a.size(); i++) {
        size_t diagonal = std::exchange(row[0], i + 1);
        for (size_t j = 0; j < b.size(); j++) {
            size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

// Rules that hold what was typed, or are a few slips away from it; nearest first, three at most.
std::vector<std::string_view> near_misses(const Rulebook& book, std::string_view typed) {
    if (typed.size() > 100) return {};
    std::vector<std::pair<size_t, std::string_view>> near;
    for (const Rule* rule : book.all()) {
        bool within = rule->id.find(typed) != std::string_view::npos;
        size_t edits = within ? 0 : edits_between(typed, rule->id);
        if (edits <= 2 + typed.size() / 4) near.emplace_back(edits, rule->id);
    }
    std::sort(near.begin(), near.end());
    std::vector<std::string_view> ids;
    for (size_t i = 0; i < near.size() && i < 3; i++) ids.push_back(near[i].second);
    return ids;
}

int unknown_rule(const Rulebook& book, const std::string& typed) {
    std::vector<std::string_view> near = near_misses(book, typed);
    std::string text = "no such rule";
    for (size_t i = 0; i < near.size(); i++) {
        text += fmt::format("{}{}", i == 0 ? "; did you mean " : " or ", near[i]);
    }
    complain(typed, near.empty() ? text + "; 'assay rules' lists them" : text + "?");
    return kExitUsage;
}

}  // namespace

int run_rules(const Args& args) {
    const Rulebook book = rulebook_of(all_formats());
    if (args.rule.empty()) {
        return print_out(args.json ? list_json(book) : list_text(book), kExitClean);
    }
    const Rule* rule = book.find(args.rule);
    if (!rule) return unknown_rule(book, args.rule);
    return print_out(args.json ? rule_json(*rule) : explanation(*rule), kExitClean);
}

}  // namespace assay::cli
