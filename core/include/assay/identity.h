// Who a certificate says it was given to: the identity in its subject's other name, and who vouched
// for it (the issuer of the token that was shown, in sigstore's extensions).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assay/certificate.h"
#include "assay/pattern.h"
#include "assay/result.h"

namespace assay {

struct SignerIdentity {
    std::string name;    // an address, a URI, or a user name
    std::string issuer;  // such as https://accounts.google.com
};

// kMalformed for a certificate with no identity or several, or with no issuer. Names that hold a
// zero byte are refused.
Result<SignerIdentity> identity_of(const Certificate& certificate);

// What a user demands: each an exact text, or a pattern.
struct IdentityRule {
    std::string name, issuer;  // exact; empty where a pattern is given
    std::optional<Pattern> name_pattern, issuer_pattern;
};

Status matches(const IdentityRule& rule, const SignerIdentity& identity);

}  // namespace assay
