#include "assay/certificate_log.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "assay/cursor.h"
#include "assay/digest.h"
#include "openssl.h"

namespace assay {

namespace {

constexpr size_t kMostTimestamps = 64;

using X509Ptr = std::unique_ptr<X509, FreeBy<X509_free>>;
using OctetsPtr = std::unique_ptr<ASN1_OCTET_STRING, FreeBy<ASN1_OCTET_STRING_free>>;

// One of the list: version, log id, time, extensions, algorithms, signature.
struct SignedTimestamp {
    Bytes log_id;
    uint64_t milliseconds = 0;
    Bytes extensions;
    Bytes signature;
};

Result<SignedTimestamp> parsed(Bytes bytes) {
    constexpr uint8_t kFirstVersion = 0;
    constexpr uint8_t kSha256 = 4;
    Cursor in(bytes);
    SignedTimestamp one;
    uint8_t version = in.u8();
    one.log_id = in.bytes(32);
    one.milliseconds = in.be64();
    one.extensions = in.bytes(in.be16());
    uint8_t hash = in.u8();
    in.skip(1);  // the signature's algorithm; the log's key says it, too
    one.signature = in.bytes(in.be16());
    bool known = version == kFirstVersion && hash == kSha256 && in.remaining() == 0;
    if (!in.ok() || !known) {
        return Error{Code::kMalformed, "a certificate timestamp cannot be read"};
    }
    return one;
}

// The extension's content: an octet string in the octet string, and in it a list with its length.
Result<std::vector<uint8_t>> embedded_list(const Certificate& leaf) {
    int at = X509_get_ext_by_NID(leaf.openssl(), NID_ct_precert_scts, -1);
    if (at < 0) return Error{Code::kMalformed, "the certificate is in no certificate log"};
    const ASN1_OCTET_STRING* outer = X509_EXTENSION_get_data(X509_get_ext(leaf.openssl(), at));
    const uint8_t* der = ASN1_STRING_get0_data(outer);
    OctetsPtr inner(d2i_ASN1_OCTET_STRING(nullptr, &der, ASN1_STRING_length(outer)));
    ERR_clear_error();
    if (!inner) return Error{Code::kMalformed, "the certificate's timestamps cannot be read"};
    const uint8_t* data = ASN1_STRING_get0_data(inner.get());
    return std::vector<uint8_t>(data, data + ASN1_STRING_length(inner.get()));
}

// As it was before the log signed it.
std::vector<uint8_t> unstamped(const Certificate& leaf) {
    X509Ptr copy(X509_dup(leaf.openssl()));
    int at = X509_get_ext_by_NID(copy.get(), NID_ct_precert_scts, -1);
    X509_EXTENSION_free(X509_delete_ext(copy.get(), at));
    return der_of(i2d_re_X509_tbs, copy.get());
}

std::array<uint8_t, 32> key_hash(const Certificate& issuer) {
    return sha256_of(der_of(i2d_X509_PUBKEY, X509_get_X509_PUBKEY(issuer.openssl())));
}

void put(std::vector<uint8_t>& out, uint64_t value, size_t width) {
    for (size_t i = width; i-- > 0;) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

void put(std::vector<uint8_t>& out, Bytes bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

// The structure "digitally-signed" of section 3.2, for a precertificate.
std::vector<uint8_t> signed_text(const SignedTimestamp& one, Bytes issuer_key, Bytes body) {
    constexpr uint64_t kPrecertificate = 1;
    std::vector<uint8_t> out{0 /* version */, 0 /* certificate timestamp */};
    put(out, one.milliseconds, 8);
    put(out, kPrecertificate, 2);
    put(out, issuer_key);
    put(out, body.size(), 3);
    put(out, body);
    put(out, one.extensions.size(), 2);
    put(out, one.extensions);
    return out;
}

bool is_by(const TrustedLog& log, const SignedTimestamp& one, Bytes text) {
    auto seconds = static_cast<int64_t>(one.milliseconds / 1000);
    return std::ranges::equal(log.id, one.log_id) && log.used.covers(seconds) &&
           log.key.verify(text, one.signature);
}

bool is_by_any(const std::vector<TrustedLog>& logs, const SignedTimestamp& one, Bytes text) {
    for (const TrustedLog& log : logs) {
        if (is_by(log, one, text)) return true;
    }
    return false;
}

}  // namespace

Status logged_by(const Certificate& leaf, const Certificate& issuer,
                 const std::vector<TrustedLog>& logs) {
    Result<std::vector<uint8_t>> list = embedded_list(leaf);
    if (!list) return list.error();
    std::vector<uint8_t> body = unstamped(leaf);
    std::array<uint8_t, 32> issuer_key = key_hash(issuer);
    Cursor in(*list);
    bool whole = in.be16() == list->size() - 2;
    for (size_t i = 0; whole && i < kMostTimestamps && in.remaining() > 0; i++) {
        Result<SignedTimestamp> one = parsed(in.bytes(in.be16()));
        if (!in.ok() || !one) break;
        if (is_by_any(logs, *one, signed_text(*one, issuer_key, body))) return Done{};
    }
    return Error{Code::kMalformed, "no trusted certificate log vouches for the certificate"};
}

}  // namespace assay
