// OpenSSL reads and checks; the rules beyond that (which use a certificate is meant for, what an
// anchor is) are here. Two traps: a leaf may well be named like its issuer, so equal names say
// nothing about who signed whom; and what OpenSSL returns for a missing usage extension is "all
// uses", so that it must be asked whether there is one.
//
// RFC 5280 wants of every certificate how it may be used and whose key signed it. What `openssl req
// -x509` and `openssl x509 -req` make by themselves lacks some of that; model_signing and cosign do
// not ask for it, and nobody is deceived by its absence. So it is only demanded of certificates
// that go with an identity, as sigstore-python does it. All else that the RFC forbids is refused.
#include "assay/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <optional>

#include "assay/small_file.h"
#include "openssl.h"
#include "x509.h"

namespace assay {

namespace {

constexpr int kDeepest = 8;
constexpr int kLevel = 2;  // 112 bits: no SHA-1, no RSA below 2048

std::shared_ptr<X509> own(X509* held) {
    return held ? std::shared_ptr<X509>(held, X509_free) : std::shared_ptr<X509>();
}

int64_t seconds_of(const ASN1_TIME* time) {
    std::tm parts{};
    return ASN1_TIME_to_tm(time, &parts) == 1 ? timegm(&parts) : 0;
}

Error chain_error(int code) {
    switch (code) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return {Code::kMalformed, "the certificate, or one that it rests on, had expired"};
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return {Code::kMalformed,
                    "the certificate, or one that it rests on, was not valid yet"};
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            return {Code::kMalformed, "the certificate leads to none of the trusted roots"};
        case X509_V_ERR_CERT_SIGNATURE_FAILURE:
            return {Code::kMalformed, "a certificate's own signature does not match"};
        case X509_V_ERR_INVALID_CA:
        case X509_V_ERR_PATH_LENGTH_EXCEEDED:
        case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
            return {Code::kMalformed, "the certificate rests on one that may not sign others"};
        case X509_V_ERR_CA_MD_TOO_WEAK:
        case X509_V_ERR_CA_KEY_TOO_SMALL:
        case X509_V_ERR_EE_KEY_TOO_SMALL:
            return {Code::kMalformed,
                    "a certificate is signed by a digest or a key that is too weak"};
        case X509_V_ERR_PERMITTED_VIOLATION:
        case X509_V_ERR_EXCLUDED_VIOLATION:
            return {Code::kMalformed, "an authority may not vouch for such a name"};
        case X509_V_ERR_SUBJECT_NAME_EMPTY:
        case X509_V_ERR_EMPTY_SUBJECT_ALT_NAME:
            return {Code::kMalformed, "a certificate names nobody"};
        case X509_V_ERR_ISSUER_NAME_EMPTY:
        case X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER:
        case X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER:
        case X509_V_ERR_EMPTY_SUBJECT_SAN_NOT_CRITICAL:
        case X509_V_ERR_CA_BCONS_NOT_CRITICAL:
        case X509_V_ERR_CA_CERT_MISSING_KEY_USAGE:
        case X509_V_ERR_AUTHORITY_KEY_IDENTIFIER_CRITICAL:
        case X509_V_ERR_SUBJECT_KEY_IDENTIFIER_CRITICAL:
        case X509_V_ERR_PATHLEN_INVALID_FOR_NON_CA:
        case X509_V_ERR_PATHLEN_WITHOUT_KU_KEY_CERT_SIGN:
        case X509_V_ERR_KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA:
        case X509_V_ERR_EXTENSIONS_REQUIRE_VERSION_3:
            return {Code::kMalformed, "a certificate is not made as RFC 5280 demands"};
        case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
            return {Code::kUnsupported, "a critical extension of a certificate is unknown"};
        default:
            return {Code::kMalformed, X509_verify_cert_error_string(code)};
    }
}

// OpenSSL takes a certificate for expired in the last second of its time, which is part of it
// (RFC 5280, 4.1.2.5).
int in_its_last_second(int good, X509_STORE_CTX* context) {
    if (good == 1 || X509_STORE_CTX_get_error(context) != X509_V_ERR_CERT_HAS_EXPIRED) return good;
    const X509* one = X509_STORE_CTX_get_current_cert(context);
    const time_t time = X509_VERIFY_PARAM_get_time(X509_STORE_CTX_get0_param(context));
    if (!one || seconds_of(X509_get0_notAfter(one)) != time) return good;
    X509_STORE_CTX_set_error(context, X509_V_OK);
    return 1;
}

// What people's own authorities leave out; see above.
bool is_formality(int error) {
    return error == X509_V_ERR_CA_CERT_MISSING_KEY_USAGE ||
           error == X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER ||
           error == X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER ||
           error == X509_V_ERR_CA_BCONS_NOT_CRITICAL;
}

int without_formalities(int good, X509_STORE_CTX* context) {
    if (good == 1 || !is_formality(X509_STORE_CTX_get_error(context))) {
        return in_its_last_second(good, context);
    }
    X509_STORE_CTX_set_error(context, X509_V_OK);
    return 1;
}

// Reads PEM blocks from where `bio` stands; false at the first that is no certificate.
bool read_block(BIO* bio, std::vector<std::shared_ptr<X509>>& into) {
    std::shared_ptr<X509> held = own(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr));
    if (held) into.push_back(std::move(held));
    return !into.empty() && into.size() <= kMaxCertificates &&
           ERR_GET_REASON(ERR_peek_last_error()) == 0;
}

}  // namespace

X509StackPtr stack_of(const std::vector<Certificate>& certificates) {
    X509StackPtr stack(sk_X509_new_null());
    for (const Certificate& one : certificates) {
        X509_up_ref(one.openssl());
        sk_X509_push(stack.get(), one.openssl());
    }
    return stack;
}

X509StorePtr store_of(const std::vector<Certificate>& anchors, int64_t time) {
    X509StorePtr store(X509_STORE_new());
    for (const Certificate& one : anchors) X509_STORE_add_cert(store.get(), one.openssl());
    X509_VERIFY_PARAM* param = X509_STORE_get0_param(store.get());
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT | X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_depth(param, kDeepest);
    X509_VERIFY_PARAM_set_time(param, static_cast<time_t>(time));
    X509_VERIFY_PARAM_set_auth_level(param, kLevel);
    X509_STORE_set_verify_cb(store.get(), without_formalities);
    return store;
}

Result<Certificate> Certificate::from_der(Bytes der) {
    const uint8_t* at = der.data();
    std::shared_ptr<X509> held = own(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    ERR_clear_error();
    if (!held || at != der.data() + der.size()) {
        return Error{Code::kMalformed, "not a certificate (X.509, DER)"};
    }
    return Certificate(std::move(held));
}

Result<std::vector<Certificate>> Certificate::all_of(Bytes file) {
    if (file.size() > kMaxCertificateFile) {
        return Error{Code::kLimit, "too large for a file of certificates"};
    }
    if (!file.empty() && file[0] == 0x30) {
        Result<Certificate> one = from_der(file);
        if (!one) return one.error();
        return std::vector{*one};
    }
    BioPtr bio = bio_of(file);
    std::vector<std::shared_ptr<X509>> held;
    ERR_clear_error();
    while (read_block(bio.get(), held)) {
    }
    bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    if (held.size() > kMaxCertificates) return Error{Code::kLimit, "too many certificates"};
    if (held.empty() && as_text(file).find(" KEY-----") != std::string_view::npos) {
        return Error{Code::kMalformed, "this is a key; a certificate is needed"};
    }
    if (held.empty() || !at_end) return Error{Code::kMalformed, "not certificates (PEM)"};
    std::vector<Certificate> all;
    all.reserve(held.size());
    for (std::shared_ptr<X509>& one : held) all.push_back(Certificate(std::move(one)));
    return all;
}

std::vector<uint8_t> Certificate::der() const { return der_of(i2d_X509, held_.get()); }

std::string Certificate::pem() const {
    BioPtr bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), held_.get());
    const char* data = nullptr;
    long size = BIO_get_mem_data(bio.get(), &data);
    return size > 0 ? std::string(data, static_cast<size_t>(size)) : std::string();
}

Result<PublicKey> Certificate::key() const {
    KeyPtr key = own_key(X509_get_pubkey(held_.get()));
    ERR_clear_error();
    if (!key) return Error{Code::kUnsupported, "the certificate's key cannot be read"};
    return PublicKey::from_openssl(std::move(key));
}

std::string Certificate::subject() const {
    BioPtr bio(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(bio.get(), X509_get_subject_name(held_.get()), 0, XN_FLAG_RFC2253);
    const char* data = nullptr;
    long size = BIO_get_mem_data(bio.get(), &data);
    return size > 0 ? std::string(data, static_cast<size_t>(size)) : std::string();
}

int64_t Certificate::not_before() const { return seconds_of(X509_get0_notBefore(held_.get())); }
int64_t Certificate::not_after() const { return seconds_of(X509_get0_notAfter(held_.get())); }

bool Certificate::operator==(const Certificate& other) const {
    return X509_cmp(held_.get(), other.held_.get()) == 0;
}

Result<std::vector<Certificate>> load_certificates(const std::string& path) {
    Result<std::vector<uint8_t>> file = load_small_file(path, kMaxCertificateFile);
    if (!file) return file.error();
    return Certificate::all_of(*file);
}

bool Certificate::signs_itself() const {
    const bool yes = X509_self_signed(held_.get(), 1) == 1;
    ERR_clear_error();
    return yes;
}

std::vector<Certificate> steps_from(const Certificate& leaf, std::vector<Certificate> others,
                                    int64_t time) {
    std::vector<Certificate> steps{leaf};
    std::erase(others, leaf);
    while (!others.empty() && !steps.back().signs_itself()) {
        Result<std::vector<Certificate>> next = chain_of({steps.back(), {}, others, time});
        if (!next || next->size() < 2) break;
        steps.push_back((*next)[1]);
        std::erase(others, steps.back());
    }
    return steps;
}

Result<std::vector<Certificate>> chain_of(const ChainQuestion& question) {
    using ContextPtr = std::unique_ptr<X509_STORE_CTX, FreeBy<X509_STORE_CTX_free>>;
    X509StorePtr store = store_of(question.anchors, question.time);
    if (question.to_the_letter) X509_STORE_set_verify_cb(store.get(), in_its_last_second);
    X509StackPtr between = stack_of(question.between);
    ContextPtr context(X509_STORE_CTX_new());
    bool ready = X509_STORE_CTX_init(context.get(), store.get(), question.leaf.openssl(),
                                     between.get()) == 1;
    int verdict = ready ? X509_verify_cert(context.get()) : -1;
    ERR_clear_error();
    if (verdict != 1) return chain_error(X509_STORE_CTX_get_error(context.get()));
    std::vector<Certificate> chain;
    STACK_OF(X509)* steps = X509_STORE_CTX_get0_chain(context.get());
    for (int i = 0; i < sk_X509_num(steps); i++) {
        Result<Certificate> step = Certificate::from_der(der_of(i2d_X509, sk_X509_value(steps, i)));
        if (!step) return step.error();
        chain.push_back(std::move(*step));
    }
    return chain;
}

// Extended key usages, or nothing where none is stated, which is all of them.
static std::optional<uint32_t> stated_purposes(const Certificate& one) {
    bool stated = (X509_get_extension_flags(one.openssl()) & EXFLAG_XKUSAGE) != 0;
    return stated ? std::optional(X509_get_extended_key_usage(one.openssl())) : std::nullopt;
}

Status may_sign_code(const Certificate& leaf) {
    if ((stated_purposes(leaf).value_or(0) & XKU_CODE_SIGN) != 0) return Done{};
    return Error{Code::kMalformed, "the certificate is not meant for signing code"};
}

Status may_sign(const Certificate& leaf, SignedThing what) {
    bool stated = (X509_get_extension_flags(leaf.openssl()) & EXFLAG_KUSAGE) != 0;
    bool digital = stated && (X509_get_key_usage(leaf.openssl()) & KU_DIGITAL_SIGNATURE) != 0;
    if (!digital && !may_sign_code(leaf)) {
        return Error{Code::kMalformed,
                     "the certificate is meant neither for signatures nor for signing code"};
    }
    constexpr uint32_t kFits = XKU_CODE_SIGN | XKU_ANYEKU;
    bool fits = what == SignedThing::kModel || (stated_purposes(leaf).value_or(kFits) & kFits) != 0;
    if (fits) return Done{};
    return Error{Code::kMalformed, "the certificate is not meant for signing code"};
}

Status may_vouch(const std::vector<Certificate>& chain) {
    constexpr uint32_t kFits = XKU_CODE_SIGN | XKU_ANYEKU;
    for (size_t i = 1; i + 1 < chain.size(); i++) {
        if ((stated_purposes(chain[i]).value_or(kFits) & kFits) != 0) continue;
        return Error{Code::kMalformed,
                     "the certificate rests on one that is not meant for signing code"};
    }
    return Done{};
}

}  // namespace assay
