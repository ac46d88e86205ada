// Signed statements as bundles: made, and verified.
#pragma once

#include "assay/attestation.h"
#include "assay/dsse.h"
#include "image_store.h"
#include "signer_key.h"

namespace assay::cli {

// The key's hint goes in as cosign has it, or the certificates.
Result<std::string> signed_statement_bundle(const Signer& signer, const std::string& statement);

// One that was read, of which nothing was verified.
struct SignedStatement {
    Envelope envelope;
    SignerClaims claims;
};

// A bundle, or what cosign 2 writes beside it: a bundle of its own, or the bare envelope.
Result<SignedStatement> read_signed_statement(Bytes file,
                                              const JsonLimits& limits = kStatementLimits);

// An envelope as cosign 1 and 2 attach it to an image.
Result<SignedStatement> read_attachment(const SimpleSignature& attached,
                                        const JsonLimits& limits = kStatementLimits);

struct VerifiedStatement {
    TrustedSigner signer;
    Statement statement;
    std::vector<uint8_t> payload;  // what the signature covers
};

// Nothing of the payload is looked at before its signature holds. `seen` as in trusted_signer():
// who it was, where that is what is wrong.
Result<VerifiedStatement> verified_statement(SignedStatement read, const SignerTrust& trust,
                                             std::optional<SignerIdentity>& seen,
                                             const JsonLimits& limits = kStatementLimits);

// What comes with a signature of theirs: certificates, and the log's entry. Its own bytes and what
// they cover are still to be set for an envelope.
Result<SignerClaims> claims_of(const SimpleSignature& simple);

}  // namespace assay::cli
