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
    if (trust.anchors.empty()) return std::optional<int64_t>();
    Result<std::vector<int64_t>> times = stamped_times(claims.timestamps, [&](Bytes timestamp) {
        return verified_time(timestamp, claims.signature, trust);
    });
    if (!times) return times.error();
    if (times->empty()) return std::optional<int64_t>();
    return std::optional(*std::ranges::min_element(*times));
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
    Status may = may_sign(leaf, claims.thing);
    if (may && claims.thing != SignedThing::kModel) may = may_vouch(*chain);
    if (!may) return may.error();
    Result<PublicKey> key = leaf.key();
    if (!key) return key.error();
    return TrustedSigner{std::move(*key), leaf.subject(), {}, *stamped, time};
}

Result<TrustedSigner> by_identity(const SignerClaims& claims, const SignerTrust& trust,
                                  std::optional<SignerIdentity>* seen) {
    if (claims.not_keyless) return *claims.not_keyless;
    KeylessMaterial material{claims.certificates,
                             claims.entries,
                             claims.timestamps,
                             {claims.signature, {}, {}, claims.digests, claims.payload}};
    Result<KeylessVerdict> verdict =
        verify_keyless(std::move(material), *trust.trusted_root, trust.waivers);
    if (!verdict) return verdict.error();
    if (seen) *seen = verdict->identity;
    Status right = matches(trust.identity, verdict->identity);
    if (!right) return right.error();
    return TrustedSigner{std::move(verdict->key), claims.certificates[0].subject(),
                         std::move(verdict->identity), verdict->time, verdict->time};
}

// What the format's own tools demand of a bundle that an identity signed, and old ones may lack:
// from version 0.2 on a proof that the log holds it, from 0.3 on the one certificate without a
// chain.
std::optional<Error> lacking(const Bundle& bundle, const std::vector<LogEntry>& entries) {
    const bool first = bundle.media_type.ends_with("version=0.1");
    const bool third = !first && !bundle.media_type.ends_with("version=0.2");
    if (third && bundle.material == Bundle::Material::kCertificateChain) {
        return Error{Code::kMalformed, "a bundle of version 0.3 has a certificate and no chain"};
    }
    if (bundle.message && bundle.message->algorithm.empty()) {
        return Error{Code::kMalformed, "the bundle does not state the digest of what was signed"};
    }
    for (auto stamp = bundle.timestamps.begin(); stamp != bundle.timestamps.end(); ++stamp) {
        if (std::find(std::next(stamp), bundle.timestamps.end(), *stamp) != bundle.timestamps.end())
            return Error{Code::kMalformed, "the bundle has a timestamp twice"};
    }
    for (const LogEntry& entry : entries) {
        if (entry.kind.empty() || entry.version.empty()) {
            return Error{Code::kMalformed, "a log entry of the bundle does not say its kind"};
        }
        if (!entry.proof && !first) {
            return Error{Code::kMalformed, "a log entry of the bundle has no inclusion proof"};
        }
        auto same = [&](const LogEntry& other) {
            return other.log_id == entry.log_id && other.body == entry.body;
        };
        if (std::ranges::count_if(entries, same) > 1) {
            return Error{Code::kMalformed, "the bundle has a log entry twice"};
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<VerifyTime> VerifyTime::parse(std::string_view text) {
    if (text == "now") return VerifyTime{When::kNow, 0};
    if (text == "signing-cert-start") return VerifyTime{When::kCertificateStart, 0};
    std::optional<int64_t> given = parse_time(text);
    if (!given) return std::nullopt;
    return VerifyTime{When::kGiven, *given};
}

Status SignerClaims::add_bundle(const Bundle& bundle) {
    timestamps = bundle.timestamps;
    Status added = add_certificates(bundle.certificates);
    if (added) added = add_entries(bundle.tlog_entries);
    if (added) not_keyless = lacking(bundle, entries);
    return added;
}

static MessageDigests digests_of(std::initializer_list<Bytes> pieces) {
    MessageDigests all;
    for (MessageDigest kind :
         {MessageDigest::kSha256, MessageDigest::kSha384, MessageDigest::kSha512}) {
        MessageHash hash(kind);
        for (Bytes piece : pieces) hash.update(piece);
        all.emplace(kind, hash.finish());
    }
    return all;
}

void SignerClaims::add_message(Bytes message) {
    if (!entries.empty()) digests = digests_of({message});
}

void SignerClaims::add_envelope(const Envelope& envelope) {
    signature = envelope.signature;
    if (entries.empty()) return;
    const std::string head = pae_head(envelope.payload_type, envelope.payload.size());
    digests = digests_of({as_bytes(head), envelope.payload});
    payload[MessageDigest::kSha256] = MessageHash::of(MessageDigest::kSha256, envelope.payload);
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
