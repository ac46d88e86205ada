#include "assay/keys.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <cctype>

#include "openssl.h"

namespace assay {

namespace {

constexpr int kLeastRsa = 2048;
constexpr int kMostRsa = 16'384;

struct Kind {
    KeyAlgorithm algorithm;
    const char* name;
    const char* curve;  // OpenSSL's name of the group; null where there is none
    std::optional<MessageDigest> digest;
};

constexpr Kind kKinds[] = {
    {KeyAlgorithm::kEcP256, "EC P-256", "prime256v1", MessageDigest::kSha256},
    {KeyAlgorithm::kEcP384, "EC P-384", "secp384r1", MessageDigest::kSha384},
    {KeyAlgorithm::kEcP521, "EC P-521", "secp521r1", MessageDigest::kSha512},
    {KeyAlgorithm::kEd25519, "Ed25519", nullptr, std::nullopt},
    {KeyAlgorithm::kRsa, "RSA", nullptr, MessageDigest::kSha256},
};

struct DigestInfo {
    MessageDigest digest;
    const char* name;
    const char* in_bundles;
    size_t size;
    const EVP_MD* (*method)();
};

constexpr DigestInfo kDigests[] = {
    {MessageDigest::kSha256, "sha256", "SHA2_256", 32, EVP_sha256},
    {MessageDigest::kSha384, "sha384", "SHA2_384", 48, EVP_sha384},
    {MessageDigest::kSha512, "sha512", "SHA2_512", 64, EVP_sha512},
};

const Kind& info(KeyAlgorithm algorithm) { return kKinds[static_cast<size_t>(algorithm)]; }
const DigestInfo& info(MessageDigest digest) { return kDigests[static_cast<size_t>(digest)]; }

const DigestInfo* digest_of_size(size_t size) {
    for (const DigestInfo& known : kDigests) {
        if (known.size == size) return &known;
    }
    return nullptr;
}

Result<KeyAlgorithm> curve_of(EVP_PKEY* key) {
    char name[64] = "";
    size_t length = 0;
    int explicit_parameters = 0;
    OSSL_PARAM decoded[] = {
        OSSL_PARAM_construct_int(OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS,
                                 &explicit_parameters),
        OSSL_PARAM_END};
    EVP_PKEY_get_params(key, decoded);
    if (explicit_parameters != 0) {
        return Error{Code::kUnsupported, "the key spells out its curve instead of naming it"};
    }
    if (EVP_PKEY_get_group_name(key, name, sizeof name, &length) == 1) {
        for (const Kind& kind : kKinds) {
            if (kind.curve && std::string_view(name, length) == kind.curve) return kind.algorithm;
        }
    }
    return Error{Code::kUnsupported, "the key's curve is none of P-256, P-384 and P-521"};
}

Result<KeyAlgorithm> algorithm_of(EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "EC")) return curve_of(key);
    if (EVP_PKEY_is_a(key, "ED25519")) return KeyAlgorithm::kEd25519;
    if (!EVP_PKEY_is_a(key, "RSA") && !EVP_PKEY_is_a(key, "RSA-PSS")) {
        return Error{Code::kUnsupported, "the key is none of EC, Ed25519 and RSA"};
    }
    int bits = EVP_PKEY_get_bits(key);
    if (bits >= kLeastRsa && bits <= kMostRsa) return KeyAlgorithm::kRsa;
    return Error{Code::kUnsupported, "RSA keys must have 2048 to 16384 bits"};
}

// Everybody's hash of a key is taken of this form. A key in a token cannot be told to change its
// form; what it gives is uncompressed anyway.
std::vector<uint8_t> canonical_spki(EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "EC")) {
        EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                       OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED);
        ERR_clear_error();
    }
    return der_of(i2d_PUBKEY, key);
}

bool only_blanks(std::string_view text) {
    for (char c : text) {
        if (!std::isspace(static_cast<unsigned char>(c))) return false;
    }
    return true;
}

// What is left of a BIO made by bio_of.
std::string_view rest_of(BIO* bio) {
    const char* data = nullptr;
    long size = BIO_get_mem_data(bio, &data);
    return size > 0 ? std::string_view(data, static_cast<size_t>(size)) : std::string_view();
}

bool set_padding(EVP_PKEY_CTX* context, RsaPadding padding) {
    if (padding == RsaPadding::kPkcs1) {
        return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0;
    }
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) > 0;
}

bool prepare(EVP_PKEY_CTX* context, KeyAlgorithm algorithm, const DigestInfo& digest,
             RsaPadding padding) {
    if (algorithm == KeyAlgorithm::kRsa && !set_padding(context, padding)) return false;
    return EVP_PKEY_CTX_set_signature_md(context, digest.method()) > 0;
}

bool digest_matches(EVP_PKEY* key, KeyAlgorithm algorithm, const DigestInfo& info, Bytes digest,
                    Bytes signature, RsaPadding padding) {
    KeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    if (!context || EVP_PKEY_verify_init(context.get()) != 1) return false;
    if (!prepare(context.get(), algorithm, info, padding)) return false;
    return EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(),
                           digest.size()) == 1;
}

bool whole_matches(EVP_PKEY* key, Bytes message, Bytes signature) {
    HashContextPtr context(EVP_MD_CTX_new());
    return context &&
           EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key,
                                   nullptr) == 1 &&
           EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                            message.size()) == 1;
}

Result<std::vector<uint8_t>> sign_whole(EVP_PKEY* key, Bytes message) {
    HashContextPtr context(EVP_MD_CTX_new());
    std::vector<uint8_t> signature(static_cast<size_t>(EVP_PKEY_get_size(key)));
    size_t size = signature.size();
    bool done =
        context &&
        EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key, nullptr) ==
            1 &&
        EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1;
    ERR_clear_error();
    if (!done) return Error{Code::kUnsupported, "the key does not sign"};
    signature.resize(size);
    return signature;
}

Status matching(bool matches) {
    ERR_clear_error();
    if (matches) return Done{};
    return Error{Code::kMalformed, "the signature does not match"};
}

constexpr Error kEdWhole{Code::kUnsupported, "Ed25519 signs whole messages, not digests of them"};
constexpr Error kOddDigest{Code::kUsage, "not a digest that signatures are made over"};

}  // namespace

std::string_view name_of(KeyAlgorithm algorithm) { return info(algorithm).name; }
bool is_oms(KeyAlgorithm algorithm) { return info(algorithm).curve != nullptr; }
std::optional<MessageDigest> digest_for(KeyAlgorithm algorithm) { return info(algorithm).digest; }
size_t size_of(MessageDigest digest) { return info(digest).size; }
std::string_view name_of(MessageDigest digest) { return info(digest).name; }

std::optional<MessageDigest> message_digest_named(std::string_view name) {
    for (const DigestInfo& known : kDigests) {
        if (name == known.name) return known.digest;
    }
    return std::nullopt;
}

std::string_view bundle_name_of(MessageDigest digest) { return info(digest).in_bundles; }

std::optional<MessageDigest> message_digest_in_bundle(std::string_view name) {
    for (const DigestInfo& known : kDigests) {
        if (name == known.in_bundles) return known.digest;
    }
    return std::nullopt;
}

MessageHash::MessageHash(MessageDigest digest) : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    EVP_DigestInit_ex2(context_.get(), info(digest).method(), nullptr);
}

void MessageHash::update(Bytes bytes) {
    EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
}

std::vector<uint8_t> MessageHash::finish() {
    std::vector<uint8_t> digest(static_cast<size_t>(EVP_MD_CTX_get_size(context_.get())));
    EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr);
    return digest;
}

std::vector<uint8_t> MessageHash::of(MessageDigest digest, Bytes message) {
    MessageHash hash(digest);
    hash.update(message);
    return hash.finish();
}

Result<PublicKey> PublicKey::from_openssl(std::shared_ptr<evp_pkey_st> key) {
    if (!key) return Error{Code::kMalformed, "not a public key"};
    Result<KeyAlgorithm> algorithm = algorithm_of(key.get());
    if (!algorithm) return algorithm.error();
    std::vector<uint8_t> spki = canonical_spki(key.get());
    if (spki.empty()) return Error{Code::kMalformed, "the public key cannot be encoded"};
    return PublicKey(std::move(key), *algorithm, std::move(spki));
}

static Error why_no_public_key(std::string_view pem) {
    auto holds = [&](std::string_view label) { return pem.find(label) != std::string_view::npos; };
    if (holds("PRIVATE KEY-----")) {
        return {Code::kMalformed, "this is a private key; its public half is needed"};
    }
    if (holds("CERTIFICATE-----")) {
        return {Code::kMalformed, "this is a certificate; --roots trusts certificates"};
    }
    return {Code::kMalformed, "not a public key (PEM, \"PUBLIC KEY\")"};
}

Result<PublicKey> PublicKey::from_pem(std::string_view pem) {
    BioPtr bio = bio_of(as_bytes(pem));
    KeyPtr key =
        own_key(PEM_read_bio_PUBKEY_ex(bio.get(), nullptr, nullptr, nullptr, nullptr, nullptr));
    ERR_clear_error();
    if (!key) return why_no_public_key(pem);
    if (!only_blanks(rest_of(bio.get()))) {
        return Error{Code::kMalformed, "something follows the public key"};
    }
    return from_openssl(std::move(key));
}

Result<PublicKey> PublicKey::from_spki(Bytes der) {
    const uint8_t* at = der.data();
    KeyPtr key = own_key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
    ERR_clear_error();
    if (!key || at != der.data() + der.size()) {
        return Error{Code::kMalformed, "not a public key (SubjectPublicKeyInfo)"};
    }
    return from_openssl(std::move(key));
}

std::string PublicKey::description() const {
    std::string text(name_of(algorithm_));
    if (algorithm_ != KeyAlgorithm::kRsa) return text;
    return text + ", " + std::to_string(EVP_PKEY_get_bits(key_.get())) + " bits";
}

std::string PublicKey::pem() const {
    BioPtr bio(BIO_new(BIO_s_mem()));
    PEM_write_bio(bio.get(), PEM_STRING_PUBLIC, "", spki_.data(), static_cast<long>(spki_.size()));
    return std::string(rest_of(bio.get()));
}

Status PublicKey::verify(Bytes message, Bytes signature) const {
    std::optional<MessageDigest> digest = digest_for(algorithm_);
    if (!digest) return matching(whole_matches(key_.get(), message, signature));
    return verify_digest(MessageHash::of(*digest, message), signature);
}

Status PublicKey::verify_digest(Bytes digest, Bytes signature) const {
    if (algorithm_ == KeyAlgorithm::kEd25519) return kEdWhole;
    const DigestInfo* info = digest_of_size(digest.size());
    if (!info) return kOddDigest;
    auto matches = [&](RsaPadding padding) {
        return digest_matches(key_.get(), algorithm_, *info, digest, signature, padding);
    };
    bool rsa = algorithm_ == KeyAlgorithm::kRsa;
    return matching(matches(RsaPadding::kPss) || (rsa && matches(RsaPadding::kPkcs1)));
}

bool is_formed_as_signature(Bytes bytes) {
    constexpr size_t kEd25519 = 64;
    constexpr size_t kRsaStep = 64;  // keys grow by 512 bits
    constexpr size_t kShortestRsa = 256;
    constexpr size_t kLongestRsa = 2048;
    const size_t size = bytes.size();
    const bool rsa = size % kRsaStep == 0 && size >= kShortestRsa && size <= kLongestRsa;
    if (size == kEd25519 || rsa) return true;
    const uint8_t* at = bytes.data();
    const std::unique_ptr<ECDSA_SIG, FreeBy<ECDSA_SIG_free>> read(
        d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
    ERR_clear_error();
    return read && at == bytes.data() + size;
}

Result<PrivateKey> PrivateKey::from_openssl(std::shared_ptr<evp_pkey_st> key) {
    Result<PublicKey> half = PublicKey::from_openssl(key);
    if (!half) return half.error();
    return PrivateKey(std::move(key), std::move(*half));
}

Result<PrivateKey> PrivateKey::generate(KeyAlgorithm algorithm) {
    constexpr size_t kRsaBits = 3072;
    const Kind& kind = info(algorithm);
    EVP_PKEY* key = kind.curve ? EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", kind.curve)
                    : algorithm == KeyAlgorithm::kRsa
                        ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", kRsaBits)
                        : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    return from_openssl(own_key(key));
}

Result<std::vector<uint8_t>> PrivateKey::sign(Bytes message, RsaPadding padding) const {
    std::optional<MessageDigest> digest = digest_for(algorithm());
    if (!digest) return sign_whole(key_.get(), message);
    return sign_digest(MessageHash::of(*digest, message), padding);
}

Result<std::vector<uint8_t>> PrivateKey::sign_digest(Bytes digest, RsaPadding padding) const {
    if (algorithm() == KeyAlgorithm::kEd25519) return kEdWhole;
    const DigestInfo* info = digest_of_size(digest.size());
    if (!info) return kOddDigest;
    KeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
    std::vector<uint8_t> signature(static_cast<size_t>(EVP_PKEY_get_size(key_.get())));
    size_t size = signature.size();  // DER is shorter now and then
    bool done =
        context && EVP_PKEY_sign_init(context.get()) == 1 &&
        prepare(context.get(), algorithm(), *info, padding) &&
        EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()) == 1;
    ERR_clear_error();
    if (!done) return Error{Code::kUnsupported, "the key does not sign"};
    signature.resize(size);
    return signature;
}

}  // namespace assay
