#include "assay/keyless.h"

#include <algorithm>

#include "assay/certificate_log.h"
#include "assay/timestamp.h"

namespace assay {

namespace {

constexpr size_t kMostProofs = 32;
constexpr char kNoLogs[] = "the trusted root names no transparency log";
constexpr char kNoCertificateLogs[] = "the trusted root names no certificate log";

Error clearer(const std::optional<Error>& last, const Error& otherwise) {
    return last ? *last : otherwise;
}

// By any of the root's timestamp authorities that were in use then.
Result<int64_t> time_of(Bytes timestamp, Bytes signature, const TrustedRoot& root) {
    std::optional<Error> last;
    for (const TrustedAuthority& authority : root.timestamp_authorities) {
        Result<int64_t> time =
            verified_time(timestamp, signature, {authority.anchors, authority.between});
        if (time && authority.used.covers(*time)) return time;
        if (!time) last = time.error();
    }
    return clearer(last, {Code::kMalformed, kForeignTimestamp});
}

Result<std::vector<int64_t>> proved_times(const KeylessMaterial& material,
                                          const TrustedRoot& root) {
    Result<std::vector<int64_t>> stamped = stamped_times(material.timestamps, [&](Bytes timestamp) {
        return time_of(timestamp, material.logged.signature, root);
    });
    if (!stamped) return stamped;
    std::vector<int64_t> times = std::move(*stamped);
    for (const LogEntry& entry : material.entries) {
        Status same = body_matches(entry, material.logged);
        if (!same) return same.error();
        Result<std::optional<int64_t>> time = held_by(entry, root.logs);
        if (!time) return time.error();
        if (*time) times.push_back(**time);
    }
    if (times.empty()) {
        return Error{Code::kMalformed,
                     "nothing proves when it was signed: no log promise, no timestamp"};
    }
    return times;
}

// Of several digests those that the signature was made over: a log holds no others. Where there are
// none the signature does not match, which the caller will find.
void keep_signed(LoggedSignature& logged, const PublicKey& key) {
    auto is_signed = [&](const auto& one) {
        return key.verify_digest(one.second, logged.signature).ok();
    };
    if (!digest_for(key.algorithm()) || std::ranges::none_of(logged.digests, is_signed)) return;
    std::erase_if(logged.digests, [&](const auto& one) { return !is_signed(one); });
}

// From the leaf to an authority of the root that was in use at that time.
Result<std::vector<Certificate>> chain_at(const Certificate& leaf, int64_t time,
                                          const TrustedRoot& root) {
    std::optional<Error> last;
    for (const TrustedAuthority& authority : root.authorities) {
        if (!authority.used.covers(time)) continue;
        Result<std::vector<Certificate>> chain =
            chain_of({leaf, authority.between, authority.anchors, time, true});
        if (chain && chain->size() > 1) return chain;
        if (!chain) last = chain.error();
    }
    return clearer(last, {Code::kMalformed, "no authority of the trusted root was in use then"});
}

Status certificate_holds(const Certificate& leaf, const std::vector<int64_t>& times,
                         const TrustedRoot& root, const KeylessWaivers& waivers) {
    Status code = may_sign_code(leaf);
    if (!code) return code;
    for (int64_t time : times) {
        Result<std::vector<Certificate>> chain = chain_at(leaf, time, root);
        if (!chain) return chain.error();
        Status vouched = may_vouch(*chain);
        if (!vouched) return vouched;
        if (waivers.certificate_log) continue;
        Status logged = logged_by(leaf, (*chain)[1], root.certificate_logs);
        if (!logged) return logged;
    }
    return Done{};
}

Status is_enough(const KeylessMaterial& material, const TrustedRoot& root,
                 const KeylessWaivers& waivers) {
    if (material.certificates.empty()) {
        return Error{Code::kMalformed, "there is no certificate: it was signed with a key"};
    }
    if (root.authorities.empty()) {
        return Error{Code::kUsage, "the trusted root names no certificate authority"};
    }
    if (root.logs.empty() && !waivers.entry) return Error{Code::kUsage, kNoLogs};
    if (root.certificate_logs.empty() && !waivers.certificate_log) {
        return Error{Code::kUsage, kNoCertificateLogs};
    }
    if (material.entries.empty() && !waivers.entry) {
        return Error{Code::kMalformed, "there is no entry of a transparency log"};
    }
    if (material.entries.size() > kMostProofs || material.timestamps.size() > kMostProofs) {
        return Error{Code::kLimit, "too many log entries or timestamps"};
    }
    return Done{};
}

}  // namespace

Result<KeylessVerdict> verify_keyless(KeylessMaterial material, const TrustedRoot& root,
                                      const KeylessWaivers& waivers) {
    Status enough = is_enough(material, root, waivers);
    if (!enough) return enough.error();
    if (waivers.entry) material.entries.clear();
    const Certificate& leaf = material.certificates[0];
    Result<PublicKey> key = leaf.key();
    if (!key) return key.error();
    material.logged.certificate = leaf.der();
    keep_signed(material.logged, *key);
    Result<std::vector<int64_t>> times = proved_times(material, root);
    if (!times) return times.error();
    Status holds = certificate_holds(leaf, *times, root, waivers);
    if (!holds) return holds.error();
    Result<SignerIdentity> identity = identity_of(leaf);
    if (!identity) return identity.error();
    return KeylessVerdict{std::move(*key), std::move(*identity), *std::ranges::min_element(*times)};
}

}  // namespace assay
