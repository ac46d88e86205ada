#include "assay/signer.h"

#include <algorithm>
#include <ctime>

namespace assay {

namespace {

constexpr size_t kMostEntries = 32;

Result<TrustedSigner> by_key(const SignerClaims& claims, const SignerTrust& trust) {
    if (!claims.certificates.empty()) {
        return Error{Code::kMalformed,
                     "signed with a certificate, and it shall be verified with a key"};
    }
    return TrustedSigner{*trust.key, {}, {}, {}, 0};
}

// The earliest of what trusted authorities say; nothing where none are trusted.
Result<std::optional<int64_t>> stamped_time(const SignerClaims& claims,
                                            const TimestampTrust& trust) {
    std::optional<int64_t> earliest;
    if (trust.anchors.empty()) return earliest;
    for (const std::vector<uint8_t>& timestamp : claims.timestamps) {
        Result<int64_t> time = verified_time(timestamp, claims.signature, trust);
        if (!time) return time.error();
        earliest = std::min(earliest.value_or(*time), *time);
    }
    return earliest;
}

int64_t time_to_check(const VerifyTime& time, const Certificate& leaf) {
    if (time.when == VerifyTime::When::kGiven) return time.given;
    return time.when == VerifyTime::When::kNow ? std::time(nullptr) : leaf.not_before();
}

Result<TrustedSigner> by_certificate(const SignerClaims& claims, const SignerTrust& trust) {
    if (claims.certificates.empty()) {
        return Error{Code::kMalformed,
                     "signed with a key, and it shall be verified with a certificate"};
    }
    const Certificate& leaf = claims.certificates[0];
    Result<std::optional<int64_t>> stamped = stamped_time(claims, trust.timestamps);
    if (!stamped) return stamped.error();
    int64_t time = *stamped ? **stamped : time_to_check(trust.time, leaf);
    std::vector<Certificate> between(claims.certificates.begin() + 1, claims.certificates.end());
    between.insert(between.end(), trust.between.begin(), trust.between.end());
    Result<std::vector<Certificate>> chain = chain_of({leaf, between, trust.roots, time});
    if (!chain) return chain.error();
    Status may = may_sign(leaf);
    if (!may) return may.error();
    Result<PublicKey> key = leaf.key();
    if (!key) return key.error();
    return TrustedSigner{std::move(*key), leaf.subject(), {}, *stamped, time};
}

Result<TrustedSigner> by_identity(const SignerClaims& claims, const SignerTrust& trust,
                                  std::optional<SignerIdentity>* seen) {
    KeylessMaterial material{claims.certificates,
                             claims.entries,
                             claims.timestamps,
                             {claims.signature, {}, {}, claims.digest, claims.envelope}};
    Result<KeylessVerdict> verdict = verify_keyless(std::move(material), *trust.trusted_root);
    if (!verdict) return verdict.error();
    if (seen) *seen = verdict->identity;
    Status right = matches(trust.identity, verdict->identity);
    if (!right) return right.error();
    return TrustedSigner{std::move(verdict->key), claims.certificates[0].subject(),
                         std::move(verdict->identity), verdict->time, verdict->time};
}

}  // namespace

std::optional<VerifyTime> VerifyTime::parse(std::string_view text) {
    if (text == "now") return VerifyTime{When::kNow, 0};
    if (text == "signing-cert-start") return VerifyTime{When::kCertificateStart, 0};
    std::optional<int64_t> given = parse_time(text);
    if (!given) return std::nullopt;
    return VerifyTime{When::kGiven, *given};
}

Status SignerClaims::add_certificates(const std::vector<std::vector<uint8_t>>& der) {
    if (der.size() > kMaxCertificates) return Error{Code::kLimit, "too many certificates"};
    for (const std::vector<uint8_t>& one : der) {
        Result<Certificate> certificate = Certificate::from_der(one);
        if (!certificate) return certificate.error();
        certificates.push_back(std::move(*certificate));
    }
    return Done{};
}

Status SignerClaims::add_entries(const JsonValue& list) {
    if (list.items().size() > kMostEntries) return Error{Code::kLimit, "too many log entries"};
    for (const JsonValue& item : list.items()) {
        Result<LogEntry> entry = LogEntry::from_json(item);
        if (!entry) return entry.error();
        entries.push_back(std::move(*entry));
    }
    return Done{};
}

Result<TrustedSigner> trusted_signer(const SignerClaims& claims, const SignerTrust& trust,
                                     std::optional<SignerIdentity>* seen) {
    if (trust.key) return by_key(claims, trust);
    if (trust.trusted_root) return by_identity(claims, trust, seen);
    return by_certificate(claims, trust);
}

}  // namespace assay
