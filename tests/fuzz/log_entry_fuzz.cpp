// Entries of transparency logs, checkpoints and bodies of entries: whatever a bundle says, nothing
// is held by a log that has not signed it.
#include <cstdint>
#include <cstdlib>

#include "assay/cosign_bundle.h"
#include "assay/transparency.h"

using assay::LogEntry;

static void require(bool condition) {
    if (!condition) std::abort();
}

static const assay::TrustedLog& some_log() {
    static const assay::TrustedLog log{
        {1, 2, 3, 4},
        assay::PrivateKey::generate(assay::KeyAlgorithm::kEcP256)->public_key(),
        {},
        "log.example.com"};
    return log;
}

static void ask(LogEntry entry) {
    assay::LoggedSignature logged{assay::as_bytes("signature"),
                                  {},
                                  {1},
                                  {{assay::MessageDigest::kSha256, std::vector<uint8_t>(32)}},
                                  {}};
    require(!assay::body_matches(entry, logged));
    entry.log_id = some_log().id;
    require(!assay::held_by(entry, {some_log()}));
    if (entry.proof) (void)assay::verify_inclusion(*entry.proof, entry.body).ok();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    assay::Bytes bytes(data, size);
    require(!assay::open_checkpoint(assay::as_text(bytes), some_log()));
    (void)assay::read_old_cosign_bundle(bytes).ok();
    assay::Result<assay::JsonValue> json = assay::JsonValue::parse(bytes);
    if (!json) return 0;
    for (auto read : {LogEntry::from_json, LogEntry::from_rekor_bundle}) {
        assay::Result<LogEntry> entry = read(*json);
        if (entry) ask(std::move(*entry));
    }
    return 0;
}
