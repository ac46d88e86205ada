// Signed certificate timestamps (RFC 6962): a log's promise to make a certificate public, embedded
// in the certificate itself. What the log has signed is the certificate without that extension, and
// the hash of its issuer's key.
#pragma once

#include "assay/certificate.h"
#include "assay/trusted_root.h"

namespace assay {

// At least one of the embedded timestamps must be by one of these logs, in use then, and right.
Status logged_by(const Certificate& leaf, const Certificate& issuer,
                 const std::vector<TrustedLog>& logs);

}  // namespace assay
