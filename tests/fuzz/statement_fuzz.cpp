// Statements come signed by whoever it was, predicates from files that users were given. What is
// read has subjects and a type, and what is made of a document can be read as part of a statement.
#include <cstdint>
#include <cstdlib>

#include "assay/attestation.h"

static void require(bool condition) {
    if (!condition) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    assay::Bytes bytes(data, size);
    assay::Result<assay::Statement> statement = assay::read_statement(bytes);
    if (statement) {
        require(!statement->subjects.empty() && !statement->predicate_type.empty());
        for (const assay::Subject& subject : statement->subjects) {
            require(subject.sha256.empty() || subject.sha256.size() == 64);
        }
    }
    const std::vector<assay::Subject> subjects{{"name", std::string(64, 'a')}};
    for (std::string_view type :
         {assay::kScanPredicate, assay::kTestResultPredicate, assay::kSlsaPredicate,
          assay::kCycloneDxPredicate, assay::kModelCardPredicate, assay::kCosignSignPredicate}) {
        assay::Result<std::string> predicate = assay::make_predicate(type, bytes, subjects);
        if (!predicate) continue;
        std::string text = assay::write_statement(subjects, type, *predicate);
        assay::Result<assay::Statement> again = assay::read_statement(assay::as_bytes(text));
        require(again.ok() && again->predicate_type == type && again->subjects == subjects);
    }
    return 0;
}
