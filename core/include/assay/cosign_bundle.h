// What cosign wrote before sigstore's bundles, and still writes when asked:
//   {"base64Signature": …, "cert": PEM or base64 of it, "rekorBundle": {SignedEntryTimestamp,
//   Payload}}
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assay/certificate.h"
#include "assay/keys.h"
#include "assay/result.h"
#include "assay/transparency.h"

namespace assay {

struct OldCosignBundle {
    std::vector<uint8_t> signature;
    std::vector<Certificate> certificates;  // none where "cert" is a public key, or missing
    std::optional<LogEntry> entry;
};

// kMalformed with "not a bundle of cosign's" when it has no base64Signature.
Result<OldCosignBundle> read_old_cosign_bundle(Bytes document, const JsonLimits& limits = {});

// How cosign names a key in a bundle: base64 of SHA-256 of its SubjectPublicKeyInfo.
std::string cosign_key_hint(const PublicKey& key);

}  // namespace assay
