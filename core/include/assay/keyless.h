// Signatures without a key of one's own: a certificate that was valid for ten minutes, given to
// whoever could show an identity, and logs that say when it was used. Verified here offline,
// against a trusted root that the user gives; made here they are not, since that takes a network.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assay/certificate.h"
#include "assay/identity.h"
#include "assay/transparency.h"
#include "assay/trusted_root.h"

namespace assay {

// What came with a signature.
struct KeylessMaterial {
    std::vector<Certificate> certificates;  // the signer's first
    std::vector<LogEntry> entries;
    std::vector<std::vector<uint8_t>> timestamps;  // TimeStampResp, DER
    LoggedSignature logged;                        // its certificate is filled in
};

struct KeylessVerdict {
    PublicKey key;  // whose signature it must be: the caller verifies it
    SignerIdentity identity;
    int64_t time = 0;  // when it was signed: the earliest of what was proved
};

// What the user does without, as with an authority of one's own that has no such logs.
struct KeylessWaivers {
    bool entry = false;            // in a transparency log; what comes along is not looked at
    bool certificate_log = false;  // that vouches for the certificate
};

// Unless waived there must be a log entry, and a log must vouch for the certificate. Every entry of
// the material must hold, and every timestamp of a trusted authority, of which there must be one
// where it has timestamps; the certificate must have been valid at each of the times that they
// prove.
Result<KeylessVerdict> verify_keyless(KeylessMaterial material, const TrustedRoot& root,
                                      const KeylessWaivers& waivers);

}  // namespace assay
