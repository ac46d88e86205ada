// Entries of transparency logs (Rekor): proof that a signature was made public.
//
// An entry is a canonical body, and up to two proofs that the log holds it: the log's promise (a
// signature over body and time, SET) and an inclusion proof (RFC 6962) that leads to the root in a
// checkpoint that the log has signed. The time of an entry is the promise's alone: no other proof
// covers it. What attackers bend: an entry of somebody else's signature, a proof for another leaf,
// a checkpoint of another log, a time without a promise.
//
// Plain values; may be read from any number of threads.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assay/json_value.h"
#include "assay/keys.h"
#include "assay/result.h"
#include "assay/trusted_root.h"

namespace assay {

struct InclusionProof {
    uint64_t index = 0;
    uint64_t tree_size = 0;
    std::vector<uint8_t> root;
    std::vector<std::vector<uint8_t>> hashes;
    std::string checkpoint;
};

struct LogEntry {
    std::vector<uint8_t> log_id;
    std::string kind;  // "hashedrekord", "dsse", "intoto"
    std::string version;
    uint64_t index = 0;
    std::optional<int64_t> integrated;
    std::vector<uint8_t> promise;  // the SET; empty when there is none
    std::optional<InclusionProof> proof;
    std::vector<uint8_t> body;

    // As bundles hold it in "tlogEntries".
    static Result<LogEntry> from_json(const JsonValue& json);
    // As older cosign bundles and annotations of images hold it: {"SignedEntryTimestamp",
    // "Payload"}.
    static Result<LogEntry> from_rekor_bundle(const JsonValue& json);
};

// What an entry must be about.
struct LoggedSignature {
    Bytes signature;                   // raw
    std::vector<uint8_t> certificate;  // DER, or
    std::vector<uint8_t> spki;         // the key's, when there is no certificate
    MessageDigests digests;            // of what was signed: the artifact, or an envelope's PAE
    MessageDigests payload;            // of the payload; empty where it is no envelope's
};

// Whether the body is of this very signature.
Status body_matches(const LogEntry& entry, const LoggedSignature& logged);

// Whether one of these logs holds the entry; the time when it was added, where the log has promised
// that. At least one proof must be there, and every one that is there must be right.
Result<std::optional<int64_t>> held_by(const LogEntry& entry, const std::vector<TrustedLog>& logs);

// The parts, for themselves.
Status verify_inclusion(const InclusionProof& proof, Bytes body);
struct Checkpoint {
    std::string origin;
    bool one_of_several = false;  // trees of that log, as Rekor 1 has them
    uint64_t tree_size = 0;
    std::vector<uint8_t> root;
};
// The note's text is only told when `log` has signed it.
Result<Checkpoint> open_checkpoint(std::string_view note, const TrustedLog& log);

}  // namespace assay
