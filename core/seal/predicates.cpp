// What is demanded of a document before it is signed as a predicate. A signature makes whatever it
// covers believed, so a report of other files, or a card with the hashes of an older model, must
// not get one.
#include <algorithm>
#include <set>

#include "assay/attestation.h"
#include "assay/bytes.h"
#include "assay/json_text.h"

namespace assay {

namespace {

// Less than a statement may have, since it comes to stand in one.
JsonLimits limits_within(const JsonLimits& statement) {
    return {statement.bytes - statement.bytes / 16, statement.values - statement.values / 16,
            statement.depth - 2};
}

constexpr std::string_view kReport = "assay.report/1";

Error malformed(const char* text) { return {Code::kMalformed, text}; }

std::string_view text_at(const JsonValue& json, std::initializer_list<std::string_view> path) {
    const JsonValue* value = json.find_path(path);
    const std::string* text = value ? value->text() : nullptr;
    return text ? std::string_view(*text) : std::string_view();
}

bool is_kind(const JsonValue& json, std::initializer_list<std::string_view> path,
             JsonValue::Kind kind) {
    const JsonValue* value = json.find_path(path);
    return value && value->kind() == kind;
}

// A document without the blanks at its end, which would stand in the middle of the statement.
std::string trimmed(Bytes document) {
    std::string_view text = as_text(document);
    while (!text.empty() &&
           std::string_view(" \t\r\n").find(text.back()) != std::string_view::npos) {
        text.remove_suffix(1);
    }
    return std::string(text);
}

// ---- reports

std::set<std::string_view> digests_of(const std::vector<Subject>& subjects) {
    std::set<std::string_view> digests;
    for (const Subject& subject : subjects) digests.insert(subject.sha256);
    return digests;
}

// Every file of the report is a subject, and every subject that has a name and is no whole is a
// file of the report. The first subject of a folder is the folder.
Status report_is_of(const JsonValue& report, const std::vector<Subject>& subjects) {
    std::set<std::string_view> wanted = digests_of(subjects);
    std::set<std::string_view> told;
    const JsonValue* records = report.find("records");
    if (!records) return malformed("the report has no records");
    for (const JsonValue& record : records->items()) {
        if (text_at(record, {"kind"}) != "file") continue;
        std::string_view digest = text_at(record, {"digests", "sha256"});
        if (digest.empty()) return malformed("the report has no SHA-256 of a file; scan with it");
        if (!wanted.contains(digest)) return malformed("the report is of other files than these");
        told.insert(digest);
    }
    size_t wholes = subjects.size() > 1 || told.empty() ? 1 : 0;
    if (told.size() + wholes < wanted.size()) {
        return malformed("the report leaves files out; scan all of them");
    }
    return Done{};
}

bool fails(const JsonValue& finding, std::string_view threshold) {
    constexpr std::string_view kSeverities[] = {"critical", "high", "medium", "low", "info"};
    auto rank = [&](std::string_view name) {
        return std::find(std::begin(kSeverities), std::end(kSeverities), name);
    };
    return rank(text_at(finding, {"severity"})) <= rank(threshold);
}

struct Outcome {
    std::string_view result;
    std::set<std::string> failed, warned;
};

// By the report's own verdict; which of the rules failed is told by the default threshold.
Outcome outcome_of(const JsonValue& report) {
    Outcome outcome;
    for (const JsonValue& record : report.find("records")->items()) {
        const JsonValue* findings = record.find("findings");
        if (!findings) continue;
        for (const JsonValue& finding : findings->items()) {
            std::string rule(text_at(finding, {"rule"}));
            (fails(finding, "high") ? outcome.failed : outcome.warned).insert(rule);
        }
        std::string_view coverage = text_at(record, {"coverage"});
        if (coverage != "full") outcome.warned.insert("coverage." + std::string(coverage));
    }
    bool clean = text_at(report, {"summary", "verdict"}) == "clean";
    outcome.result = !clean ? "FAILED" : outcome.warned.empty() ? "PASSED" : "WARNED";
    return outcome;
}

void put_list(JsonText& json, std::string_view key, const std::set<std::string>& names) {
    json.key(key).open('[');
    for (const std::string& name : names) json.text(name);
    json.close(']');
}

std::string test_result(const JsonValue& report) {
    Outcome outcome = outcome_of(report);
    std::string_view rules = text_at(report, {"tool", "rules"});
    std::string out;
    JsonText json(out);
    json.open('{');
    json.key("result").text(outcome.result);
    json.key("configuration").open('[');
    json.open('{');
    json.key("name").text("assay " + std::string(text_at(report, {"tool", "version"})) + " rules");
    json.key("digest").open('{');
    json.key("sha256").text(rules.substr(std::min<size_t>(rules.size(), 7)));
    json.close('}');
    json.close('}');
    json.close(']');
    put_list(json, "passedTests", {});
    put_list(json, "warnedTests", outcome.warned);
    put_list(json, "failedTests", outcome.failed);
    json.close('}');
    return out;
}

Result<std::string> from_report(std::string_view type, const JsonValue& report, Bytes document,
                                const std::vector<Subject>& subjects) {
    if (text_at(report, {"schema"}) != kReport || !report.find("summary")) {
        return malformed("not a whole report of `assay scan -o json`");
    }
    if (report.find_path({"summary", "interrupted"})) {
        return malformed("the report was interrupted");
    }
    Status same = report_is_of(report, subjects);
    if (!same) return same.error();
    return type == kScanPredicate ? trimmed(document) : test_result(report);
}

// ---- documents of others

Status is_provenance(const JsonValue& json) {
    bool whole =
        !text_at(json, {"buildDefinition", "buildType"}).empty() &&
        is_kind(json, {"buildDefinition", "externalParameters"}, JsonValue::Kind::kObject) &&
        !text_at(json, {"runDetails", "builder", "id"}).empty();
    if (whole) return Done{};
    return malformed(
        "not SLSA provenance v1: it wants buildDefinition.buildType and "
        ".externalParameters, and runDetails.builder.id");
}

Status is_test_result(const JsonValue& json) {
    std::string_view result = text_at(json, {"result"});
    bool known = result == "PASSED" || result == "WARNED" || result == "FAILED";
    if (known && is_kind(json, {"configuration"}, JsonValue::Kind::kArray)) return Done{};
    return malformed("not a test result: it wants result and configuration");
}

bool is_file_of_model(const JsonValue& component) {
    std::string_view type = text_at(component, {"type"});
    return type == "machine-learning-model" || type == "file";
}

std::string lower_case(std::string_view hex) {
    std::string lower(hex);
    for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'F' ? c | 0x20 : c);
    return lower;
}

// Components that are files or the model itself; data sets and libraries are elsewhere.
// They may hold others.
// NOLINTNEXTLINE(misc-no-recursion): as deep as JsonValue::parse allowed
bool component_matches(const JsonValue& component, const std::set<std::string_view>& digests) {
    const JsonValue* hashes = is_file_of_model(component) ? component.find("hashes") : nullptr;
    if (hashes) {
        for (const JsonValue& hash : hashes->items()) {
            bool ours = text_at(hash, {"alg"}) == "SHA-256";
            if (ours && !digests.contains(lower_case(text_at(hash, {"content"})))) return false;
        }
    }
    const JsonValue* inner = component.find("components");
    return !inner ||
           std::all_of(inner->items().begin(), inner->items().end(),
                       // NOLINTNEXTLINE(misc-no-recursion)
                       [&](const JsonValue& one) { return component_matches(one, digests); });
}

Status is_bill(const JsonValue& json, const std::vector<Subject>& subjects) {
    if (text_at(json, {"bomFormat"}) != "CycloneDX" || text_at(json, {"specVersion"}).empty()) {
        return malformed("not a CycloneDX document: it wants bomFormat and specVersion");
    }
    const std::set<std::string_view> digests = digests_of(subjects);
    const JsonValue* about = json.find_path({"metadata", "component"});
    if (component_matches(json, digests) && (!about || component_matches(*about, digests))) {
        return Done{};
    }
    return malformed("the bill of materials has a SHA-256 that none of the files has");
}

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Every run of exactly 64 hexadecimal digits, wherever it stands: cards have no one form.
Status hashes_match(std::string_view text, const std::vector<Subject>& subjects) {
    std::set<std::string_view> digests = digests_of(subjects);
    for (size_t at = 0; at < text.size();) {
        size_t end = at;
        while (end < text.size() && is_hex(text[end])) end++;
        if (end - at == 64) {
            if (!digests.contains(lower_case(text.substr(at, 64)))) {
                return malformed("the model card has a SHA-256 that none of the files has");
            }
        }
        at = end + 1;
    }
    return Done{};
}

// JSON goes in as it is, anything else (YAML, Markdown with YAML before it) as text.
Result<std::string> from_card(Bytes document, const std::vector<Subject>& subjects,
                              const JsonLimits& limits) {
    Status same = hashes_match(as_text(document), subjects);
    if (!same) return same.error();
    Result<JsonValue> json = JsonValue::parse(document, limits);
    if (json && json->is_object()) return trimmed(document);
    std::string out;
    JsonText card(out);
    card.open('{');
    card.key("text").text(as_text(document));
    card.close('}');
    return out;
}

Status has_form(std::string_view type, const JsonValue& json,
                const std::vector<Subject>& subjects) {
    if (!json.is_object()) return malformed("a predicate is a JSON object");
    if (type == kSlsaPredicate) return is_provenance(json);
    if (type == kTestResultPredicate) return is_test_result(json);
    if (type == kCycloneDxPredicate) return is_bill(json, subjects);
    return Done{};
}

}  // namespace

Result<std::string> make_predicate(std::string_view type, Bytes document,
                                   const std::vector<Subject>& subjects,
                                   const JsonLimits& statement) {
    const JsonLimits limits = limits_within(statement);
    if (document.size() > limits.bytes) {
        return Error{Code::kLimit, "the predicate is too large"};
    }
    if (type == kModelCardPredicate) return from_card(document, subjects, limits);
    Result<JsonValue> json = JsonValue::parse(document, limits);
    if (!json) return json.error();
    bool report = text_at(*json, {"schema"}) == kReport;
    if (type == kScanPredicate || (type == kTestResultPredicate && report)) {
        return from_report(type, *json, document, subjects);
    }
    Status right = has_form(type, *json, subjects);
    if (!right) return right.error();
    return trimmed(document);
}

}  // namespace assay
