#include "assay/rules.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "assay/digest.h"

namespace assay {

static constexpr std::array<std::string_view, 5> kSeverityNames = {"info", "low", "medium", "high",
                                                                   "critical"};

std::string_view name_of(Severity severity) {
    return kSeverityNames[static_cast<size_t>(severity)];
}

std::optional<Severity> severity_named(std::string_view name) {
    const auto* found = std::find(kSeverityNames.begin(), kSeverityNames.end(), name);
    if (found == kSeverityNames.end()) return std::nullopt;
    return static_cast<Severity>(found - kSeverityNames.begin());
}

static bool by_id(const Rule* left, const Rule* right) { return left->id < right->id; }

// Formats that share a rule bring it each; it is in the book once.
static void insert_sorted(std::vector<const Rule*>& rules, const Rule& rule) {
    auto at = std::lower_bound(rules.begin(), rules.end(), &rule, by_id);
    if (at != rules.end() && *at == &rule) return;
    assert(at == rules.end() || (*at)->id != rule.id);
    rules.insert(at, &rule);
}

Rulebook::Rulebook() {
    for (const Rule* rule : {
             &rules::kUnreadable,      &rules::kTruncated,    &rules::kChanged,
             &rules::kLimitPinned,     &rules::kLimitChunks,  &rules::kLimitFolder,
             &rules::kLimitHeader,     &rules::kLimitDepth,   &rules::kLimitMembers,
             &rules::kLimitRatio,      &rules::kLimitTotal,   &rules::kLimitWalkDepth,
             &rules::kFormatFailed,    &rules::kWalkLoop,     &rules::kSpecial,
             &rules::kUnknownType,     &rules::kLinkDangling, &rules::kLinkOutside,
             &rules::kLinkNotFollowed, &rules::kEmpty,        &rules::kExtMismatch,
             &rules::kExecutable,      &rules::kPicklePrefix, &rules::kPolyglot,
         }) {
        insert_sorted(rules_, *rule);
    }
}

void Rulebook::add(std::span<const Rule> rules) {
    for (const Rule& rule : rules) insert_sorted(rules_, rule);
}

const Rule* Rulebook::find(std::string_view id) const {
    auto at =
        std::lower_bound(rules_.begin(), rules_.end(), id,
                         [](const Rule* rule, std::string_view key) { return rule->id < key; });
    return at != rules_.end() && (*at)->id == id ? *at : nullptr;
}

// Each field is preceded by its length, so that no two rulebooks have the same text.
static void append_framed(std::string& text, std::string_view field) {
    text += std::to_string(field.size());
    text += ':';
    text += field;
}

std::string Rulebook::digest() const {
    std::string text;
    for (const Rule* rule : rules_) {
        for (std::string_view field : {rule->id, name_of(rule->severity), rule->message, rule->why,
                                       rule->action, rule->references}) {
            append_framed(text, field);
        }
    }
    return to_hex(sha256_of(as_bytes(text)));
}

}  // namespace assay
