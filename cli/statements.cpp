#include "statements.h"

#include "assay/bundle.h"
#include "assay/cosign_bundle.h"
#include "assay/digest.h"

namespace assay::cli {

// A bundle is few values, one of them large: the statement, in base64.
static JsonLimits bundle_limits(const JsonLimits& statement) {
    return {statement.bytes / 2 * 3, size_t{1} << 16, 64};
}

Result<std::string> signed_statement_bundle(const Signer& signer, const std::string& statement) {
    Bundle bundle;
    Envelope envelope;
    if (signer.certificates.empty()) {
        bundle.key_hint = cosign_key_hint(signer.key.public_key());
    } else {
        bundle.material = Bundle::Material::kCertificateChain;
        for (const Certificate& one : signer.certificates) bundle.certificates.push_back(one.der());
    }
    envelope.payload.assign(statement.begin(), statement.end());
    Result<std::vector<uint8_t>> signature =
        signer.key.sign(pae_of(envelope.payload_type, envelope.payload));
    if (!signature) return signature.error();
    envelope.signature = std::move(*signature);
    bundle.envelope = std::move(envelope);
    return write_bundle(bundle);
}

static Result<VerifiedStatement> verified_envelope(Envelope& envelope, SignerClaims claims,
                                                   const SignerTrust& trust,
                                                   std::optional<SignerIdentity>& seen,
                                                   const JsonLimits& limits) {
    std::array<uint8_t, 32> digest = sha256_of(envelope.payload);
    claims.signature = envelope.signature;
    claims.digest.assign(digest.begin(), digest.end());
    claims.envelope = true;
    Result<TrustedSigner> signer = trusted_signer(claims, trust, &seen);
    if (!signer) return signer.error();
    Status holds = verify_envelope(envelope, signer->key);
    if (!holds) return holds.error();
    if (envelope.payload_type != kInTotoPayload) {
        return Error{Code::kMalformed, "what was signed is no in-toto statement"};
    }
    Result<Statement> statement = read_statement(envelope.payload, limits);
    if (!statement) return statement.error();
    return VerifiedStatement{std::move(*signer), std::move(*statement),
                             std::move(envelope.payload)};
}

Result<VerifiedStatement> verified_statement(Bytes file, const SignerTrust& trust,
                                             std::optional<SignerIdentity>& seen,
                                             const JsonLimits& limits) {
    Result<Bundle> bundle = read_bundle(file, bundle_limits(limits));
    if (!bundle) return bundle.error();
    if (!bundle->envelope) return Error{Code::kMalformed, "the bundle holds no statement"};
    SignerClaims claims;
    claims.timestamps = bundle->timestamps;
    Status read = claims.add_certificates(bundle->certificates);
    if (read) read = claims.add_entries(bundle->tlog_entries);
    if (!read) return read.error();
    return verified_envelope(*bundle->envelope, std::move(claims), trust, seen, limits);
}

Result<VerifiedStatement> verified_attachment(const SimpleSignature& attached,
                                              const SignerTrust& trust,
                                              std::optional<SignerIdentity>& seen,
                                              const JsonLimits& limits) {
    Result<JsonValue> document = JsonValue::parse(attached.payload, bundle_limits(limits));
    if (!document) return document.error();
    Result<Envelope> envelope = read_envelope(*document);
    if (!envelope) return envelope.error();
    Result<SignerClaims> claims = claims_of(attached);
    if (!claims) return claims.error();
    return verified_envelope(*envelope, std::move(*claims), trust, seen, limits);
}

Result<SignerClaims> claims_of(const SimpleSignature& simple) {
    SignerClaims claims;
    claims.signature = simple.signature;
    std::array<uint8_t, 32> digest = sha256_of(simple.payload);
    claims.digest.assign(digest.begin(), digest.end());
    for (const std::string* pem : {&simple.certificate, &simple.chain}) {
        if (pem->empty()) continue;
        Result<std::vector<Certificate>> read = Certificate::all_of(as_bytes(*pem));
        if (!read) return read.error();
        claims.certificates.insert(claims.certificates.end(), read->begin(), read->end());
    }
    if (simple.entry.empty()) return claims;
    Result<JsonValue> json = JsonValue::parse(as_bytes(simple.entry));
    if (!json) return json.error();
    Result<LogEntry> entry = LogEntry::from_rekor_bundle(*json);
    if (!entry) return entry.error();
    claims.entries.push_back(std::move(*entry));
    return claims;
}

}  // namespace assay::cli
