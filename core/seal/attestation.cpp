#include "assay/attestation.h"

#include <algorithm>
#include <array>

#include "assay/bytes.h"
#include "assay/digest.h"
#include "assay/json_text.h"
#include "assay/oms.h"

namespace assay {

namespace {

constexpr std::string_view kType = "https://in-toto.io/Statement/v1";
constexpr std::string_view kOldType = "https://in-toto.io/Statement/v0.1";
constexpr std::string_view kOf = "assay.of";
constexpr std::string_view kDigests = "digests";

struct ShortName {
    std::string_view name, uri;
};

constexpr ShortName kShortNames[] = {
    {"scan", kScanPredicate},
    {"model-card", kModelCardPredicate},
    {"test-result", kTestResultPredicate},
    {"slsaprovenance1", kSlsaPredicate},
    {"slsaprovenance", "https://slsa.dev/provenance/v0.2"},
    {"slsaprovenance02", "https://slsa.dev/provenance/v0.2"},
    {"cyclonedx", kCycloneDxPredicate},
    {"spdx", "https://spdx.dev/Document"},
    {"spdxjson", "https://spdx.dev/Document"},
    {"link", "https://in-toto.io/Link/v1"},
    {"vuln", "https://cosign.sigstore.dev/attestation/vuln/v1"},
    {"openvex", "https://openvex.dev/ns"},
    {"custom", "https://cosign.sigstore.dev/attestation/v1"},
};

Error malformed(const char* text) { return {Code::kMalformed, text}; }

bool is_sha256(std::string_view text) {
    return text.size() == 64 &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<Subject> subject_of(const JsonValue& json) {
    const JsonValue* digests = json.find("digest");
    if (!digests || digests->members().empty()) {
        return malformed("a subject of the statement has no digest");
    }
    Subject subject;
    const std::string* name = json.find_text("name");
    const JsonValue* sha256 = digests->find("sha256");
    const JsonValue* of = json.find_path({"annotations", kOf});
    if (name) subject.name = *name;
    subject.of_digests = of && of->text() && *of->text() == kDigests;
    if (!sha256) return subject;
    if (!sha256->text() || !is_sha256(*sha256->text())) {
        return malformed("a subject's digest is none");
    }
    subject.sha256 = *sha256->text();
    return subject;
}

// Others do not say it, nor did we once.
void tell_wholes(Statement& statement) {
    std::vector<Subject>& subjects = statement.subjects;
    if (statement.predicate_type == kOmsPredicate) {
        for (Subject& subject : subjects) subject.of_digests = true;
    }
    if (subjects.size() == 1) return;
    if (digest_of_digests(std::span(subjects).subspan(1)) == subjects.front().sha256) {
        subjects.front().of_digests = true;
    }
}

}  // namespace

std::string digest_of_digests(std::span<const Subject> subjects) {
    std::vector<uint8_t> digests(32 * subjects.size());
    for (size_t i = 0; i < subjects.size(); i++) {
        from_hex(subjects[i].sha256, std::span(digests).subspan(32 * i, 32));
    }
    return to_hex(sha256_of(digests));
}

std::string subject_text(const Subject& subject) {
    std::string out;
    JsonText json(out);
    json.open('{');
    if (!subject.name.empty()) json.key("name").text(subject.name);
    json.key("digest").open('{');
    json.key("sha256").text(subject.sha256);
    json.close('}');
    if (subject.of_digests) {
        json.key("annotations").open('{');
        json.key(kOf).text(kDigests);
        json.close('}');
    }
    json.close('}');
    return out;
}

JsonLimits statement_limits(size_t memory) {
    return {std::min(kStatementLimits.bytes, memory / 8),
            std::min(kStatementLimits.values, memory / 512), kStatementLimits.depth};
}

Result<Statement> read_statement(Bytes payload, const JsonLimits& limits) {
    Result<JsonValue> json = JsonValue::parse(payload, limits);
    if (!json) return json.error();
    const std::string* type = json->find_text("_type");
    if (!type || (*type != kType && *type != kOldType)) {
        return malformed("the payload is no in-toto statement");
    }
    const JsonValue* subjects = json->find("subject");
    const std::string* predicate_type = json->find_text("predicateType");
    if (!subjects || subjects->items().empty()) return malformed("the statement has no subject");
    if (!predicate_type || predicate_type->empty()) {
        return malformed("the statement has no predicateType");
    }
    Statement statement{{}, *predicate_type};
    for (const JsonValue& item : subjects->items()) {
        Result<Subject> subject = subject_of(item);
        if (!subject) return subject.error();
        statement.subjects.push_back(std::move(*subject));
    }
    tell_wholes(statement);
    return statement;
}

std::string write_statement(const std::vector<Subject>& subjects, std::string_view type,
                            std::string_view predicate) {
    std::string out;
    JsonText json(out);
    json.open('{');
    json.key("_type").text(kType);
    json.key("subject").open('[');
    for (const Subject& subject : subjects) json.raw(subject_text(subject));
    json.close(']');
    json.key("predicateType").text(type);
    json.key("predicate").raw(predicate);
    json.close('}');
    return out;
}

std::optional<std::string> predicate_type_named(std::string_view name) {
    for (const ShortName& known : kShortNames) {
        if (known.name == name) return std::string(known.uri);
    }
    size_t colon = name.find(':');
    bool uri = colon != std::string_view::npos && colon > 0 && colon + 1 < name.size() &&
               name.find_first_of(" \t\r\n\"<>\\^`{|}") == std::string_view::npos;
    return uri ? std::optional(std::string(name)) : std::nullopt;
}

}  // namespace assay
