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
        signer.key.sign(pae_of(envelope.payload_type, envelope.payload), RsaPadding::kPkcs1);
    if (!signature) return signature.error();
    envelope.signature = std::move(*signature);
    bundle.envelope = std::move(envelope);
    return write_bundle(bundle);
}

// Nothing that goes wrong behind the signer is about the signer.
Result<VerifiedStatement> verified_statement(SignedStatement read, const SignerTrust& trust,
                                             std::optional<SignerIdentity>& seen,
                                             const JsonLimits& limits) {
    Envelope& envelope = read.envelope;
    read.claims.add_envelope(envelope);
    Result<TrustedSigner> signer = trusted_signer(read.claims, trust, &seen);
    if (!signer) return signer.error();
    seen.reset();
    Status holds = verify_statement_envelope(envelope, signer->key);
    if (!holds) return holds.error();
    if (envelope.payload_type != kInTotoPayload) {
        return Error{Code::kMalformed, "what was signed is no in-toto statement"};
    }
    Result<Statement> statement = read_statement(envelope.payload, limits);
    if (!statement) return statement.error();
    return VerifiedStatement{std::move(*signer), std::move(*statement),
                             std::move(envelope.payload)};
}

static Result<SignedStatement> in_bundle(Bytes file, const JsonLimits& limits) {
    Result<Bundle> bundle = read_bundle(file, bundle_limits(limits));
    if (!bundle) return bundle.error();
    if (!bundle->envelope) return Error{Code::kMalformed, "the bundle holds no statement"};
    SignedStatement read{std::move(*bundle->envelope), {}};
    Status added = read.claims.add_bundle(*bundle);
    if (!added) return added.error();
    return read;
}

static Result<SignedStatement> bare(Bytes envelope, const JsonLimits& limits) {
    Result<JsonValue> document = JsonValue::parse(envelope, bundle_limits(limits));
    if (!document) return document.error();
    Result<Envelope> read = read_envelope(*document);
    if (!read) return read.error();
    return SignedStatement{std::move(*read), {}};
}

// What cosign 1 and 2 call a signature is the envelope.
static Result<SignedStatement> in_old_bundle(Bytes file, const JsonLimits& limits) {
    Result<OldCosignBundle> old = read_old_cosign_bundle(file, bundle_limits(limits));
    if (!old) return old.error();
    Result<SignedStatement> read = bare(old->signature, limits);
    if (!read) return read;
    read->claims.certificates = std::move(old->certificates);
    if (old->entry) read->claims.entries.push_back(std::move(*old->entry));
    return read;
}

Result<SignedStatement> read_signed_statement(Bytes file, const JsonLimits& limits) {
    auto has = [text = as_text(file)](std::string_view key) {
        return text.find(key) != std::string_view::npos;
    };
    if (has("\"mediaType\"")) return in_bundle(file, limits);
    if (has("\"base64Signature\"")) return in_old_bundle(file, limits);
    return has("\"payloadType\"") ? bare(file, limits) : in_bundle(file, limits);
}

Result<SignedStatement> read_attachment(const SimpleSignature& attached, const JsonLimits& limits) {
    Result<SignedStatement> read = bare(attached.payload, limits);
    if (!read) return read;
    Result<SignerClaims> claims = claims_of(attached);
    if (!claims) return claims.error();
    read->claims = std::move(*claims);
    return read;
}

Result<SignerClaims> claims_of(const SimpleSignature& simple) {
    SignerClaims claims;
    claims.signature = simple.signature;
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
    claims.add_message(simple.payload);
    return claims;
}

}  // namespace assay::cli
