// assay verify-blob: a file against its signature, in whichever of cosign's forms that came.
#include <fmt/format.h>

#include <algorithm>

#include "assay/base64.h"
#include "assay/bundle.h"
#include "assay/cosign_bundle.h"
#include "assay/place.h"
#include "assay/small_file.h"
#include "blob.h"
#include "commands.h"
#include "signer_key.h"
#include "text.h"

namespace assay::cli {

namespace {

constexpr size_t kMaxBlobBundle = size_t{64} << 20;

// A signature as it came, with what it claims of who made it.
struct Claimed {
    std::vector<uint8_t> signature;
    SignerClaims signer;                       // without signature and digest
    std::optional<MessageDigest> digest_kind;  // of the digest that the bundle states
    std::vector<uint8_t> digest;
};

Error malformed(const char* text) { return {Code::kMalformed, text}; }

Result<Claimed> from_bundle(const Bundle& bundle) {
    if (!bundle.message) {
        return malformed(
            "the bundle holds a statement, not a signature of a file; "
            "see verify-attestation");
    }
    Claimed claimed;
    claimed.signature = bundle.message->signature;
    Status read = claimed.signer.add_bundle(bundle);
    if (!read) return read.error();
    if (bundle.message->algorithm.empty()) return claimed;
    claimed.digest_kind = message_digest_in_bundle(bundle.message->algorithm);
    if (!claimed.digest_kind) return malformed("the bundle's digest is of an unknown kind");
    claimed.digest = bundle.message->digest;
    return claimed;
}

Result<Claimed> from_old_bundle(Bytes file) {
    Result<OldCosignBundle> old = read_old_cosign_bundle(file);
    if (!old) return old.error();
    Claimed claimed;
    claimed.signature = std::move(old->signature);
    claimed.signer.certificates = std::move(old->certificates);
    if (old->entry) claimed.signer.entries.push_back(std::move(*old->entry));
    return claimed;
}

// As it comes from openssl: what no text holds, and no longer than a signature is.
bool is_raw(Bytes file) {
    constexpr size_t kLongest = 2048;  // RSA of 16384 bits
    return file.size() <= kLongest && std::ranges::any_of(file, [](uint8_t byte) {
               return byte >= 0x80 || (byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t');
           });
}

Result<Claimed> from_text(Bytes file) {
    std::string_view text = as_text(file);
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    std::optional<std::vector<uint8_t>> signature = from_base64(text);
    if (!signature && is_raw(file)) signature.emplace(file.begin(), file.end());
    if (!signature || !is_formed_as_signature(*signature)) {
        return malformed("not a signature, neither in base64 nor as it is");
    }
    Claimed claimed;
    claimed.signature = std::move(*signature);
    return claimed;
}

Result<Claimed> claimed_in(Bytes file) {
    if (!as_text(file).starts_with('{') || is_raw(file)) return from_text(file);
    if (as_text(file).find("\"base64Signature\"") != std::string_view::npos) {
        return from_old_bundle(file);
    }
    Result<Bundle> bundle = read_bundle(file);
    if (!bundle) return bundle.error();
    return from_bundle(*bundle);
}

std::vector<MessageDigest> wanted_digests(const SignerTrust& trust, const Claimed& claimed) {
    std::vector<MessageDigest> wanted{MessageDigest::kSha256};
    auto add = [&](std::optional<MessageDigest> digest) {
        if (digest && std::ranges::find(wanted, *digest) == wanted.end()) {
            wanted.push_back(*digest);
        }
    };
    add(claimed.digest_kind);
    if (trust.key) add(digest_for(trust.key->algorithm()));
    if (!trust.key && !claimed.signer.certificates.empty()) {
        Result<PublicKey> key = claimed.signer.certificates[0].key();
        if (key) add(digest_for(key->algorithm()));
    }
    return wanted;
}

// Ed25519 needs the file itself; whose key it is, is not known yet where certificates come along.
bool wants_whole(const SignerTrust& trust, const Claimed& claimed) {
    if (trust.key) return trust.key->algorithm() == KeyAlgorithm::kEd25519;
    if (claimed.signer.certificates.empty()) return false;
    Result<PublicKey> key = claimed.signer.certificates[0].key();
    return key && key->algorithm() == KeyAlgorithm::kEd25519;
}

SignerClaims claims_of(const Claimed& claimed, const Blob& blob) {
    SignerClaims claims = claimed.signer;
    claims.signature = claimed.signature;
    claims.digests = blob.digests;
    return claims;
}

// Where a digest was given in place of the file.
Error wants(MessageDigest digest) {
    constexpr const char* kTexts[] = {
        "a SHA-256 digest was signed: give sha256:HEX, or the file",
        "a SHA-384 digest was signed: give sha384:HEX, or the file",
        "a SHA-512 digest was signed: give sha512:HEX, or the file",
    };
    return {Code::kUsage, kTexts[static_cast<size_t>(digest)]};
}

Status stated_digest_matches(const Claimed& claimed, const Blob& blob) {
    if (!claimed.digest_kind) return Done{};
    auto found = blob.digests.find(*claimed.digest_kind);
    if (found == blob.digests.end()) return wants(*claimed.digest_kind);
    if (found->second == claimed.digest) return Done{};
    return malformed("the signature is of another file: its digest differs");
}

Status matches(const PublicKey& key, const Claimed& claimed, const Blob& blob) {
    Status verdict = verify_blob(key, blob, claimed.signature);
    std::optional<MessageDigest> digest = digest_for(key.algorithm());
    const bool other = !claimed.digest_kind && digest && !blob.digests.contains(*digest);
    return verdict || !other ? verdict : wants(*digest);
}

int verify(const Args& args, const SignerTrust& trust, const Claimed& claimed, const Blob& blob) {
    const std::string& name = args.signing.blob;
    std::optional<SignerIdentity> seen;
    Status same = stated_digest_matches(claimed, blob);
    Result<TrustedSigner> signer = same ? trusted_signer(claims_of(claimed, blob), trust, &seen)
                                        : Result<TrustedSigner>(same.error());
    Status verdict = signer ? matches(signer->key, claimed, blob) : Status(signer.error());
    if (!verdict) {
        complain_of_signer(name, verdict.error(), signer ? std::nullopt : seen);
        return seal_exit_code(verdict.error());
    }
    if (args.quiet) return kExitClean;
    return print_out(fmt::format("{}: OK, {}\n", escape_text(name), describe_signer(*signer)),
                     kExitClean);
}

}  // namespace

int run_verify_blob(const Args& args) {
    const SigningArgs& signing = args.signing;
    if (signing.signature.empty() == signing.bundles.empty() || signing.bundles.size() > 1) {
        complain("", "give the signature, one --signature FILE or one --bundle FILE");
        return kExitUsage;
    }
    const std::string& path = signing.bundles.empty() ? signing.signature : signing.bundles[0];
    int code = kExitClean;
    std::optional<SignerTrust> trust = load_trust(signing.trust, code);
    if (!trust) return code;
    Result<std::vector<uint8_t>> file = load_small_file(path, kMaxBlobBundle);
    if (!file) return refuse_input(path, file.error());
    Result<Claimed> claimed = claimed_in(*file);
    if (!claimed) return refuse_input(path, claimed.error());
    std::optional<Blob> given = blob_of_digest(signing.blob);
    Result<Blob> blob = given ? Result<Blob>(std::move(*given))
                              : read_blob(signing.blob, wanted_digests(*trust, *claimed),
                                          wants_whole(*trust, *claimed));
    if (!blob) return refuse_input(signing.blob, blob.error());
    return verify(args, *trust, *claimed, *blob);
}

}  // namespace assay::cli
