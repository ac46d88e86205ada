// Statements about artifacts (in-toto, version 1): who says what about which digests.
//
//   {"_type": …, "subject": [{"name", "digest": {"sha256"}}], "predicateType": URI, "predicate": …}
//
// A subject is its digest; its name is only for people. What is bent: a statement of a right type
// about other digests, a predicate of one type under the name of another, a key that comes twice.
// Read is what was verified, byte for byte; cosign writes version 0.1, which says the same.
//
// A folder's digest is one of digests. A file can be made of just these digests, and has the same
// one; so a folder's subject says that it is none of a content ("annotations": {"assay.of":
// "digests"}).
//
// Plain values; may be read from any number of threads.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "assay/json_value.h"
#include "assay/result.h"

namespace assay {

inline constexpr std::string_view kScanPredicate = "urn:assay:scan:1";
inline constexpr std::string_view kModelCardPredicate = "urn:assay:model-card:1";
inline constexpr std::string_view kTestResultPredicate =
    "https://in-toto.io/attestation/test-result/v0.1";
inline constexpr std::string_view kSlsaPredicate = "https://slsa.dev/provenance/v1";
inline constexpr std::string_view kCycloneDxPredicate = "https://cyclonedx.org/bom";
inline constexpr std::string_view kCosignSignPredicate = "https://sigstore.dev/cosign/sign/v1";

struct Subject {
    std::string name;         // may be empty
    std::string sha256;       // lower-case hex; empty where it has digests of other kinds alone
    bool of_digests = false;  // a folder's or a model's, not a content's
    bool operator==(const Subject&) const = default;
};

struct Statement {
    std::vector<Subject> subjects;  // at least one
    std::string predicate_type;
};

// Of reports and predicates, too: what they need is about six times their size.
inline constexpr JsonLimits kStatementLimits{size_t{64} << 20, size_t{2} << 20, 64};

// As much of that as this memory has room for.
JsonLimits statement_limits(size_t memory);

// A subject is one of digests where it says so, where the statement is a model signature's, and
// where it is the first and its digest that of the digests of all others.
Result<Statement> read_statement(Bytes payload, const JsonLimits& limits = kStatementLimits);

// A folder's, of the subjects that its files are, in bytewise order of their names.
std::string digest_of_digests(std::span<const Subject> subjects);

// As a statement has it.
std::string subject_text(const Subject& subject);

// `predicate` is JSON already.
std::string write_statement(const std::vector<Subject>& subjects, std::string_view type,
                            std::string_view predicate);

// cosign's short names ("slsaprovenance1", "cyclonedx", "custom") and ours ("scan", "test-result",
// "model-card") as URIs; a URI as it is. Nothing for what is neither.
std::optional<std::string> predicate_type_named(std::string_view name);

// What a file that a user gives becomes as a predicate of that type: as it is where it has the form
// that its type demands, and where every SHA-256 that a report, a bill of materials' files or a
// model card states is that of a subject. A report becomes a scan's predicate or a test result.
Result<std::string> make_predicate(std::string_view type, Bytes document,
                                   const std::vector<Subject>& subjects,
                                   const JsonLimits& statement = kStatementLimits);

}  // namespace assay
