// X.509 certificates of signers: reading them, and whether to trust one.
//
// Nothing but the anchors that the caller gives is trusted, whatever a bundle brings along: its
// certificates are only steps on the way to one. An anchor may be an intermediate authority, or the
// signer's certificate itself. Threads: values that share; any number may read.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "assay/bytes.h"
#include "assay/keys.h"
#include "assay/result.h"

struct x509_st;  // OpenSSL's X509

namespace assay {

class Certificate {
  public:
    // DER; nothing may follow it.
    static Result<Certificate> from_der(Bytes der);
    // All of a PEM file, at least one; other blocks in it are an error. DER of one is read, too.
    static Result<std::vector<Certificate>> all_of(Bytes file);

    [[nodiscard]] std::vector<uint8_t> der() const;
    [[nodiscard]] std::string pem() const;
    [[nodiscard]] Result<PublicKey> key() const;
    [[nodiscard]] std::string subject() const;  // one line, as RFC 2253 has it; not escaped
    [[nodiscard]] bool signs_itself() const;    // a root, most often
    // Seconds since 1970.
    [[nodiscard]] int64_t not_before() const;
    [[nodiscard]] int64_t not_after() const;

    [[nodiscard]] x509_st* openssl() const { return held_.get(); }
    bool operator==(const Certificate& other) const;

  private:
    explicit Certificate(std::shared_ptr<x509_st> held) : held_(std::move(held)) {}
    std::shared_ptr<x509_st> held_;
};

inline constexpr size_t kMaxCertificates = 64;  // of one file, or of one bundle
inline constexpr size_t kMaxCertificateFile = 1 << 20;

Result<std::vector<Certificate>> load_certificates(const std::string& path);

// How the leaf leads to one of `anchors` over some of `between`, at a time; from leaf to anchor.
// The error says what is wrong with it: expired, not yet valid, no way to an anchor, a step that
// may not sign certificates.
struct ChainQuestion {
    const Certificate& leaf;
    const std::vector<Certificate>& between;
    const std::vector<Certificate>& anchors;
    int64_t time = 0;
    bool to_the_letter = false;  // of RFC 5280: see the top of certificate.cpp
};
Result<std::vector<Certificate>> chain_of(const ChainQuestion& question);
// From the leaf on, as far as `others` lead; the last step may be a root or not.
std::vector<Certificate> steps_from(const Certificate& leaf, std::vector<Certificate> others,
                                    int64_t time);

// What a certificate's key signs.
enum class SignedThing : uint8_t { kModel, kOther };

// Whether the certificate is meant for signing: key usage "digital signature", or extended key
// usage "code signing". That one of them is enough is the reference implementation's rule for
// models; what it signs otherwise (files, statements, images) it may not where it states extended
// key usages of which none is "code signing" or "any".
Status may_sign(const Certificate& leaf, SignedThing what);
// Whether the steps of a chain between leaf and anchor may vouch for those who sign: an authority
// that states extended key usages vouches for nothing else.
// Its root is the last one and stands outside of that.
Status may_vouch(const std::vector<Certificate>& chain);
// The stricter rule of certificates that go with an identity: extended key usage "code signing".
Status may_sign_code(const Certificate& leaf);

// "now" or RFC 3339 ("2026-01-31T12:00:00Z", with an offset or a fraction) in seconds since 1970.
std::optional<int64_t> parse_time(std::string_view text);
std::string time_text(int64_t time);  // RFC 3339, UTC

}  // namespace assay
