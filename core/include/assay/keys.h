// Keys that sign and keys that verify, whoever holds them: OpenSSL behind two classes.
//
//   key          message digest     signature
//   EC P-256     SHA-256            ASN.1 DER (ECDSA-Sig-Value)
//   EC P-384     SHA-384            "
//   EC P-521     SHA-512            "
//   Ed25519      none, whole message  64 bytes
//   RSA >= 2048  SHA-256            PKCS#1 v1.5 or PSS (salt as long as the digest)
//
// The OpenSSF model signing format knows the three curves alone (is_oms()); other curves, explicit
// parameters and short RSA keys are refused when they are read. Both classes are cheap to copy; a
// copy shares the key. Threads: any number may use one key.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "assay/bytes.h"
#include "assay/result.h"
#include "assay/secret.h"

struct evp_pkey_st;    // OpenSSL's EVP_PKEY
struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace assay {

enum class KeyAlgorithm : uint8_t { kEcP256, kEcP384, kEcP521, kEd25519, kRsa };

// "EC P-256", "Ed25519", "RSA".
std::string_view name_of(KeyAlgorithm algorithm);

// Whether model signing as the OpenSSF defines it knows such keys.
bool is_oms(KeyAlgorithm algorithm);

// How RSA fills the block that it signs; for other keys it makes no difference.
enum class RsaPadding : uint8_t { kPss, kPkcs1 };

// The digests that signatures are made over. Which of them a digest is follows from its size.
enum class MessageDigest : uint8_t { kSha256, kSha384, kSha512 };

// The one that belongs to the key; nothing for Ed25519, which signs the message itself.
std::optional<MessageDigest> digest_for(KeyAlgorithm algorithm);
size_t size_of(MessageDigest digest);
std::string_view name_of(MessageDigest digest);                           // "sha384"
std::optional<MessageDigest> message_digest_named(std::string_view);      // "sha384"
std::string_view bundle_name_of(MessageDigest digest);                    // "SHA2_384"
std::optional<MessageDigest> message_digest_in_bundle(std::string_view);  // "SHA2_384"

// Of one message, those that somebody asks for.
using MessageDigests = std::map<MessageDigest, std::vector<uint8_t>>;

// A digest of what streams by. Threads: one at a time.
class MessageHash {
  public:
    explicit MessageHash(MessageDigest digest);
    void update(Bytes bytes);
    std::vector<uint8_t> finish();  // once

    static std::vector<uint8_t> of(MessageDigest digest, Bytes message);

  private:
    std::shared_ptr<evp_md_ctx_st> context_;
};

class PublicKey {
  public:
    // SubjectPublicKeyInfo, as PEM ("PUBLIC KEY") or as DER; nothing may follow it but blanks.
    static Result<PublicKey> from_pem(std::string_view pem);
    static Result<PublicKey> from_spki(Bytes der);
    // Refuses what the two above refuse. Shares the key.
    static Result<PublicKey> from_openssl(std::shared_ptr<evp_pkey_st> key);

    [[nodiscard]] KeyAlgorithm algorithm() const { return algorithm_; }
    [[nodiscard]] std::string description() const;  // "EC P-256", "RSA, 3072 bits"

    // Re-encoded, with the curve by name and the point uncompressed, whatever the file looked like.
    [[nodiscard]] const std::vector<uint8_t>& spki() const { return spki_; }
    [[nodiscard]] std::string pem() const;  // lines of 64, "\n" behind the last

    // Done, or kMalformed: "the signature does not match". Padding of either kind is accepted from
    // an RSA key.
    [[nodiscard]] Status verify(Bytes message, Bytes signature) const;
    // Of a message whose digest (SHA-256, -384 or -512, by its size) is known. kUnsupported for
    // Ed25519.
    [[nodiscard]] Status verify_digest(Bytes digest, Bytes signature) const;

    [[nodiscard]] evp_pkey_st* openssl() const { return key_.get(); }

  private:
    PublicKey(std::shared_ptr<evp_pkey_st> key, KeyAlgorithm algorithm, std::vector<uint8_t> spki)
        : key_(std::move(key)), algorithm_(algorithm), spki_(std::move(spki)) {}

    std::shared_ptr<evp_pkey_st> key_;
    KeyAlgorithm algorithm_;
    std::vector<uint8_t> spki_;
};

// Whether the bytes have the form of a signature by some key: DER of two numbers, or as long as
// Ed25519 or usual RSA keys make them.
bool is_formed_as_signature(Bytes bytes);

class PrivateKey {
  public:
    static Result<PrivateKey> generate(KeyAlgorithm algorithm);
    // PKCS#8, encrypted or not, SEC1 ("EC PRIVATE KEY", with or without the parameters that openssl
    // writes before it), PKCS#1 ("RSA PRIVATE KEY"), or cosign's encrypted files.
    static Result<PrivateKey> from_pem(std::string_view pem, const PasswordSource& password);
    static Result<PrivateKey> from_pkcs8(Bytes der);
    // Shares the key, which may live in a token.
    static Result<PrivateKey> from_openssl(std::shared_ptr<evp_pkey_st> key);

    [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
    [[nodiscard]] KeyAlgorithm algorithm() const { return public_key_.algorithm(); }

    // Padding is said each time: cosign reads kPkcs1 alone.
    [[nodiscard]] Result<std::vector<uint8_t>> sign(Bytes message, RsaPadding padding) const;
    // As PublicKey::verify_digest.
    [[nodiscard]] Result<std::vector<uint8_t>> sign_digest(Bytes digest, RsaPadding padding) const;

    // PKCS#8, DER. kUnsupported for a key in a token.
    [[nodiscard]] Result<Secret> pkcs8() const;

  private:
    PrivateKey(std::shared_ptr<evp_pkey_st> key, PublicKey public_key)
        : key_(std::move(key)), public_key_(std::move(public_key)) {}

    std::shared_ptr<evp_pkey_st> key_;
    PublicKey public_key_;
};

// From files of at most kMaxKeyFile bytes. The private one is read into memory that is wiped.
inline constexpr size_t kMaxKeyFile = 65'536;
Result<PublicKey> load_public_key(const std::string& path);
Result<PrivateKey> load_private_key(const std::string& path, const PasswordSource& password);

}  // namespace assay
