// Whose signature something bears, and whether that one is trusted: by key, by certificate, or by
// identity. The caller says which; what a bundle brings must be of the same kind, since a verifier
// that takes what it is given checks something else than it was asked to.
//
// Plain values; verifying reads them only, from any number of threads.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assay/bundle.h"
#include "assay/certificate.h"
#include "assay/identity.h"
#include "assay/keyless.h"
#include "assay/keys.h"
#include "assay/timestamp.h"
#include "assay/trusted_root.h"

namespace assay {

// When a certificate must have been valid, where no timestamp proves when it was used.
struct VerifyTime {
    enum class When : uint8_t { kNow, kCertificateStart, kGiven };
    When when = When::kNow;
    int64_t given = 0;

    // "now", "signing-cert-start" or RFC 3339.
    static std::optional<VerifyTime> parse(std::string_view text);
};

// What the user trusts: exactly one of the three ways is set.
struct SignerTrust {
    std::optional<PublicKey> key;

    std::vector<Certificate> roots;    // anchors of certificates
    std::vector<Certificate> between;  // further steps to them
    TimestampTrust timestamps;         // empty anchors: timestamps prove nothing
    VerifyTime time;

    std::optional<TrustedRoot> trusted_root;
    IdentityRule identity;
    KeylessWaivers waivers;
};

// What comes with a signature, as claimed.
struct SignerClaims {
    std::vector<Certificate> certificates;  // the signer's first; empty: signed with a key
    std::vector<LogEntry> entries;
    std::vector<std::vector<uint8_t>> timestamps;
    Bytes signature;
    MessageDigests digests;  // both as in LoggedSignature
    MessageDigests payload;
    SignedThing thing = SignedThing::kOther;
    // What the bundle lacks that its version demands where an identity signed.
    std::optional<Error> not_keyless = {};

    // Certificates, log entries and timestamps of a bundle.
    Status add_bundle(const Bundle& bundle);
    // What the log entries, which are there by now, can be about. Lends the envelope's signature.
    void add_envelope(const Envelope& envelope);
    void add_message(Bytes message);

  private:
    Status add_certificates(const std::vector<std::vector<uint8_t>>& der);
    Status add_entries(const JsonValue& list);  // an array, or null
};

struct TrustedSigner {
    PublicKey key;                           // whose signature it must be
    std::string subject;                     // of its certificate; empty for a bare key
    std::optional<SignerIdentity> identity;  // by identity only
    std::optional<int64_t> proved_time;      // by a timestamp or a log
    int64_t checked_time = 0;                // when the certificate had to be valid
};

// By what `trust` has set. Where timestamp authorities are trusted and timestamps are there, those
// of others are passed over beside one that holds. On a wrong identity, `seen` is filled in all the
// same, so that it can be told.
Result<TrustedSigner> trusted_signer(const SignerClaims& claims, const SignerTrust& trust,
                                     std::optional<SignerIdentity>* seen = nullptr);

}  // namespace assay
